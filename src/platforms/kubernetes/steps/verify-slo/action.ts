import type { Given } from '../../../../kernel/define.js';
import type { PlatformAction } from '../../../../release/platform.js';
import { clusterConflicts } from '../../access/cluster-inputs.js';
import { undoInputs } from '../../inputs/undo-inputs.js';
import { inputs } from './inputs.js';

/** verify-slo on Kubernetes. */
export const verifySlo = {
  inputs,
  keeps: undoInputs,
  conflicts: (given: Given<typeof inputs>) => clusterConflicts(given),
  load: () => import('./start.js'),
} as const satisfies PlatformAction;
