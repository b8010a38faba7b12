import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections, rolledOut } from '../../../testbed/fixture.js';
import { restaurantLabels } from '../../../testbed/restaurant.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { type Deployment, image, releaseBed } from '../cluster/release-bed.js';

/** The bundles against a cluster, in seconds. What needs time, or a real server, is in test/suites/cluster and in the demo. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('a canary is raised and taken back, and nothing of it is left', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.route()).spec;
  const raised = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(raised).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '10', 'weight-proven': 'false' } });
  expect(await bed.canaryWeight()).toBe(10);
  expect(await bed.leftovers()).toContain('restaurant-canary');
  const back = await bed.step('rollback');
  expect(back).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1') } });
  expect((await bed.route()).spec).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
});

test('a step says all that the next one may ask for', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  await fixture.api.patch(path, { spec: { hostnames: ['*.shop.test', 'menu.shop.test'] } });
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const inputs = { weight: '30', image: image('v2'), 'prove-timeout': '30s', slo: 'slo.yml', hold: '60s' };
  const { exitCode, outputs } = await bed.step('canary-step', inputs);
  await load.stop();
  expect(exitCode).toBe(0);
  const { 'weight-measured': measured, 'weight-interval-json': interval, 'record-json': record, ...rest } = outputs;
  expect(rest).toEqual({
    'release-id': expect.stringMatching(/^\d+-1-[0-9a-f]{8}$/),
    phase: 'holding',
    weight: '30',
    'weight-proven': 'true',
    revision: image('v2'),
    'previous-revision': image('v1'),
    'canary-name': 'restaurant-canary',
    verdict: 'pass',
    caution: '',
    'uncovered-measured': '',
    url: 'http://menu.shop.test',
  });
  const { low, high } = JSON.parse(interval ?? '') as { low: number; high: number };
  expect([low <= 30, 30 <= high, low <= Number(measured), Number(measured) <= high]).toEqual([true, true, true, true]);
  expect(JSON.parse(record ?? '')).toMatchObject({
    id: rest['release-id'],
    phase: 'holding',
    steps: [{ weight: 30, verdict: 'pass', measured: { share: Number(measured), proven: true } }],
  });
  const nothing = await bed.step('canary-step', { weight: '0' });
  expect(nothing).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', weight: '0', verdict: '' } });
  expect((await bed.step('canary-step', { weight: '0' })).outputs).toMatchObject({
    phase: 'none',
    weight: '0',
    'release-id': '',
    'record-json': '',
  });
});

test('a version is promoted, and rolled back to the one before', async () => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '100', image: image('v2') })).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'promoted' },
  });
  expect(await bed.stableImage()).toBe(image('v2'));
  expect(await bed.step('rollback')).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') },
  });
  expect(await bed.stableImage()).toBe(image('v1'));
  expect(await bed.leftovers()).toEqual([]);
});

test('a release that a later step calls irreversible is not undone automatically', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(await bed.step('canary-step', { weight: '100', irreversible: 'true' })).toMatchObject({ exitCode: 0 });
  const rollback = await bed.step('rollback');
  expect([rollback.exitCode, rollback.codes]).toEqual([1, ['release-irreversible']]);
  expect(await bed.stableImage()).toBe(image('v2'));
});

test('a canary is made for stable as it is now, once an autoscaler has made it larger than at the start', async () => {
  const bed = await releaseBed(fixture, { replicas: 2, route: true });
  const deployments = collections.deployments(bed.namespace);
  const podsAfterStep = async (replicas: number) => {
    await fixture.api.patch(`${deployments}/restaurant`, { spec: { replicas } });
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
    expect(await bed.step('canary-step', { weight: '50', image: image('v2') })).toMatchObject({ exitCode: 0 });
    return (await fixture.api.get<Deployment>(`${deployments}/restaurant-canary`)).spec.replicas;
  };
  expect(await podsAfterStep(2)).toBe(1);
  expect(await podsAfterStep(4)).toBe(2);
  expect(await podsAfterStep(1)).toBe(1);
  await bed.step('rollback');
});

test('a version that crashes is named with its last words, and nothing of it stays', async () => {
  const bed = await releaseBed(fixture);
  const step = await bed.step('canary-step', { weight: '10', image: image('crash') });
  expect(step).toMatchObject({ exitCode: 1, codes: ['pod-crashes'], outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(/CrashLoopBackOff[\s\S]*ECONNREFUSED/);
  expect(JSON.parse(step.outputs['record-json'] ?? '{}').reason).toMatch(/^The canary can't start: pod .*CrashLoopBackOff/);
  expect(step.summary).toMatch(/\| Reason \| The canary can't start/);
  expect(await bed.leftovers()).toEqual([]);
});

test('credentials without a single right are told the file to apply, before anything is changed', async () => {
  const bed = await releaseBed(fixture);
  const env = { KUBECONFIG: fixture.bed.kubeconfigs.deployer };
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') }, { env });
  expect([step.exitCode, step.codes]).toEqual([1, ['rights-missing']]);
  expect(step.errors.join()).toMatch(/User deployer may do nothing in namespace \S+ .* docs\/rbac/);
  expect(await bed.leftovers()).toEqual([]);
});

test('a rollback that is killed once it let a paused Deployment roll pauses it when it is run again', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { paused: true } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const before = await bed.stable();
  const inputs = { 'to-image': image('v2'), 'allow-ungated': 'true' };
  const controller = new AbortController();
  const onStdout = (soFar: string) => /PATCH \S+\/deployments\/restaurant: 200/.test(soFar) && controller.abort();
  await bed.step('rollback', inputs, { signal: controller.signal, cancelWith: 'SIGKILL', onStdout });
  const isPaused = ({ spec }: Deployment) => (spec as { paused?: boolean }).paused ?? false;
  expect(isPaused(await bed.stable())).toBe(false);
  expect(await bed.step('rollback', inputs)).toMatchObject({ exitCode: 0 });
  const after = await bed.stable();
  expect([isPaused(after), await bed.stableImage()]).toEqual([true, image('v2')]);
  expect(Object.keys(after.metadata.annotations ?? {})).toEqual(Object.keys(before.metadata.annotations ?? {}));
  expect(await bed.leftovers()).toEqual([]);
});

test('a dry run says all that would be done, has it checked, and leaves no trace', async () => {
  const leaving = [
    'Set the weights in HTTPRoute restaurant: restaurant 1',
    'Give up every claim on HTTPRoute restaurant',
    'Remove Deployment restaurant-canary',
    'Remove Service restaurant-canary',
    'Remove PodDisruptionBudget restaurant-canary',
    'Change minReplicas of HorizontalPodAutoscaler restaurant from 3 to 1',
    'Give up every claim on HorizontalPodAutoscaler restaurant',
  ];
  const bed = await releaseBed(fixture);
  const autoscalers = `/apis/autoscaling/v2/namespaces/${bed.namespace}/horizontalpodautoscalers`;
  await fixture.api.create(autoscalers, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'restaurant' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' }, minReplicas: 1, maxReplicas: 9 },
  } as never);
  await fixture.api.create(collections.budgets(bed.namespace), {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'calm' },
    spec: { maxUnavailable: 1, selector: { matchLabels: restaurantLabels } },
  } as never);
  let told: readonly string[] = [];
  const plan = async (inputs: Record<string, string>) => {
    const before = [(await bed.stable()).metadata.resourceVersion, (await bed.route()).metadata.resourceVersion];
    const step = await bed.step('canary-step', { ...inputs, 'dry-run': 'true' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect([(await bed.stable()).metadata.resourceVersion, (await bed.route()).metadata.resourceVersion]).toEqual(before);
    told = step.warnings;
    expect(step.stdout).toContain('Not in this plan: the release');
    return [...step.stdout.matchAll(/^\d+\. (.*): (?:accepted by the API server|follows from the changes before it)/gm)].map(
      ([, text]) => text,
    );
  };
  expect(await plan({ weight: '10', image: image('v2'), header: 'X-Canary=1' })).toEqual([
    'Change minReplicas of HorizontalPodAutoscaler restaurant from 1 to 3',
    "Give the canary PodDisruptionBudget restaurant-canary, like stable's",
    `Run 1 canary pod of ${image('v2')} in Deployment restaurant-canary`,
    "Put Service restaurant-canary in front of the canary's pods",
    'Set the weights in HTTPRoute restaurant: restaurant 100, restaurant-canary 0',
    'Set the weights in HTTPRoute restaurant: restaurant-canary 1; restaurant 90, restaurant-canary 10',
  ]);
  expect([await bed.leftovers(), await bed.record()]).toEqual([[], undefined]);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(await plan({ weight: '100', 'request-metric': 'rides_total' })).toEqual([
    `Run 3 canary pods of ${image('v2')} in Deployment restaurant-canary`,
    'Set the weights in HTTPRoute restaurant: restaurant 0, restaurant-canary 100',
    `Update Deployment restaurant to ${image('v2')}`,
    'Set the weights in HTTPRoute restaurant: restaurant 50, restaurant-canary 50',
    'Set the weights in HTTPRoute restaurant: restaurant 100, restaurant-canary 0',
    ...leaving,
    'Give up every claim on Deployment restaurant',
  ]);
  expect(told.join()).toMatch(
    /Stable's pages have no figures for `request-metric`: no series matches rides_total: .*\(there are /,
  );
  expect(await plan({ weight: '0' })).toEqual([
    'Set the weights in HTTPRoute restaurant: restaurant 100, restaurant-canary 0',
    ...leaving,
  ]);
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { replicas: 5 } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  expect(await plan({ weight: '50' })).toEqual([
    'Change minReplicas of HorizontalPodAutoscaler restaurant from 3 to 5',
    `Run 3 canary pods of ${image('v2')} in Deployment restaurant-canary`,
    'Set the weights in HTTPRoute restaurant: restaurant 50, restaurant-canary 50',
  ]);
  expect(await bed.canaryWeight()).toBe(10);
  await bed.step('rollback');
});
