import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import { grant } from '../../../testbed/grant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { cancelAfter, image, onceStdout, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** An app behind Traefik's own routes. A child of a TraefikService without endpoints takes the whole route away, at weight 0 too. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const apiVersion = 'traefik.io/v1alpha1';
const byWeight = { kind: 'TraefikService', name: 'restaurant' };

async function behindTraefik(): Promise<ReleaseBed> {
  const usual = { router: 'traefik', settle: '500ms', 'prove-timeout': '20s' };
  const bed = await releaseBed(fixture, { replicas: 2 }, usual);
  await fixture.api.create(collections.traefikServices(bed.namespace), {
    apiVersion,
    kind: 'TraefikService',
    metadata: { name: 'restaurant' },
    spec: { weighted: { services: [{ name: 'restaurant', port: 80 }] } },
  });
  await fixture.api.create(collections.ingressRoutes(bed.namespace), {
    apiVersion,
    kind: 'IngressRoute',
    metadata: { name: 'public' },
    spec: { routes: [{ kind: 'Rule', match: 'Host(`shop.test`)', services: [byWeight] }] },
  });
  return bed;
}

const listed = async ({ namespace }: ReleaseBed) =>
  (
    await fixture.api.get<{ spec: { weighted: { services: readonly object[] } } }>(
      `${collections.traefikServices(namespace)}/restaurant`,
    )
  ).spec.weighted.services;

test('a release goes through shares that are proven to its promotion, loses no request, and leaves the list as it was', async () => {
  const bed = await behindTraefik();
  const load = await fixture.startLoad(bed.namespace, { rps: 150, ingressRoute: 'public' });
  for (const [weight, stable] of [
    ['20', 80],
    ['50', 50],
  ] as const) {
    const step = await bed.step('canary-step', { weight, image: image('v2') });
    expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
    expect(step.outputs).toMatchObject({ weight, 'weight-proven': 'true', url: 'http://shop.test' });
    expect(await listed(bed)).toEqual([
      { name: 'restaurant', port: 80, weight: stable },
      { name: 'restaurant-canary', port: 80, weight: Number(weight), nativeLB: true },
    ]);
  }
  const end = await bed.step('canary-step', { weight: '100' });
  expect(`${end.exitCode} ${end.errors.join()}`).toBe('0 ');
  expect((await load.stop()).notOk).toEqual([]);
  expect([await bed.stableImage(), await listed(bed), await bed.leftovers()]).toEqual([
    image('v2'),
    [{ name: 'restaurant', port: 80 }],
    [],
  ]);
});

test.each([
  ['the rollback action', false],
  ['whoever finds the canary without its record', true],
])('a step that is cut in the middle is undone by %s, and no request is lost', async (_who, isLost) => {
  const bed = await behindTraefik();
  const load = await fixture.startLoad(bed.namespace, { rps: 100, ingressRoute: 'public' });
  await bed.step('canary-step', { weight: '30', image: image('v2') });
  await bed.step('canary-step', { weight: '60' }, cancelAfter(/PATCH \S+\/traefikservices\/restaurant: 200/));
  if (isLost) await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
  const undo = await bed.step('rollback', { scope: 'any', router: 'auto' });
  expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
  expect(undo.outputs.phase).toBe('aborted');
  expect((await load.stop()).notOk).toEqual([]);
  const [only, ...rest] = await listed(bed);
  expect([only, rest, await bed.leftovers()]).toEqual([expect.objectContaining({ name: 'restaurant', port: 80 }), [], []]);
});

test('a canary whose pods are all gone costs its own share, and not the whole route', async () => {
  const bed = await behindTraefik();
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const canary = `${collections.deployments(bed.namespace)}/restaurant-canary`;
  await fixture.api.patch(canary, { spec: { replicas: 0 } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant-canary');
  const load = await fixture.startLoad(bed.namespace, { rps: 100, ingressRoute: 'public' });
  await load.until(({ total }) => total.ok >= 100);
  const undo = bed.step('rollback', { scope: 'any', router: 'auto' });
  expect(await undo).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  const { total, reasons } = await load.stop();
  expect(total.lost / (total.lost + total.ok)).toBeLessThan(0.3);
  expect(Object.keys(reasons)).not.toContain('404');
});

test('stable that is scaled to 0 while the canary has all traffic takes no request with it', async () => {
  const bed = await behindTraefik();
  const load = await fixture.startLoad(bed.namespace, { rps: 100, ingressRoute: 'public' });
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const scale = () => void fixture.api.patch(path, { spec: { replicas: 0 } }, 'application/merge-patch+json');
  const step = await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    onceStdout(/Promote: stable gets the new version/, scale),
  );
  expect([step.exitCode, step.errors.join()]).toEqual([1, expect.stringContaining('take more of the traffic')]);
  expect((await load.stop()).notOk).toEqual([]);
});

test('an IngressRoute that leads straight to the Service is told what to put in between, and nothing is changed', async () => {
  const bed = await behindTraefik();
  const path = `${collections.ingressRoutes(bed.namespace)}/public`;
  const straight = [{ kind: 'Rule', match: 'Host(`shop.test`)', services: [{ name: 'restaurant', port: 80 }] }];
  await fixture.api.patch(path, { spec: { routes: straight } }, 'application/merge-patch+json');
  await fixture.api.delete(`${collections.traefikServices(bed.namespace)}/restaurant`);
  const step = await bed.step('canary-step', { weight: '20', image: image('v2') });
  expect([step.exitCode, step.codes]).toEqual([1, ['route-missing']]);
  expect(step.errors.join()).toContain('IngressRoute public leads straight to it: put a TraefikService');
  expect(await bed.leftovers()).toEqual([]);
});

test('somebody who writes the weights back between two steps is not written over', async () => {
  const bed = await behindTraefik();
  const load = await fixture.startLoad(bed.namespace, { rps: 100, ingressRoute: 'public' });
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const path = `${collections.traefikServices(bed.namespace)}/restaurant?fieldManager=argocd-controller`;
  const services = [
    { name: 'restaurant', port: 80, weight: 98 },
    { name: 'restaurant-canary', port: 80, weight: 2 },
  ];
  await fixture.api.patch(path, { spec: { weighted: { services } } }, 'application/merge-patch+json');
  const step = await bed.step('canary-step', { weight: '50' });
  await load.stop();
  expect([step.exitCode, step.codes]).toEqual([1, ['route-changed']]);
  expect(step.errors.join()).toContain('gives the canary 2 %, and this release last gave it 20 %');
  expect(await bed.step('rollback', { router: 'auto' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
});

test('somebody who takes the canary out between two steps is not written over either', async () => {
  const bed = await behindTraefik();
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const path = `${collections.traefikServices(bed.namespace)}/restaurant?fieldManager=kubectl-edit`;
  const alone = [{ name: 'restaurant', port: 80, weight: 1 }];
  await fixture.api.patch(path, { spec: { weighted: { services: alone } } }, 'application/merge-patch+json');
  const step = await bed.step('canary-step', { weight: '50' });
  expect([step.exitCode, step.codes]).toEqual([1, ['route-changed']]);
  expect(step.errors.join()).toContain('somebody took the canary out of it during the release');
  expect(await listed(bed)).toEqual(alone);
  expect(await bed.step('rollback', { router: 'auto' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect([await listed(bed), await bed.leftovers()]).toEqual([alone, []]);
});

test('a list that gives stable nothing has nothing to share', async () => {
  const bed = await behindTraefik();
  const path = `${collections.traefikServices(bed.namespace)}/restaurant`;
  const off = [{ name: 'restaurant', port: 80, weight: 0 }];
  await fixture.api.patch(path, { spec: { weighted: { services: off } } }, 'application/merge-patch+json');
  const step = await bed.step('canary-step', { weight: '20', image: image('v2') });
  expect([step.exitCode, step.codes]).toEqual([1, ['route-gives-nothing']]);
  expect([await listed(bed), await bed.leftovers()]).toEqual([off, []]);
});

test('what else decides, and what leads past the split under its very name, is said before the release', async () => {
  const bed = await behindTraefik();
  const straight = [{ kind: 'Rule', match: 'Host("admin.test")', services: [{ name: 'restaurant', port: 80 }] }];
  await fixture.api.create(collections.ingressRoutes(bed.namespace), {
    apiVersion,
    kind: 'IngressRoute',
    metadata: { name: 'restaurant' },
    spec: { entryPoints: ['websecure'], routes: straight },
  });
  const failover = { service: byWeight, fallback: { name: 'restaurant', port: 80 }, errors: { status: ['500-599'] } };
  await fixture.api.create(collections.traefikServices(bed.namespace), {
    apiVersion,
    kind: 'TraefikService',
    metadata: { name: 'safe' },
    spec: { failover },
  });
  const path = `${collections.ingressRoutes(bed.namespace)}/public`;
  const through = [{ kind: 'Rule', match: 'Host(`shop.test`)', services: [{ kind: 'TraefikService', name: 'safe' }] }];
  await fixture.api.patch(path, { spec: { routes: through } }, 'application/merge-patch+json');
  const step = await bed.step('canary-step', { weight: '20', image: image('v2'), 'prove-timeout': '1s' });
  expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
  expect(step.warnings.join('\n')).toMatch(/Not covered by the split.*IngressRoute restaurant/);
  expect(step.warnings.join('\n')).toContain('by another one that decides first: TraefikService safe has a second service');
});

test('a list that nobody is led to is said to split nothing', async () => {
  const bed = await behindTraefik();
  await fixture.api.delete(`${collections.ingressRoutes(bed.namespace)}/public`);
  const step = await bed.step('canary-step', { weight: '20', image: image('v2'), 'prove-timeout': '1s' });
  expect(step.warnings.join('\n')).toContain(
    'leads to TraefikService restaurant: unless one of another namespace or an HTTPRoute does',
  );
});

test('the Role for a rollback is enough where the record was lost', async () => {
  const bed = await behindTraefik();
  await bed.step('canary-step', { weight: '30', image: image('v2') });
  await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
  await grant(fixture, bed.namespace, 'rollback.traefik');
  const env = { KUBECONFIG: fixture.bed.kubeconfigs.deployer };
  const undo = await bed.step('rollback', { scope: 'any', router: 'auto' }, { env });
  expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
  const [only, ...rest] = await listed(bed);
  expect([only, rest, await bed.leftovers()]).toEqual([expect.objectContaining({ name: 'restaurant', port: 80 }), [], []]);
});

test('a list that somebody empties while the canary has all traffic leads to stable again', async () => {
  const bed = await behindTraefik();
  const path = `${collections.traefikServices(bed.namespace)}/restaurant?fieldManager=kubectl-edit`;
  const empty = () => void fixture.api.patch(path, { spec: { weighted: { services: [] } } }, 'application/merge-patch+json');
  const step = await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    onceStdout(/Promote: stable gets the new version/, empty),
  );
  expect([step.exitCode, step.codes]).toEqual([1, ['route-changed']]);
  expect([await listed(bed), await bed.stableImage(), await bed.leftovers()]).toEqual([
    [{ name: 'restaurant', port: 80 }],
    image('v1'),
    [],
  ]);
});
