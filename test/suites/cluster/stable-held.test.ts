import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const autoscalers = (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
const budgets = (namespace: string) => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
type Claimed = KubeObject & { metadata: { managedFields?: Array<{ manager?: string }> } };
type Autoscaler = Claimed & { spec: { minReplicas: number } };
type Budget = KubeObject & { spec: { minAvailable?: number; selector: { matchLabels: Record<string, string> } } };

async function withAutoscaler(changes: object = {}): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture);
  await fixture.api.create(autoscalers(bed.namespace), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'restaurant', ...changes },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  });
  return bed;
}
const autoscaler = ({ namespace }: ReleaseBed) => fixture.api.get<Autoscaler>(`${autoscalers(namespace)}/restaurant`);
const claims = ({ metadata }: Claimed) => (metadata.managedFields ?? []).filter(({ manager }) => manager === 'd9-actions');

test('a stable that is just being scaled, with pods that no node has room for yet, is one to begin from', async () => {
  const bed = await releaseBed(fixture, { replicas: 2, route: true });
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const labelSelector = { matchLabels: { 'app.kubernetes.io/part-of': 'shop' } };
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const nodes = (await fixture.api.get<{ items: unknown[] }>('/api/v1/nodes')).items.length;
  const apart = {
    replicas: nodes,
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    template: { spec: { affinity } },
  };
  await fixture.api.patch(path, { spec: apart });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  await fixture.api.patch(path, { spec: { replicas: nodes + 1 } });
  expect(await bed.step('canary-step', { weight: '10', image: image('v2') })).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'holding' },
  });
  expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.leftovers()).toEqual([]);
  await fixture.api.patch(path, { spec: { template: { metadata: { annotations: { 'shop.test/round': '2' } } } } });
  const inRollout = await bed.step('canary-step', { weight: '10', image: image('v3') });
  expect(inRollout.errors.join()).toContain('in the middle of a rollout');
});

describe('the autoscaler of stable', () => {
  test('keeps stable at its size from the first raise to the promotion, and is then as it was, without a claim', async () => {
    const bed = await withAutoscaler();
    expect(await bed.step('canary-step', { weight: '10', image: image('v2') })).toMatchObject({ exitCode: 0 });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(3);
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(2);
    expect(claims(await autoscaler(bed))).toEqual([]);
  });

  test('keeps a stable that has grown since at its new size, and is as it was, also when the step that says so is killed', async () => {
    const bed = await withAutoscaler();
    expect(await bed.step('canary-step', { weight: '10', image: image('v2') })).toMatchObject({ exitCode: 0 });
    const grow = async (replicas: number) => {
      await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { replicas } });
      await rolledOut(fixture.api, bed.namespace, 'restaurant');
    };
    const killWhenRecorded = async (weight: string) => {
      const controller = new AbortController();
      const recorded = /GET \S+horizontalpodautoscalers[\s\S]*PATCH \S+leases\S+: 200/;
      const onStdout = (soFar: string) => recorded.test(soFar) && controller.abort();
      await bed.step('canary-step', { weight }, { signal: controller.signal, cancelWith: 'SIGKILL', onStdout });
    };
    await grow(4);
    await killWhenRecorded('30');
    expect(await bed.step('canary-step', { weight: '30' })).toMatchObject({ exitCode: 0 });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(4);
    await grow(5);
    await killWhenRecorded('50');
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(2);
    expect(claims(await autoscaler(bed))).toEqual([]);
  });

  test('is given back by the abort of another run, and keeps what its owner changed meanwhile', async () => {
    const bed = await withAutoscaler();
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    await bed.step('rollback', { scope: 'any' }, { env: { GITHUB_RUN_ID: '9000' } });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(2);
    expect(claims(await autoscaler(bed))).toEqual([]);

    await bed.step('canary-step', { weight: '10', image: image('v2'), 'take-over': 'true' });
    await fixture.api.patch(`${autoscalers(bed.namespace)}/restaurant`, { spec: { minReplicas: 4 } });
    await bed.step('canary-step', { weight: '0' });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(4);
  });

  test('is given back when the step is killed right after it was raised', async () => {
    const bed = await withAutoscaler();
    const controller = new AbortController();
    const onStdout = (soFar: string) => /PATCH \S+horizontalpodautoscalers/.test(soFar) && controller.abort();
    const inputs = { weight: '10', image: image('v2-start-60000') };
    await bed.step('canary-step', inputs, { signal: controller.signal, cancelWith: 'SIGKILL', onStdout });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(3);
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect((await autoscaler(bed)).spec.minReplicas).toBe(2);
    expect(await bed.leftovers()).toEqual([]);
  });

  test('that belongs to KEDA is refused with what to do', async () => {
    const owner = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      name: 'orders',
      uid: '1f2e3d4c-0000-0000-0000-000000000000',
    };
    const bed = await withAutoscaler({ ownerReferences: [owner] });
    const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toMatch(/KEDA \(ScaledObject orders\)[\s\S]*autoscaling.keda.sh\/paused/);
    expect(await bed.record()).toBeUndefined();
  });
});

test("the canary is under a disruption budget like stable's, which goes with it", async () => {
  const bed = await releaseBed(fixture);
  const { spec } = (await bed.stable()) as unknown as { spec: { selector: object } };
  await fixture.api.create(budgets(bed.namespace), {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'restaurant' },
    spec: { minAvailable: 2, selector: spec.selector },
  });
  const budget = () => fixture.api.get<Budget>(`${budgets(bed.namespace)}/restaurant-canary`);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect((await budget()).spec).toMatchObject({ minAvailable: 1, selector: { matchLabels: { 'd9.dev/track': 'canary' } } });
  await bed.step('canary-step', { weight: '50' });
  expect((await budget()).spec).toMatchObject({ minAvailable: 2 });
  await bed.step('rollback');
  await expect(budget()).rejects.toThrow('404');
});

test('TestCanaryWithPausedRollout: a paused Deployment is promoted, rolled back and paused again each time', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  await fixture.api.patch(path, { spec: { paused: true } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const isPaused = async () => ((await bed.stable()).spec as { paused?: boolean }).paused;
  expect(await bed.step('canary-step', { weight: '100', image: image('v2') })).toMatchObject({ exitCode: 0 });
  expect([await bed.stableImage(), await isPaused()]).toEqual([image('v2'), true]);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
  expect([await bed.stableImage(), await isPaused()]).toEqual([image('v1'), true]);
  expect(await bed.step('rollback', { 'to-image': image('v2'), 'allow-ungated': 'true' })).toMatchObject({ exitCode: 0 });
  expect([await bed.stableImage(), await isPaused()]).toEqual([image('v2'), true]);
});

test('PauseDurationGreaterThanProgressDeadlineSeconds, ProgressDeadlineExceededWithPause: a canary may stand longer than a rollout may take', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { progressDeadlineSeconds: 3 } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const standing = { image: image('v2'), settle: '4s' };
  expect(await bed.step('canary-step', { ...standing, weight: '10' })).toMatchObject({ exitCode: 0 });
  expect(await bed.step('canary-step', { ...standing, weight: '30' })).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'holding' },
  });
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.leftovers()).toEqual([]);
});

test('of several containers the named one is released and judged, the others stay', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const sidecar = { name: 'proxy', image: image('proxy') };
  const migrate = { name: 'migrate', image: image('migrate') };
  const patch = { spec: { template: { spec: { containers: [sidecar], initContainers: [migrate] } } } };
  await fixture.api.patch(path, patch, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, bed.namespace, 'restaurant');

  const unnamed = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(unnamed.errors.join()).toMatch(/several containers \(\S+, \S+\)[\s\S]*`container:`/);
  const named = { container: 'app' };
  expect(await bed.step('canary-step', { ...named, weight: '100', image: image('v2') })).toMatchObject({ exitCode: 0 });
  const { containers, initContainers } = (await bed.stable()).spec.template.spec as never as Record<
    string,
    Array<{ name: string; image: string }>
  >;
  const images = Object.fromEntries([...(containers ?? []), ...(initContainers ?? [])].map((each) => [each.name, each.image]));
  expect(images).toEqual({ app: image('v2'), proxy: image('proxy'), migrate: image('migrate') });
  expect(await bed.step('rollback', named)).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
});
