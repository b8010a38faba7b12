import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { ReleaseBed } from '../cluster/release-bed.js';
import { type FrameworkApp, frameworkBed } from './framework-bed.js';
import { frameworks, imageOf } from './run-app.js';

/** The gate and the proof of the split on what frameworks really answer: processes of their own behind the sandbox's pods. */
jest.setTimeout(240_000);
let fixture: ClusterFixture & { readonly podPort: number };
beforeAll(async () => {
  fixture = await sandboxFixture({ runProgram: await frameworks(['spring', 'gunicorn', 'fastapi']) });
}, 600_000);
afterAll(() => fixture.close());

interface Case extends FrameworkApp {
  readonly bad: string;
  readonly total: string;
}

const SPRING: Case = {
  app: 'spring',
  health: '/actuator/health',
  annotations: { 'prometheus.io/path': '/actuator/prometheus' },
  bad: 'http_server_requests_seconds_count{status=~"5.."}',
  total: 'http_server_requests_seconds_count',
};
const FASTAPI: Case = {
  app: 'fastapi',
  health: '/healthz',
  bad: 'http_requests_total{status="5xx"}',
  total: 'http_requests_total',
};
const GUNICORN: Case = {
  app: 'gunicorn',
  health: '/healthz',
  bad: 'http_requests_total{status=~"5.."}',
  total: 'http_requests_total',
};
const COUNTED_TOGETHER: Case = { ...GUNICORN, tag: 'v1-shared' };

const objectives = ({ bad, total }: Case): string =>
  `objectives:\n  - name: errors\n    ratio: { bad: '${bad}', total: ${total} }\n    max: 1%\n    rule-out: 20%\nwarm-up: 0s\n`;

async function openBed(one: Case): Promise<ReleaseBed & { readonly inputs: Record<string, string> }> {
  const bed = await frameworkBed(fixture, fixture.podPort, one);
  const file = `slo-${bed.namespace}.yml`;
  writeFileSync(join(fixture.bed.directory, file), objectives(one));
  return { ...bed, inputs: { slo: file, 'request-metric': one.total } };
}
const at = () => ({ cwd: fixture.bed.directory });
const tagOf = (one: Case, tag: string) => imageOf(one.app, one.tag === undefined ? tag : `${tag}-shared`);

describe.each([
  ['Spring Boot', SPRING],
  ['FastAPI with its instrumentator', FASTAPI],
  ['gunicorn whose workers count together', COUNTED_TOGETHER],
])('%s', (_, one) => {
  test('a canary that nobody calls does not pass, however often it is scraped and probed', async () => {
    const { inputs, ...bed } = await openBed(one);
    const raised = await bed.step('canary-step', { ...inputs, weight: '50', image: tagOf(one, 'v2'), hold: '12s' }, at());
    expect(raised).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive', 'weight-proven': 'false' } });
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, errors: [] });
  });

  test('a good canary passes, a bad one is put back', async () => {
    const { inputs, ...bed } = await openBed(one);
    const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
    const good = await bed.step(
      'canary-step',
      { ...inputs, weight: '50', image: tagOf(one, 'v2'), hold: '30s', 'prove-timeout': '20s' },
      at(),
    );
    expect(good).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass', 'weight-proven': 'true' } });
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0 });
    const bad = await bed.step('canary-step', { ...inputs, weight: '50', image: tagOf(one, 'v3-errors-60'), hold: '30s' }, at());
    expect(bad).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail', phase: 'aborted', weight: '0' } });
    await load.stop();
  });
});

test('gunicorn whose workers count each for itself is never passed, called or not', async () => {
  const { inputs, ...bed } = await openBed(GUNICORN);
  const step = (tag: string) =>
    bed.step('canary-step', { ...inputs, weight: '50', image: tagOf(GUNICORN, tag), hold: '12s', 'prove-timeout': '5s' }, at());
  const uncalled = await step('v2');
  expect(uncalled.exitCode).toBe(1);
  expect(uncalled.outputs.verdict).toMatch(/^(inconclusive|error)$/);
  await bed.step('rollback');
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const called = await step('v3-errors-100');
  await load.stop();
  expect(called.exitCode).toBe(1);
  expect(called.outputs.verdict).not.toBe('pass');
  // Looks that happen to be answered by one worker alone judge what that worker counted.
  const said = [...called.errors, ...called.warnings].join('\n');
  expect(said).toMatch(called.outputs.verdict === 'fail' ? /\(100 %\)/ : /worker|process/);
});
