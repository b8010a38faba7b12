import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What a step says of a release that another run holds, with GitHub's word on that run. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
let github: Server;
let asked: string[];
beforeAll(async () => {
  fixture = await sandboxFixture();
  github = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'completed', conclusion: 'cancelled' }));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  github.closeAllConnections();
  github.close();
  await fixture.close();
});
beforeEach(() => {
  asked = [];
});

const THEIRS = 'https://github.example/shop/restaurant/actions/runs/1001';
const OVER = 'That run is over (cancelled): nobody works on this release any more.';
const ONCE = ['GET /repos/shop/restaurant/actions/runs/1001 token ghs_test'];

/** A step of one run beside a release of another. */
async function releaseOfAnother(): Promise<{ bed: ReleaseBed; step: ReleaseBed['step'] }> {
  const bed = await releaseBed(fixture);
  const as = (runId: string) => ({ GITHUB_RUN_ID: runId, RUNNER_NAME: `runner-${runId}` });
  await bed.step('canary-step', { weight: '10', image: image('v2') }, { env: as('1001') });
  const { port } = github.address() as AddressInfo;
  const env = { ...as('1002'), GITHUB_API_URL: `http://127.0.0.1:${port}` };
  const step: ReleaseBed['step'] = (action, inputs) => bed.step(action, { 'github-token': 'ghs_test', ...inputs }, { env });
  return { bed, step };
}

test('a rollback of its own run only leaves the release alone, and says whether anybody works on it', async () => {
  const { bed, step } = await releaseOfAnother();
  const rollback = await step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(rollback.outputs.reason).toMatch(
    /in flight \(holding, 10 %\)\. It belongs to \S+\/1001 until \S+; `scope: run` leaves it alone/,
  );
  expect(rollback.outputs.reason).toContain(OVER);
  expect(asked).toEqual(ONCE);
  expect(await bed.canaryWeight()).toBe(10);
});

test('a rollback to a revision or image does not go past it, nor a release, and both say so', async () => {
  const { bed, step } = await releaseOfAnother();
  for (const [action, inputs, wayOut] of [
    ['rollback', { 'to-image': image('v0') }, 'run rollback with `scope: any` and without arguments first'],
    ['rollback', { 'to-revision': 'previous' }, 'run rollback with `scope: any` and without arguments first'],
    ['canary-step', { weight: '20', image: image('v3') }, 'set `take-over: true`'],
  ] as const) {
    asked = [];
    const refused = await step(action, inputs);
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join()).toContain(`It belongs to ${THEIRS} until`);
    expect(refused.errors.join()).toContain(wayOut);
    expect(refused.errors.join()).toContain(OVER);
    expect(asked).toEqual(ONCE);
  }
  expect([await bed.canaryWeight(), await bed.stableImage()]).toEqual([10, image('v1')]);
});

test('a rollback of any run undoes it, and says first whose it is', async () => {
  const { bed, step } = await releaseOfAnother();
  const rollback = await step('rollback', { scope: 'any' });
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(rollback.warnings).toContain(`Undoing the release of ${THEIRS}. ${OVER}`);
  expect(asked).toEqual(ONCE);
  expect(await bed.leftovers()).toEqual([]);
});

test('a gate leaves it alone, whatever it finds, and says whether anybody works on it', async () => {
  const { bed, step } = await releaseOfAnother();
  await fixture.setFaults({ namespace: bed.namespace, selector: { 'd9.dev/track': 'canary' }, faults: 'errors-100' });
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const verdict = await step('verify-slo', { hold: '60s' });
  await load.stop();
  expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
  expect(verdict.errors.join()).toContain(`The release belongs to ${THEIRS} and is left alone. ${OVER}`);
  expect(verdict.warnings.join()).toContain(`The release in flight is not this run's: it is of ${THEIRS}.`);
  expect(asked).toEqual(ONCE);
  expect(await bed.canaryWeight()).toBe(10);
});
