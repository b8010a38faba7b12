import type { PlatformAction } from '../../../../release/platform.js';
import { conflicts, inputs, spares } from './inputs.js';

/** rollback on Kubernetes. */
export const rollback = {
  inputs,
  spares,
  conflicts,
  load: () => import('./start.js'),
} as const satisfies PlatformAction;
