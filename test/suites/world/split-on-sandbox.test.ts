import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { restaurantLabels, restaurantRoute, service } from '../../../testbed/restaurant.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, onceStdout, releaseBed } from '../cluster/release-bed.js';

/** What is counted of a split, and what is made of it, where requests come on more ways than one. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('an app without a route and with one label in its selectors is counted right: each pod once', async () => {
  const bed = await releaseBed(fixture, { labels: { app: 'restaurant' } }, { settle: '500ms', 'prove-timeout': '10s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 300, service: 'restaurant' });
  const { exitCode, outputs } = await bed.step('canary-step', { weight: '25', image: image('v2') });
  await load.stop();
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ phase: 'holding', 'weight-proven': 'true' });
  expect(Math.abs(Number(outputs['weight-measured']) - 25)).toBeLessThan(8);
});

/** Requests by the route, and past it from callers inside the cluster. */
async function twoWays(byRoute: number, past: number) {
  const bed = await releaseBed(fixture, { route: true }, { settle: '500ms', 'prove-timeout': '5s' });
  const loads = [
    await fixture.startLoad(bed.namespace, { rps: byRoute, route: 'restaurant' }),
    await fixture.startLoad(bed.namespace, { rps: past, service: 'restaurant' }),
  ];
  return { ...bed, stop: () => Promise.all(loads.map((load) => load.stop())) };
}

test('requests past the split are told with their share, and a split that is right is neither put back nor kept from being promoted', async () => {
  const bed = await twoWays(150, 250);
  const raised = await bed.step('canary-step', { weight: '30', image: image('v2') });
  expect(raised).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '30', 'weight-proven': 'false' } });
  expect(raised.warnings.join('\n')).toMatch(
    /About \d+(\.\d)? % of the requests reach stable past the split[\s\S]*`uncovered: \d+ %`/,
  );
  expect(Math.abs(Number(raised.outputs['uncovered-measured']) - 62)).toBeLessThan(15);
  const promoted = await bed.step('canary-step', { weight: '100' });
  await bed.stop();
  expect(promoted).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(promoted.warnings.join('\n')).toContain('They go on to stable whatever the weight');
});

test('requests past the split that are declared leave the share to be proven, and `on-uncovered: fail` puts back what brings more', async () => {
  const bed = await twoWays(200, 100);
  const declared = await bed.step('canary-step', {
    weight: '50',
    image: image('v2'),
    uncovered: '50 %',
    'on-uncovered': 'fail',
    'prove-timeout': '20s',
  });
  expect(declared).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', 'weight-proven': 'true' } });
  const more = await bed.step('canary-step', { weight: '70', uncovered: '2.5', 'on-uncovered': 'fail' });
  await bed.stop();
  expect(more).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(more.errors.join()).toMatch(/more than the 2.5 % of `uncovered`[\s\S]*`on-uncovered: fail`/);
  expect(await bed.leftovers()).toEqual([]);
});

test('a router that ignores the weight is caught where nothing of the canary arrives, whatever may come past the split', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '500ms', 'prove-timeout': '4s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 300, service: 'restaurant' });
  const step = await bed.step('canary-step', { weight: '20', image: image('v2'), uncovered: '60 %' });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(
    /20 % was written and accepted, but 0 of \d+ requests[\s\S]*the router does not follow the weight/i,
  );
});

test('a way past the split that is seen before the release is refused with `on-uncovered: fail`, and nothing is changed', async () => {
  const bed = await releaseBed(fixture);
  const other = { ...restaurantRoute, metadata: { name: 'restaurant-internal' } };
  await fixture.api.create(collections.httpRoutes(bed.namespace), other);
  const inputs = { weight: '20', image: image('v2'), route: 'restaurant', 'on-uncovered': 'fail' };
  const refused = await bed.step('canary-step', inputs);
  expect(refused.exitCode).toBe(1);
  expect(refused.errors.join()).toContain('requests by HTTPRoute restaurant-internal');
  expect(await bed.leftovers()).toEqual([]);
  const declared = await bed.step('canary-step', { ...inputs, uncovered: '20%' });
  expect(declared.exitCode).toBe(0);
  expect(declared.stdout).toContain('`uncovered: 20 %` is declared');
  await bed.step('rollback');
});

test('a route that somebody writes back is named with who did it and when, before the router is blamed', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '4s', 'prove-timeout': '10s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 300, route: 'restaurant' });
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant?fieldManager=argocd-controller`;
  const writeBack = () => void fixture.api.patch(path, { spec: restaurantRoute.spec });
  const step = await bed.step(
    'canary-step',
    { weight: '20', image: image('v2') },
    onceStdout(/Canary at 20 %25: traffic[\s\S]*PATCH \S+\/httproutes\/restaurant: 200/, writeBack),
  );
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(
    /does not give the canary the 20 % that were written: rule 0 gives it 0 %. `argocd-controller` wrote its rules at \d{4}-\S+Z/,
  );
  expect(step.errors.join()).not.toContain('The router does not follow');
});

test('what is said for Gateways that a route does not name any more is nobody’s answer', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  const { status, metadata } = (await bed.route()) as unknown as Reported;
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }));
  const stale = {
    parentRef: { name: 'old-gateway' },
    controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
    conditions,
  };
  await fixture.api.patch(`${path}/status`, {
    metadata: { resourceVersion: metadata.resourceVersion },
    status: { parents: [...status.parents, stale] },
  });
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(step).toMatchObject({ exitCode: 0, outputs: { phase: 'holding' } });
  await bed.step('rollback');
});

test('a share that whole pods can not give, and routes that lead elsewhere, are said before; the outputs tell the share that is given', async () => {
  const bed = await releaseBed(fixture, { route: true });
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  await fixture.api.create(collections.services(bed.namespace), service('restaurant-front', restaurantLabels));
  await fixture.api.patch(path, { spec: { rules: [{ backendRefs: [{ name: 'restaurant-front', port: 80 }] }] } });
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(step).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '25' } });
  expect(step.warnings.join('\n')).toContain('They lead elsewhere: restaurant to restaurant-front (rule 0)');
  expect(step.warnings.join('\n')).toContain(
    '1 of the canary beside 3 of stable are 25 %, and 10 % was asked for. That takes 9 pods',
  );
  expect(step.summary).toContain('25 % on the canary, 75 % on stable by whole pods, 10 % asked for');
  await bed.step('rollback');
});

test('a gate that has no verdict says where the traffic is by the live route, and who wrote it back', async () => {
  const bed = await releaseBed(fixture, { route: true });
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant?fieldManager=kustomize-controller`;
  await fixture.api.patch(path, { spec: restaurantRoute.spec });
  const gate = await bed.step('verify-slo', { slo: 'slo.yml', hold: '2s' });
  expect(gate.exitCode).toBe(1);
  expect(gate.errors.join()).toMatch(
    /`kustomize-controller` wrote its rules at[\s\S]*Traffic: 100 % stable; canary: still there; record: holding/,
  );
  await bed.step('rollback');
});

test('a version that answers nobody is not promoted, although no gate looks and no counter has seen a request', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '500ms', 'prove-timeout': '20s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const step = await bed.step('canary-step', { weight: '100', image: image('v2-resets-100'), 'metrics-max-age': '10s' });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(/No request has reached any pod for \S+ since 100 % was written; before, \d+ came/);
  expect(await bed.stableImage()).toBe(image('v1'));
});

interface Reported {
  readonly metadata: { readonly resourceVersion: string };
  readonly status: { readonly parents: readonly object[] };
}

describe('a Service beside the route that selects by one label', () => {
  const NAME = { 'app.kubernetes.io/name': restaurantLabels['app.kubernetes.io/name'] };
  const settled = { settle: '500ms', 'prove-timeout': '20s' };

  test('never leads to the canary, which is set apart by that label: its callers see nothing of a bad version', async () => {
    const bed = await releaseBed(fixture, { route: true }, settled);
    await fixture.api.create(collections.services(bed.namespace), service('restaurant-internal', NAME));
    const callers = await fixture.startLoad(bed.namespace, { rps: 100, service: 'restaurant-internal' });
    const users = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
    const step = await bed.step('canary-step', { weight: '10', image: image('v2-errors-100'), 'prove-timeout': '2s' });
    await bed.step('rollback', { 'prove-timeout': '1s' });
    await users.stop();
    expect((await callers.stop()).total).toMatchObject({ failed: 0, lost: 0 });
    expect([step.exitCode, step.warnings.join()]).toEqual([0, expect.not.stringContaining('whatever its weight')]);
  });

  /** Each by another label, so that whichever sets the canary apart leaves it in the other. */
  async function leaking() {
    const bed = await releaseBed(fixture, { route: true }, settled);
    for (const [key, value] of Object.entries(restaurantLabels))
      await fixture.api.create(collections.services(bed.namespace), service(`by-${key.split('/')[1]}`, { [key]: value }));
    return bed;
  }

  test('and leads to the canary whatever is done is told with the way out, and a right split is neither blamed nor put back for it', async () => {
    const bed = await leaking();
    const loads = [
      await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' }),
      await fixture.startLoad(bed.namespace, { rps: 200, service: 'by-name' }),
    ];
    const raised = await bed.step('canary-step', { weight: '10', image: image('v2') });
    const undone = await bed.step('rollback');
    await Promise.all(loads.map((load) => load.stop()));
    expect(raised).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', 'weight-proven': 'false' } });
    expect(raised.warnings.join('\n')).toMatch(
      /whatever its weight, before any gate, by Service by-\S+, which selects its pods too\. Let it select by \S+=\S+ too/,
    );
    expect(raised.warnings.join('\n')).toMatch(
      /could not be proven: [\s\S]*those by Service by-\S+, which leads to its pods too/,
    );
    expect(undone).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(`${raised.warnings} ${undone.warnings}`).not.toContain('The router does not follow');
  });

  test('and leads to the canary whatever is done is refused with `on-uncovered: fail`, and nothing is changed', async () => {
    const bed = await leaking();
    const refused = await bed.step('canary-step', { weight: '10', image: image('v2'), 'on-uncovered': 'fail' });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join()).toMatch(/The canary gets requests whatever its weight[\s\S]*`on-uncovered: fail` allows none/);
    expect(await bed.leftovers()).toEqual([]);
  });
});
