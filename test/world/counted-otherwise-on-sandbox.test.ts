import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { image, releaseBed } from '../cluster/release-bed.js';
import type { ClusterFixture } from '../testbed/fixture.js';
import { sandboxFixture } from '../testbed/sandbox/fixture.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** An app that counts its requests as http_server_requests_total. */
const otherwise = (version: string) => image(`${version}-flavour-renamed`);
const patient = { 'prove-timeout': '30s' };

test('a rollback that is told the app’s name alone proves 0 % by the metric that the release began with', async () => {
  const bed = await releaseBed(fixture, { route: true, image: otherwise('v1') });
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const metric = { 'request-metric': 'http_server_requests_total' };
  await bed.step('canary-step', { weight: '50', image: otherwise('v2'), ...metric, ...patient });
  const undo = await bed.step('rollback', patient);
  await load.stop();
  expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' }, warnings: [] });
  expect(undo.stdout).toMatch(/Proven: 0 of \d+ requests went to the canary/);
});

test('one that nothing tells what counts the requests waits for no proof', async () => {
  const bed = await releaseBed(fixture, { route: true, image: otherwise('v1') });
  const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
  await bed.step('canary-step', { weight: '50', image: otherwise('v2') });
  const undo = await bed.step('rollback', patient);
  await load.stop();
  expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(undo.warnings.join()).toMatch(/The split could not be proven: .*no series matches http_requests_total/);
  expect(Number(undo.outputs['mttr-seconds'])).toBeLessThan(6);
});
