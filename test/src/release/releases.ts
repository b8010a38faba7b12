import type { WorkflowRun } from '../../../src/kernel/workflow-run.js';
import { type KubernetesMemory, onKubernetes } from '../../../src/platforms/kubernetes/memory.js';
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

/** What is changed of a release, wherever it stands on record. */
export type ReleaseChanges = Partial<Release> & Partial<KubernetesMemory> & { readonly stage?: string };

const MEMORY: KubernetesMemory = {
  deployment: 'restaurant',
  service: 'restaurant',
  container: 'app',
  stableReplicas: 3,
  router: { kind: 'http-route', route: 'restaurant', rules: [{ rule: 'menu', weight: 1 }] },
};
const OF_KUBERNETES = [
  'deployment',
  'service',
  'container',
  'stableReplicas',
  'router',
  'isolationKey',
  'autoscaler',
  'budget',
  'manifest',
];

/** The memory of a release on Kubernetes, with these fields changed. */
export const someMemory = (changes: Partial<KubernetesMemory> = {}) => onKubernetes({ ...MEMORY, ...changes });

/** A release that holds at 10 %, owned by `someRun` until HOLD_UNTIL. */
export function someRelease({ stage, ...changes }: ReleaseChanges = {}): Release {
  const entries = Object.entries(changes);
  const memory = Object.fromEntries(entries.filter(([name]) => OF_KUBERNETES.includes(name)));
  const rest = Object.fromEntries(entries.filter(([name]) => !OF_KUBERNETES.includes(name)));
  return {
    ...RELEASE,
    strategy: { kind: 'canary', ...(stage !== undefined && { stage }) },
    platform: someMemory(memory),
    ...rest,
  };
}

const RELEASE: Omit<Release, 'strategy' | 'platform'> = {
  id: '42-1-cafe',
  phase: 'holding',
  owner: {
    system: 'github-actions',
    repository: 'shop/restaurant',
    id: '42',
    attempt: 1,
    url: 'https://github.com/shop/restaurant/actions/runs/42',
  },
  holdUntil: HOLD_UNTIL,
  stable: { image: 'restaurant:1', templateHash: 'aaa' },
  canary: { image: 'restaurant:2', templateHash: '' },
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
};
