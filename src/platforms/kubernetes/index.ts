import type { PlatformDescription } from '../../release/platform.js';
import { kubernetes as onRecord } from './memory.js';
import { canaryStep } from './steps/canary-step/action.js';
import { rollback } from './steps/rollback/action.js';
import { status } from './steps/status/action.js';
import { verifySlo } from './steps/verify-slo/action.js';

/** Kubernetes; the only door of this folder. */
export const kubernetes = {
  ...onRecord,
  summary: 'a Deployment behind a Service',
  actions: { 'canary-step': canaryStep, rollback, status, 'verify-slo': verifySlo },
} as const satisfies PlatformDescription;
