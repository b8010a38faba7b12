import type { WorkflowRun } from '../../../src/kernel/workflow-run.js';
import type { Release } from '../../../src/release/record/record.js';

/** A workflow run; `someRelease` belongs to it. */
export const someRun = (changes: Partial<WorkflowRun> = {}): WorkflowRun => ({
  repository: 'shop/restaurant',
  runId: '42',
  runAttempt: 1,
  job: 'release',
  runner: 'runner-1',
  event: 'push',
  workflow: undefined,
  url: 'https://github.com/shop/restaurant/actions/runs/42',
  ...changes,
});

export const HOLD_UNTIL = '2026-01-02T06:00:00.000Z';

/** A release that holds at 10 %, owned by `someRun` until HOLD_UNTIL. */
export const someRelease = (changes: Partial<Release> = {}): Release => ({
  id: '42-1-cafe',
  phase: 'holding',
  owner: {
    repository: 'shop/restaurant',
    runId: '42',
    runAttempt: 1,
    url: 'https://github.com/shop/restaurant/actions/runs/42',
  },
  holdUntil: HOLD_UNTIL,
  deployment: 'restaurant',
  service: 'restaurant',
  container: 'app',
  stable: { image: 'restaurant:1', templateHash: 'aaa' },
  canary: { image: 'restaurant:2', templateHash: '' },
  stableReplicas: 3,
  router: { kind: 'http-route', route: 'restaurant', rules: [{ rule: 'menu', weight: 1 }] },
  irreversible: false,
  weight: 10,
  startedAt: '2026-01-02T00:00:00.000Z',
  steps: [
    {
      at: '2026-01-02T00:01:00.000Z',
      phase: 'holding',
      weight: 10,
      measured: { share: 9.8, low: 7.1, high: 13.2, proven: true },
    },
  ],
  ...changes,
});
