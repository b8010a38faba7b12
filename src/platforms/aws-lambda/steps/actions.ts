import type { Given } from '../../../kernel/define.js';
import type { PlatformAction } from '../../../release/platform.js';
import { functionConflicts, functionInputs, takeOverInput, versionInputs, WHERE } from '../lambda-inputs.js';

const canaryInputs = { ...functionInputs, ...versionInputs, ...takeOverInput };

/** canary-step on AWS Lambda. */
export const canaryStep = {
  inputs: canaryInputs,
  keeps: WHERE,
  neededToUndo: ['take-over', ...WHERE],
  conflicts: (given: Given<typeof canaryInputs>) => functionConflicts(given),
  load: () => import('./canary-step.js'),
} as const satisfies PlatformAction;

/** rollback on AWS Lambda. */
export const rollback = {
  inputs: functionInputs,
  spares: [],
  conflicts: (given: Given<typeof functionInputs>) => functionConflicts(given),
  load: () => import('./rollback.js'),
} as const satisfies PlatformAction;

/** status on AWS Lambda. */
export const status = {
  inputs: functionInputs,
  conflicts: (given: Given<typeof functionInputs>) => functionConflicts(given),
  load: () => import('./status.js'),
} as const satisfies PlatformAction;

/** verify-slo on AWS Lambda. */
export const verifySlo = {
  inputs: functionInputs,
  keeps: WHERE,
  conflicts: (given: Given<typeof functionInputs>) => functionConflicts(given),
  load: () => import('./verify-slo.js'),
} as const satisfies PlatformAction;
