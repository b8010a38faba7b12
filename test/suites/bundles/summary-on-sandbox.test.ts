import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { cancelAfter, image, QUICK, releaseBed } from '../cluster/release-bed.js';

/** What a team sees on the page of the run, whatever way a step ends. */
jest.setTimeout(120_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('a step that refuses says on the page why', async () => {
  const bed = await releaseBed(fixture, { route: true }, {});
  const { exitCode, summary } = await bed.step('canary-step', { weight: '30' });
  expect(exitCode).toBe(1);
  expect(summary).toMatch(/^### canary-step: failed\n\n {4}No release is in flight, so `image` is needed/);
});

test('a step that is cancelled says on the page what is in flight, and its post how it was put back', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const cancelled = await bed.step(
    'canary-step',
    { weight: '20', image: image('v2'), slo: 'slo.yml', hold: '5m' },
    cancelAfter(/Gate|What a pass needs/),
  );
  expect(cancelled.exitCode).toBe(1);
  expect(cancelled.summary).toMatch(/^### canary-step: cancelled\n\n {4}The workflow run was cancelled \(SIGINT\)\.\n/);
  expect(cancelled.summary).toMatch(/ {4}The release of \S+:v2 was in flight when this step ended/);
  const post = await bed.post('canary-step', cancelled);
  expect(post).toMatchObject({ exitCode: 0 });
  expect(post.summary).toMatch(/^### restaurant: release aborted[\s\S]*the job failed or was cancelled[\s\S]*```mermaid/);
});
