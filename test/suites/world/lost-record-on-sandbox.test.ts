import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import { grant } from '../../../testbed/grant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { cancelAfter, image, onceStdout, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What an undo does without its record, and with no more rights than it needs. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

describe('a record that was lost with half of the traffic on the canary', () => {
  const lost = async (route = true): Promise<{ bed: ReleaseBed; main: Awaited<ReturnType<ReleaseBed['step']>> }> => {
    const bed = await releaseBed(fixture, { route });
    const main = await bed.step('canary-step', { weight: '50', image: image('v2') });
    await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
    return { bed, main };
  };
  const expectPutBack = async (bed: ReleaseBed) => {
    expect([await bed.canaryWeight().catch(() => 0), await bed.leftovers(), await bed.stableImage()]).toEqual([
      0,
      [],
      image('v1'),
    ]);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
  };

  test.each([
    ['rollback', true],
    ['weight 0', true],
    ['post', true],
    ['rollback', false],
  ])('is made up for by what carries our labels: %s, with a route: %p', async (by, route) => {
    const { bed, main } = await lost(route);
    const undo =
      by === 'post'
        ? await bed.post('canary-step', main, { weight: '50', image: image('v2') })
        : await bed.step(by === 'rollback' ? 'rollback' : 'canary-step', by === 'rollback' ? { scope: 'any' } : { weight: '0' });
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect(undo.warnings.join()).toContain('Its record was lost');
    if (by !== 'post') expect(undo.outputs).toMatchObject({ phase: 'aborted' });
    await expectPutBack(bed);
  });

  test('of another run is left alone by `scope: run` and by post, and said', async () => {
    const { bed, main } = await lost();
    const env = { GITHUB_RUN_ID: '9999' };
    const undo = await bed.step('rollback', {}, { env });
    expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect(undo.outputs.reason).toMatch(/A release of \S+:v2 is in flight .* belongs to \S+\/4711 .*`scope: any` undoes it/);
    expect((await bed.post('canary-step', main, {}, { env })).warnings.join()).toContain('is left alone');
    expect(await bed.canaryWeight()).toBe(50);
  });

  test('is named as the suite’s own by a new release, with the way out', async () => {
    const { bed } = await lost();
    const next = await bed.step('canary-step', { weight: '10', image: image('v3') });
    expect(next.exitCode).toBe(1);
    expect(next.errors.join()).toMatch(/left by a release of this suite.*rollback action with `scope: any`/s);
    expect(await bed.canaryWeight()).toBe(50);
  });

  test('is none where somebody else has taken the name of the canary', async () => {
    const bed = await releaseBed(fixture);
    const { metadata, ...theirs } = (await bed.stable()) as unknown as { metadata: object; spec: object };
    await fixture.api.create(collections.deployments(bed.namespace), {
      ...theirs,
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'restaurant-canary', labels: { app: 'theirs' } },
    } as never);
    expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect(await fixture.api.get(`${collections.deployments(bed.namespace)}/restaurant-canary`)).toMatchObject({
      metadata: { labels: { app: 'theirs' } },
    });
  });
});

describe('the Roles of docs/rbac, with `router: auto`', () => {
  const kubeconfig = () => fixture.bed.kubeconfigs.deployer;
  const as = () => ({ env: { KUBECONFIG: kubeconfig() } });

  test.each([
    ['http-route', true],
    ['replicas', false],
  ])('are enough for a release and its undoing: %s', async (router, route) => {
    const bed = await releaseBed(fixture, { route });
    await grant(fixture, bed.namespace, `canary-step.${router}`);
    const step = await bed.step('canary-step', { weight: '50', image: image('v2') }, as());
    expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
    await fixture.api.delete(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${bed.namespace}/rolebindings/d9-canary-step-${router}`,
    );
    await grant(fixture, bed.namespace, `verify-slo.${router}`);
    const gate = await bed.step('verify-slo', { hold: '1s' }, as());
    expect(gate.outputs.verdict).toMatch(/inconclusive|error/);
    await fixture.api.delete(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${bed.namespace}/rolebindings/d9-verify-slo-${router}`,
    );
    await grant(fixture, bed.namespace, `rollback.${router}`);
    const undo = await bed.step('rollback', {}, as());
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect(undo.stdout).not.toMatch(/: 403 after/);
    expect(await bed.leftovers()).toEqual([]);
  });

  test('without the comforts an undo has less to say, and does no less', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '20', image: image('v2') });
    await grant(fixture, bed.namespace, 'rollback.http-route', ['events', 'pods/log', 'pods/proxy']);
    const undo = await bed.step('rollback', {}, as());
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect([await bed.canaryWeight(), await bed.leftovers()]).toEqual([0, []]);
  });

  test('without a right to tidy up the traffic goes back all the same; without one to move it nothing is begun', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '20', image: image('v2') });
    await grant(fixture, bed.namespace, 'rollback.http-route', ['httproutes']);
    const refused = await bed.step('rollback', {}, as());
    expect([refused.exitCode, refused.errors.join()]).toEqual([1, expect.stringContaining('resources: ["httproutes"]')]);
    expect(await bed.record()).toMatchObject({ phase: 'holding' });
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${bed.namespace}`;
    for (const kind of ['roles', 'rolebindings']) await fixture.api.delete(`${rbac}/${kind}/d9-rollback-http-route`);
    await grant(fixture, bed.namespace, 'rollback.http-route', ['services']);
    const undo = await bed.step('rollback', {}, as());
    expect(await bed.canaryWeight()).toBe(0);
    expect(undo.warnings.join()).toContain('resources: ["services"]');
    expect(undo.errors.join()).toContain('Traffic: 100 % stable');
  });
});

describe('a Lease that is deleted while a promotion has stable half updated', () => {
  const slow = { route: true, image: image('v1-start-2000') };
  const promotion = { weight: '100', image: image('v2-start-2000') };
  const lease = (bed: ReleaseBed) => `${collections.leases(bed.namespace)}/d9-restaurant`;
  const half = /PATCH \S+\/deployments\/restaurant: 200/;

  test('is written anew by the step that holds it, which comes to its end', async () => {
    const bed = await releaseBed(fixture, slow, QUICK);
    const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
    const step = await bed.step(
      'canary-step',
      promotion,
      onceStdout(half, () => void fixture.api.delete(lease(bed))),
    );
    expect((await load.stop()).total).toMatchObject({ failed: 0, lost: 0 });
    expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
    expect(step.warnings.join()).toMatch(/Lease \S+\/d9-restaurant, which holds the release record, was deleted.*written anew/);
    expect(await bed.record()).toMatchObject({ phase: 'promoted', stable: { image: slow.image } });
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([promotion.image, []]);
  });

  test.each(['post', 'rollback', 'weight 0'])(
    'by a step that was killed is no loss: %s brings back what stable ran before, and no request is lost',
    async (by) => {
      const bed = await releaseBed(fixture, slow, QUICK);
      const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
      const main = await bed.step('canary-step', promotion, { ...cancelAfter(half), cancelWith: 'SIGKILL' });
      await fixture.api.delete(lease(bed));
      const undo =
        by === 'post'
          ? await bed.post('canary-step', main, promotion)
          : await bed.step(by === 'rollback' ? 'rollback' : 'canary-step', by === 'rollback' ? {} : { weight: '0' });
      expect((await load.stop()).total).toMatchObject({ failed: 0, lost: 0 });
      expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
      expect(undo.warnings.join()).toMatch(
        /a promotion that was cut has written \S+:v2\S* into stable, which goes back to \D+ before, \S+:v1/,
      );
      expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
      expect([await bed.stableImage(), await bed.leftovers()]).toEqual([slow.image, []]);
    },
  );
});

test('a stable that runs the version of a canary without a record is left so, which is no success, and told with the way back', async () => {
  const bed = await releaseBed(fixture);
  const main = await bed.step('canary-step', { weight: '50', image: image('v2') });
  const theirs = { spec: { template: { spec: { containers: [{ name: 'app', image: image('v2') }] } } } };
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  await fixture.api.patch(path, theirs, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
  const post = await bed.post('canary-step', main, { weight: '50', image: image('v2') });
  expect(post.exitCode).toBe(1);
  expect(post.errors.join()).toMatch(
    /stable, which runs \S+:v2[\s\S]*revision 1 of Deployment \S+ ran \S+:v1: `to-revision: previous`/,
  );
  expect([await bed.canaryWeight(), await bed.leftovers(), await bed.stableImage()]).toEqual([0, [], image('v2')]);
  // Nor does it become one by being asked for again.
  const again = await bed.step('rollback', { scope: 'any' });
  expect([again.exitCode, again.errors.join()]).toEqual([1, expect.stringContaining('`to-revision: previous`')]);
  expect(await bed.step('rollback', { scope: 'any', 'to-revision': 'previous' })).toMatchObject({ exitCode: 0 });
  expect(await bed.stableImage()).toBe(image('v1'));
});

test('a person’s own split is no trace of a release, and a rollback leaves it alone', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  const split = [
    { name: 'restaurant', port: 80, weight: 90 },
    { name: 'restaurant-canary', port: 80, weight: 10 },
  ];
  await fixture.api.patch(path, { spec: { rules: [{ backendRefs: split }] } });
  expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(JSON.stringify((await bed.route()).spec)).toContain('"weight":10');
});

test.each(['promoted', 'cut'])(
  'a version whose revision the history has given up is brought back by its image (%s)',
  async (how) => {
    const bed = await releaseBed(fixture, { route: true }, QUICK);
    const promotion = { weight: '100', image: image('v2') };
    const cut = { ...cancelAfter(/PATCH \S+\/deployments\/restaurant: 200/), cancelWith: 'SIGKILL' as const };
    await bed.step('canary-step', promotion, how === 'cut' ? cut : {});
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
    const sets = `/apis/apps/v1/namespaces/${bed.namespace}/replicasets`;
    const { items } = await fixture.api.get<{ items: readonly { metadata: { name: string }; spec: { replicas: number } }[] }>(
      sets,
    );
    for (const { metadata, spec } of items) if (spec.replicas === 0) await fixture.api.delete(`${sets}/${metadata.name}`);
    const undo = await bed.step('rollback');
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect(undo.warnings.join()).toContain('keeps no revision of');
    expect([await bed.stableImage(), await bed.canaryWeight(), await bed.leftovers()]).toEqual([image('v1'), 0, []]);
  },
);
