import type { PlatformDescription } from '../../release/platform.js';
import { awsLambda as onRecord } from './memory.js';
import { canaryStep, rollback, status, verifySlo } from './steps/actions.js';

/** AWS Lambda; the only door of this folder. */
export const awsLambda = {
  ...onRecord,
  summary: 'a published version of a function, behind an alias',
  actions: { 'canary-step': canaryStep, rollback, status, 'verify-slo': verifySlo },
} as const satisfies PlatformDescription;
