import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { restaurantLabels } from '../../../testbed/restaurant.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const raise = { weight: '10', image: image('v2') };
const NAME = 'app.kubernetes.io/name';
const PART = 'app.kubernetes.io/part-of';

const policy = (bed: ReleaseBed, name: string, matchLabels: object) =>
  fixture.api.create(`/apis/networking.k8s.io/v1/namespaces/${bed.namespace}/networkpolicies`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'] },
  });

async function refused(bed: ReleaseBed, inputs: Record<string, string> = {}): Promise<string> {
  const step = await bed.step('canary-step', { ...raise, ...inputs });
  expect(step.exitCode).toBe(1);
  expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
  expect(await bed.record()).toBeUndefined();
  return step.errors.join('\n');
}

test('the label that sets the canary apart is the one that no policy mentions', async () => {
  const bed = await releaseBed(fixture);
  await policy(bed, 'of-the-shop', { [PART]: 'shop' });
  expect(await bed.step('canary-step', raise)).toMatchObject({ exitCode: 0 });
  const canary = await fixture.api.get<{ metadata: never; spec: { template: { metadata: { labels: Record<string, string> } } } }>(
    `${collections.deployments(bed.namespace)}/restaurant-canary`,
  );
  expect(canary.spec.template.metadata.labels).toMatchObject({ [NAME]: 'restaurant-canary', [PART]: 'shop' });
  // A policy that comes later does not change how the release in flight is told apart.
  await policy(bed, 'of-the-app', { [NAME]: 'restaurant' });
  expect(await bed.step('canary-step', { weight: '30' })).toMatchObject({ exitCode: 0 });
  expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(await bed.leftovers()).toEqual([]);
});

test('a policy that would cut the canary off is refused with the rule to add', async () => {
  const bed = await releaseBed(fixture);
  await policy(bed, 'restaurant-only', restaurantLabels);
  const message = await refused(bed);
  expect(message).toMatch(/NetworkPolicy restaurant-only has stable's pods and not the canary's/);
  expect(message).toContain(`{ key: ${PART}, operator: In, values: [shop, shop-canary] }`);
});

test('a canary that somebody else left, in the cluster or in the route, is refused', async () => {
  const bed = await releaseBed(fixture);
  const { spec } = (await bed.stable()) as unknown as { spec: object };
  await fixture.api.create(collections.deployments(bed.namespace), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'restaurant-canary' },
    spec: { ...spec, replicas: 0 },
  });
  expect(await refused(bed)).toContain(
    `Deployment ${bed.namespace}/restaurant-canary is there already, and no release on record made it`,
  );
  await fixture.api.delete(`${collections.deployments(bed.namespace)}/restaurant-canary`);
  const backendRefs = [
    { name: 'restaurant', port: 80 },
    { name: 'restaurant-canary', port: 80, weight: 0 },
  ];
  await fixture.api.patch(`${collections.httpRoutes(bed.namespace)}/restaurant`, { spec: { rules: [{ backendRefs }] } });
  expect(await refused(bed)).toContain('sends traffic to Service restaurant-canary already');
});

test('two Services in one rule are refused', async () => {
  const bed = await releaseBed(fixture);
  const backendRefs = [
    { name: 'restaurant', port: 80 },
    { name: 'menu', port: 80 },
  ];
  await fixture.api.patch(`${collections.httpRoutes(bed.namespace)}/restaurant`, { spec: { rules: [{ backendRefs }] } });
  expect(await refused(bed)).toContain('rule 0 also sends traffic to menu');
});

test('what Argo CD manages is refused until the user says that it knows, and then it is told what Git must say', async () => {
  const bed = await releaseBed(fixture);
  const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/restaurant' };
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { metadata: { annotations } });
  expect(await refused(bed)).toMatch(/managed by Argo CD \(argocd.argoproj.io\/tracking-id\)[\s\S]*managed-by: warn/);
  const promoted = await bed.step('canary-step', { ...raise, weight: '100', 'managed-by': 'warn' });
  expect(promoted).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(promoted.warnings.join()).toContain(`runs ${image('v2')} now, and Argo CD does not know`);
  const rollback = await bed.step('rollback');
  expect(rollback.warnings.join()).toContain(`runs ${image('v1')} now, and Argo CD does not know`);
});

test('ways past the split are listed before anything is changed', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.create(`/apis/networking.k8s.io/v1/namespaces/${bed.namespace}/ingresses`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'old-way' },
    spec: { defaultBackend: { service: { name: 'restaurant', port: { number: 80 } } } },
  });
  const step = await bed.step('canary-step', { ...raise, promotion: 'in-place' });
  expect(step.warnings.join('\n')).toContain(
    'Not covered by the split, so all of it stays on stable: requests by Ingress old-way, and of whoever calls the Service inside the cluster.',
  );
  expect(step.warnings.join('\n')).toContain('has no preStop hook');
});

test('a record of a newer schema is left alone', async () => {
  const bed = await releaseBed(fixture);
  await fixture.api.create(collections.leases(bed.namespace), {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'd9-restaurant', annotations: { 'd9.dev/release': '{"schema":3}' } },
    spec: {},
  });
  for (const [action, inputs] of [
    ['canary-step', raise],
    ['rollback', {}],
  ] as const) {
    const step = await bed.step(action, inputs);
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toContain('schema 3, this one knows 1 and 2');
    expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
  }
});
