import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pod } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const SLOW = { weight: '10', image: image('v2-start-90000') };

/** Waits for the canary's first pod to be started by its node. */
async function canaryPod({ namespace }: ReleaseBed): Promise<Pod> {
  const [pod] = await fixture.api.untilAll<Pod>(
    collections.pods(namespace),
    { labelSelector: 'd9.dev/track=canary' },
    ([first]) => first?.status.containerStatuses !== undefined,
  );
  if (!pod) throw new Error('the canary has no pod');
  return pod;
}

/** Raises a canary that takes long to start, does this to its pod, and says how long the step took from then on. */
async function raiseAnd(bed: ReleaseBed, spoil: (pod: Pod) => Promise<unknown>): Promise<{ step: StepEnd; ms: number }> {
  const running = bed.step('canary-step', { ...SLOW, 'start-timeout': '8s' });
  await spoil(await canaryPod(bed));
  const spoiltAt = Date.now();
  const step = await running;
  return { step, ms: Date.now() - spoiltAt };
}

const setStatus = ({ metadata, status }: Pod, container: object) => {
  const containerStatuses = (status.containerStatuses ?? []).map((each) => ({ ...each, ready: false, ...container }));
  return fixture.api.patch(`${collections.pods(metadata.namespace ?? '')}/${metadata.name}/status`, {
    status: { containerStatuses },
  });
};

async function expectNamed({ step }: { step: StepEnd }, bed: ReleaseBed, reason: RegExp): Promise<void> {
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(reason);
  expect(step.errors.join()).toContain('Traffic: 100 % stable');
  expect(await bed.leftovers()).toEqual([]);
  expect(await bed.stableImage()).toBe(image('v1'));
}

test('too little memory is named within seconds, with the last lines of the log', async () => {
  const bed = await releaseBed(fixture);
  const ended = await raiseAnd(bed, (pod) =>
    setStatus(pod, {
      state: { running: {} },
      restartCount: 1,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-02T00:00:00Z' } },
    }),
  );
  expect(ended.ms).toBeLessThan(6000);
  await expectNamed(ended, bed, /container app: OOMKilled: it needed more memory than its node had/);
});

test('a missing key of a ConfigMap is named', async () => {
  const bed = await releaseBed(fixture);
  const waiting = { reason: 'CreateContainerConfigError', message: "couldn't find key menu in ConfigMap shop/restaurant" };
  const ended = await raiseAnd(bed, (pod) => setStatus(pod, { state: { waiting } }));
  await expectNamed(ended, bed, /CreateContainerConfigError: couldn't find key menu/);
});

test('a probe that never succeeds is named while it is waited for, and is the reason in the end', async () => {
  const bed = await releaseBed(fixture);
  const message = 'Readiness probe failed: HTTP probe failed with statuscode: 500';
  const ended = await raiseAnd(bed, ({ metadata }) => {
    const { namespace, name, uid } = metadata;
    return fixture.api.create(`/api/v1/namespaces/${namespace}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.probe` },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      type: 'Warning',
      reason: 'Unhealthy',
      message,
      lastTimestamp: '2026-01-02T00:00:00Z',
    } as never);
  });
  await expectNamed(
    ended,
    bed,
    /was not ready after 8s without progress[\s\S]*Readiness probe failed: HTTP probe failed with statuscode: 500/,
  );
});

test('a quota that leaves no room for the canary is named by its own words', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.create(`/api/v1/namespaces/${bed.namespace}/resourcequotas`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few' },
    spec: { hard: { pods: '3' } },
  });
  const startedAt = Date.now();
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(Date.now() - startedAt).toBeLessThan(20_000);
  await expectNamed({ step }, bed, /can't create its pods: .*exceeded quota: few/);
});

test('an admission policy that refuses the canary is named, and nothing stays', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.create(`/api/v1/namespaces/${bed.namespace}/resourcequotas`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-more' },
    spec: { hard: { 'count/deployments.apps': '1' } },
  });
  await fixture.api.untilAll(
    `/api/v1/namespaces/${bed.namespace}/resourcequotas`,
    {},
    ([quota]) => (quota?.status as { used?: object } | undefined)?.used !== undefined,
  );
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
  await expectNamed({ step }, bed, /The API server refuses a change: [\s\S]*exceeded quota: no-more/);
});

test("a canary that no node has room for is named by the scheduler's words in seconds, and waited for until the timeout", async () => {
  const bed = await releaseBed(fixture, { replicas: 2, route: true });
  const term = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'restaurant' } },
  };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const nodes = (await fixture.api.get<{ items: unknown[] }>('/api/v1/nodes')).items.length;
  const apart = {
    spec: { replicas: nodes, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, template: { spec: { affinity } } },
  };
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, apart);
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const step = await bed.step('canary-step', { weight: '10', image: image('v2'), 'start-timeout': '20s' });
  expect(step.stdout).toMatch(/Unschedulable: 0\/\d+ nodes are available[^\n]* · waited for, 20s at most/);
  await expectNamed({ step }, bed, /not ready after 20s without progress: [\s\S]*Unschedulable: 0\/\d+ nodes are available/);
});
