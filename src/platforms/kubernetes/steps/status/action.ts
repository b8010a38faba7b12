import type { Given } from '../../../../kernel/define.js';
import type { PlatformAction } from '../../../../release/platform.js';
import { clusterConflicts, clusterInputs } from '../../access/cluster-inputs.js';

/** status on Kubernetes. */
export const status = {
  inputs: clusterInputs,
  conflicts: (given: Given<typeof clusterInputs>) => clusterConflicts(given),
  load: () => import('./start.js'),
} as const satisfies PlatformAction;
