import { describe, expect, test } from '@jest/globals';
import type { V1Deployment, V1DeploymentStatus, V1EndpointSlice, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { type Cluster, DeadlineError } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import type { Kind } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import {
  type ExpectedEndpoints,
  isComplete,
  waitForEndpoints,
  waitForRollout,
} from '../../../../../src/platforms/kubernetes/rollout/rollout.js';
import { anySignal, RecordingLog } from '../bed.js';

const DONE: V1DeploymentStatus = {
  observedGeneration: 4,
  replicas: 3,
  updatedReplicas: 3,
  availableReplicas: 3,
  readyReplicas: 3,
};

const deployment = (status: V1DeploymentStatus | undefined, replicas: number | undefined = 3): V1Deployment => ({
  metadata: { name: 'restaurant', generation: 4 },
  spec: {
    selector: {},
    template: {},
    ...(replicas !== undefined && { replicas }),
  },
  ...(status && { status }),
});

test('a rollout is over when every pod is of the new template, available, and none of an old one is left', () => {
  expect(isComplete(deployment(DONE))).toBe(true);
});

test.each<[string, V1DeploymentStatus | undefined]>([
  ['the controller has not seen the change yet', { ...DONE, observedGeneration: 3 }],
  ['the controller has said nothing yet', undefined],
  ['a pod is still of the old template', { ...DONE, updatedReplicas: 2 }],
  ['a pod of the old template still answers beside the new ones', { ...DONE, replicas: 4 }],
  ['a pod is not available yet', { ...DONE, availableReplicas: 2 }],
])('it is not over while %s', (_what, status) => {
  expect(isComplete(deployment(status))).toBe(false);
});

test('a Deployment without a number of replicas wants one', () => {
  const one = { ...DONE, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const { replicas: _, ...spec } = deployment(one).spec ?? { selector: {}, template: {} };
  expect(isComplete({ ...deployment(one), spec })).toBe(true);
});

describe('the endpoints that a release waits for', () => {
  const slice = (...pods: ReadonlyArray<readonly [name: string, isReady?: boolean]>): V1EndpointSlice => ({
    addressType: 'IPv4',
    endpoints: pods.map(([name, ready = true]) => ({ addresses: [], conditions: { ready }, targetRef: { name } })),
  });
  const ofNew = (pod: string) => pod.startsWith('shop-new-');
  const ofOld = (pod: string) => pod.startsWith('shop-old-');

  /** How many looks it took, each at the next of these states. */
  async function looksUntilDone(states: readonly (readonly V1EndpointSlice[])[], expected: ExpectedEndpoints): Promise<number> {
    let looks = 0;
    const until = async (_kind: unknown, _selection: unknown, decide: (slices: readonly V1EndpointSlice[]) => unknown) => {
      for (const state of states) {
        looks++;
        if (decide(state) !== undefined) return;
      }
      throw new DeadlineError('nothing more is listed');
    };
    const wait = { clock: systemClock, log: new RecordingLog(), signal: anySignal(), timeoutMs: 1000 };
    await waitForEndpoints({ until, namespace: 'shop' } as unknown as Cluster, 'shop', expected, wait);
    return looks;
  }

  test('are as many as are ready, in whatever slices', async () => {
    const states = [[slice(['a'], ['b', false])], [slice(['a']), slice(['b'])]];
    expect(await looksUntilDone(states, { count: 2 })).toBe(2);
    await expect(looksUntilDone([[slice(['a'])]], { count: 2 })).rejects.toThrow('did not list 2 ready endpoints within 1s');
  });

  test('are those of the new pods, not of the old ones that are still listed although they are gone', async () => {
    const both = [slice(['shop-old-1'], ['shop-old-2'], ['shop-new-1'], ['shop-new-2'])];
    const states = [[slice(['shop-old-1'], ['shop-old-2'])], both, [slice(['shop-new-1'], ['shop-new-2'])]];
    expect(await looksUntilDone(states, { count: 2 })).toBe(1);
    expect(await looksUntilDone(states, { count: 2, isExpected: ofNew })).toBe(2);
    expect(await looksUntilDone(states, { count: 2, isExpected: ofNew, isStale: ofOld })).toBe(3);
  });

  test('may stand beside those of other Deployments', async () => {
    const states = [[slice(['shop-new-1'], ['other-1'])]];
    expect(await looksUntilDone(states, { count: 1, isExpected: ofNew, isStale: ofOld })).toBe(1);
  });
});

describe('what ends a rollout', () => {
  const controlledBy = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: kind, uid, controller: true }];
  const labels = { app: 'shop' };
  const template = (image: string) => ({ metadata: { labels }, spec: { containers: [{ name: 'app', image }] } });
  const written: V1Deployment = {
    metadata: { name: 'shop', uid: 'uid-shop', generation: 2 },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template('registry.test/shop:v2') },
    status: { observedGeneration: 1 },
  };
  const set = (uid: string, owner: string, image: string): V1ReplicaSet => ({
    metadata: { name: uid, uid, ownerReferences: controlledBy('Deployment', owner) },
    spec: {
      selector: {},
      template: { ...template(image), metadata: { labels: { ...labels, 'pod-template-hash': uid } } },
    },
  });
  const crashing = (name: string, owner: string, image: string): V1Pod => ({
    metadata: { name, uid: name, labels, ownerReferences: controlledBy('ReplicaSet', owner) },
    spec: { containers: [{ name: 'app', image }] },
    status: {
      containerStatuses: [
        {
          ...{ name: 'app', image, imageID: '', ready: false, restartCount: 2 },
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
        },
      ],
    },
  });
  const sets = [
    set('set-2', 'uid-shop', 'registry.test/shop:v2'),
    set('set-1', 'uid-shop', 'registry.test/shop:v1'),
    set('set-worker', 'uid-worker', 'registry.test/shop:v2'),
  ];

  const aborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  /** @returns how it ended */
  async function endedBy(...pods: readonly V1Pod[]): Promise<string> {
    const cluster = {
      namespace: 'shop',
      list: async (kind: Kind<unknown>) => (kind.plural === 'replicasets' ? sets : []),
      until: (
        kind: Kind<unknown>,
        _selection: unknown,
        decide: (objects: readonly unknown[]) => unknown,
        _options: unknown,
        signal: AbortSignal,
      ) => {
        const decided = decide(kind.plural === 'pods' ? pods : [written]);
        if (decided !== undefined) return Promise.resolve(decided);
        // The Deployment's wait ends with the pods'.
        return kind.plural === 'pods' ? Promise.reject(new DeadlineError('nothing more comes')) : aborted(signal);
      },
      request: async () => ({ status: 404, headers: {}, body: '' }),
    } as unknown as Cluster;
    const wait = { clock: systemClock, log: new RecordingLog(), signal: anySignal(), timeoutMs: 1000 };
    const target = { deployment: 'shop', labels, container: 'app', written, role: 'stable' as const };
    return waitForRollout(cluster, target, wait).then(
      () => 'complete',
      (error: Error) => error.message,
    );
  }

  test('is a pod of its template that can’t start, whatever image a webhook has written into it', async () => {
    expect(await endedBy(crashing('shop-2', 'set-2', 'mirror.test/proxy/shop:v2'))).toContain('pod shop-2, container app');
  });

  test('is no pod of the template before it, and none of another Deployment under its labels, even of the same image', async () => {
    const others = [
      crashing('shop-1', 'set-1', 'registry.test/shop:v1'),
      crashing('worker', 'set-worker', 'registry.test/shop:v2'),
    ];
    expect(await endedBy(...others)).toContain('was not ready');
    expect(await endedBy(...others, crashing('shop-2', 'set-2', 'registry.test/shop:v2'))).toContain('pod shop-2');
  });
});

describe('what is said of pods while a rollout is waited for', () => {
  const DENIED = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'pods "x" is forbidden: exceeded quota',
  };
  const starting = { ...DONE, availableReplicas: 0 };
  const failing = (reason: string): V1Pod => ({
    metadata: {
      name: 'restaurant-1',
      uid: 'restaurant-1',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'set', uid: 'set', controller: true }],
    },
    spec: { containers: [{ name: 'app', image: 'v1' }] },
    status: { containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] } as never,
  });

  const template = { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'app', image: 'v1' }] } };
  const at = (status: V1DeploymentStatus): V1Deployment => ({
    ...deployment(status),
    metadata: { name: 'restaurant', uid: 'restaurant', generation: 4 },
    spec: { replicas: 3, selector: {}, template },
  });
  const set: V1ReplicaSet = {
    metadata: {
      uid: 'set',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant', uid: 'restaurant', controller: true }],
    },
    spec: { selector: {}, template: { ...template, metadata: { labels: { app: 'shop', 'pod-template-hash': 'x' } } } },
  };

  /** Waits while the server shows these states of the Deployment one after the other, beside one pod. */
  async function waitThrough(states: readonly V1DeploymentStatus[], pod: V1Pod, endures: boolean): Promise<string> {
    const log = new RecordingLog();
    type Decide = (objects: readonly unknown[]) => unknown;
    const until = async ({ plural }: { plural: string }, _: unknown, decide: Decide, __: unknown, signal: AbortSignal) => {
      if (plural === 'pods') return decide([pod]) ?? new Promise((_, reject) => signal.addEventListener('abort', reject));
      // The pods are listed first.
      await new Promise((resolve) => setImmediate(resolve));
      for (const status of states) {
        const decided = decide([at(status)]);
        if (decided !== undefined) return decided;
      }
      throw new DeadlineError('nothing more comes');
    };
    const list = async ({ plural }: { plural: string }) => (plural === 'replicasets' ? [set] : []);
    const request = async () => ({ status: 404, headers: {}, body: '' });
    const wait = { clock: systemClock, log, signal: anySignal(), timeoutMs: 1000, endures };
    const target = { deployment: 'restaurant', labels: {}, container: 'app', role: 'stable' } as const;
    await waitForRollout(
      { until, request, list, read: async () => at(starting), namespace: 'shop' } as unknown as Cluster,
      target,
      wait,
    );
    return log.lines.join('\n');
  }

  const refusedOnce = [{ ...starting, conditions: [DENIED] }, DONE];

  test('ends the wait on the way forward', async () => {
    await expect(waitThrough([starting, DONE], failing('ErrImageNeverPull'), false)).rejects.toThrow("The stable can't start");
    await expect(waitThrough(refusedOnce, failing('ContainerCreating'), false)).rejects.toThrow('exceeded quota');
  });

  test('is only said on the way back, where what fails now may start in a minute', async () => {
    expect(await waitThrough([starting, DONE], failing('ErrImageNeverPull'), true)).toContain(
      'pod restaurant-1: ErrImageNeverPull',
    );
    expect(await waitThrough(refusedOnce, failing('ContainerCreating'), true)).toContain('exceeded quota');
  });

  test('counts for the template that it is of only: what the last one was refused for is over', async () => {
    const stale = { ...starting, observedGeneration: 3, conditions: [DENIED] };
    expect(await waitThrough([stale, DONE], failing('ContainerCreating'), false)).not.toContain('exceeded quota');
  });

  test('is not kept where it is in the words of a webhook or a registry', async () => {
    const refusal = await waitThrough(refusedOnce, failing('ContainerCreating'), false).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ brief: "Deployment shop/restaurant can't create its pods (FailedCreate)." });
  });
});
