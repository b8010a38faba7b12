import type { Given } from '../../../../kernel/define.js';
import type { PlatformAction } from '../../../../release/platform.js';
import { clusterConflicts, clusterInputs } from '../../access/cluster-inputs.js';
import { undoInputs } from '../../inputs/undo-inputs.js';
import { canaryConflicts, canaryInputs } from './inputs.js';

/** canary-step on Kubernetes. */
export const canaryStep = {
  inputs: canaryInputs,
  keeps: undoInputs,
  neededToUndo: ['take-over', ...Object.keys(clusterInputs)],
  conflicts: (inputs: Given<typeof canaryInputs>, isUndo = false) => [
    ...clusterConflicts(inputs),
    ...(isUndo ? [] : canaryConflicts(inputs)),
  ],
  load: () => import('./start.js'),
} as const satisfies PlatformAction;
