import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** An app that counts its requests as http_server_requests_total. */
const otherwise = (version: string) => image(`${version}-flavour-renamed`);
const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
warm-up: 0s
`;
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

test('the path of the page is said once: gate, promotion and way back have it from the record', async () => {
  writeFileSync(join(fixture.bed.directory, 'slo.yml'), SLO);
  const elsewhere = (version: string) => image(`${version}-flavour-elsewhere`);
  const bed = await releaseBed(fixture, { route: true, image: elsewhere('v1') });
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const place = { 'metrics-path': '/internal/prom', 'metrics-max-age': '20s' };
  const raise = await bed.step('canary-step', { weight: '50', image: elsewhere('v2'), ...place, ...patient });
  const gate = await bed.step('verify-slo', { hold: '20s' }, { cwd: fixture.bed.directory });
  const promote = await bed.step('canary-step', { weight: '100', ...patient });
  const undo = await bed.step('rollback', patient);
  await load.stop();
  expect([raise, gate, promote, undo].map(({ exitCode, errors }) => [exitCode, errors])).toEqual(Array(4).fill([0, []]));
  expect(gate.outputs.verdict).toBe('pass');
  for (const step of [gate, promote, undo])
    expect(step.stdout).toContain('As the release on record has it: `metrics-path: /internal/prom`, `metrics-max-age: 20s`.');
  expect([raise, promote].map(({ outputs }) => outputs['weight-proven'])).toEqual(['true', 'true']);
});

test('a page that is a word is told as that, and its canary is not said to answer nobody', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '500ms', 'prove-timeout': '12s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const step = await bed.step('canary-step', { weight: '100', image: image('v2-flavour-elsewhere'), 'metrics-max-age': '10s' });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(/answered with text whose line 1 has no value to GET \/metrics.*`metrics-path`/);
  expect(step.errors.join()).not.toContain('does not answer');
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
