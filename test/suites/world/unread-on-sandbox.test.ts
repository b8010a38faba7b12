import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Pod } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo, sloWorkspace } from '../../../testbed/slo-workspace.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(240_000);
const slo = sloWorkspace({ 'slo.yml': errorsSlo() });
const workspace = slo.directory;
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(async () => {
  slo.remove();
  await fixture.close();
});

const canaries = (bed: ReleaseBed) =>
  fixture.api.get<{ items: Pod[] }>(`${collections.pods(bed.namespace)}?labelSelector=d9.dev%2Ftrack%3Dcanary`);

/** A canary with two pods at half of the traffic, one of them marked, so that faults can be ordered for it. */
async function twoCanaryPods(): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '50', image: image('v2'), 'canary-replicas': '2' });
  const [first] = (await canaries(bed)).items;
  const path = `${collections.pods(bed.namespace)}/${first?.metadata.name}`;
  await fixture.api.patch(path, { metadata: { labels: { broken: 'yes' } } });
  return bed;
}

const order = (bed: ReleaseBed, faults: string) =>
  fixture.setFaults({ namespace: bed.namespace, selector: { broken: 'yes' }, faults });

test('no pass while one of two canary pods answers nothing of its metrics: it may fail all its users', async () => {
  const bed = await twoCanaryPods();
  await order(bed, 'nodata');
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const step = await bed.step('verify-slo', { hold: '8s' }, { cwd: workspace });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(step.outputs.reason).toMatch(/pod restaurant-canary-\S+ can't be read: answered 404 to GET \/metrics on port \d+/);
});

test('a canary that has no ready pod any more is put back within seconds, not at the end of the hold', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '50', image: image('v2') });
  const canary = { namespace: bed.namespace, selector: { 'd9.dev/track': 'canary' } };
  await fixture.setFaults({ ...canary, faults: 'unready' });
  const startedAt = Date.now();
  const step = await bed.step('verify-slo', { hold: '5m' }, { cwd: workspace });
  expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
  expect(step.outputs.reason).toMatch(
    /^no pod of the canary has been ready for \S+, and its 50 % of the traffic leads to none\.$/,
  );
  expect(Date.now() - startedAt).toBeLessThan(20_000);
  expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
  expect(await bed.canaryWeight()).toBe(0);
});

test('a canary that resets every connection is put back within seconds: its requests reach no counter', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const inputs = {
    weight: '20',
    image: image('v2-resets-100-flavour-lively'),
    slo: 'slo.yml',
    hold: '60s',
    'prove-timeout': '60s',
  };
  const startedAt = Date.now();
  const step = await bed.step('canary-step', inputs, { cwd: workspace });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted', verdict: 'fail' } });
  expect(step.errors.join('\n')).toMatch(/the canary got no request in \S+ while stable got its own, with 20 % of the traffic/);
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  expect(await bed.leftovers()).toEqual([]);
});

test('a page that is made anew every 15 s is waited for, and the canary passes on it', async () => {
  const bed = await releaseBed(fixture, { route: true, image: image('v1-flavour-cached15') });
  await bed.step('canary-step', { weight: '50', image: image('v2-flavour-cached15') });
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const step = await bed.step('verify-slo', { hold: '60s' }, { cwd: workspace });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
});
