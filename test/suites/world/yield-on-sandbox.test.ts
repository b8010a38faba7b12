import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo } from '../../../testbed/slo-workspace.js';
import { image, onceStdout, QUICK, releaseBed } from '../cluster/release-bed.js';

/** Somebody undoes by hand what no objective sees, while a step holds the release and its lock. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
  writeFileSync(join(fixture.bed.directory, 'slo.yml'), errorsSlo());
});
afterAll(() => fixture.close());

const BY_HAND = { GITHUB_RUN_ID: '4800', GITHUB_EVENT_NAME: 'workflow_dispatch' };

test.each([
  ['rollback', { scope: 'any' }],
  ['canary-step', { weight: '0', 'take-over': 'true' }],
] as const)(
  'a step that holds gives way to %s of another run, undoes nothing itself, and says to whom',
  async (action, inputs) => {
    const bed = await releaseBed(fixture, { route: true }, QUICK);
    const load = await fixture.startLoad(bed.namespace, { rps: 10, route: 'restaurant' });
    const held = Promise.withResolvers<void>();
    const inHold = { weight: '20', image: image('v2'), slo: 'slo.yml', hold: '100s' };
    const hold = bed.step('canary-step', inHold, { cwd: fixture.bed.directory, ...onceStdout(/Gate: /, held.resolve) });
    await held.promise;
    const undo = await bed.step(action, inputs, { env: BY_HAND });
    expect([undo.exitCode, undo.outputs.phase, undo.errors]).toEqual([0, 'aborted', []]);
    const step = await hold;
    expect([step.exitCode, step.errors.join()]).toEqual([1, expect.stringMatching(/\/4800.* asked this step to give way/)]);
    const post = await bed.post('canary-step', step, inHold, { cwd: fixture.bed.directory });
    expect([post.exitCode, post.errors]).toEqual([0, []]);
    expect([await bed.canaryWeight(), await bed.stableImage(), await bed.leftovers()]).toEqual([0, image('v1'), []]);
    expect((await load.stop()).notOk).toEqual([]);
  },
);

test.each([
  ['a release in flight', false],
  ['what a lost record has left', true],
])('three undos at one moment: one does it, the others wait for it and find nothing to do: %s', async (_what, isLost) => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const main = await bed.step('canary-step', { weight: '50', image: image('v2') });
  if (isLost) await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
  const ends = await Promise.all([
    bed.post('canary-step', main),
    bed.step('rollback', {}, { env: { GITHUB_JOB: 'undo', RUNNER_NAME: 'second' } }),
    bed.step('rollback', { scope: 'any' }, { env: { ...BY_HAND, RUNNER_NAME: 'third' } }),
    bed.step('canary-step', { weight: '0' }, { env: { GITHUB_JOB: 'abort', RUNNER_NAME: 'fourth' } }),
  ]);
  expect(ends.map(({ exitCode, errors }) => [exitCode, errors])).toEqual(ends.map(() => [0, []]));
  const phases = ends.slice(1).map(({ outputs }) => outputs.phase);
  expect(phases.filter((phase) => phase === 'aborted').length).toBeLessThanOrEqual(1);
  expect(phases.filter((phase) => phase !== 'aborted')).toEqual(expect.arrayContaining(['none', 'none']));
  expect([(await bed.record())?.phase, await bed.canaryWeight(), await bed.leftovers()]).toEqual(['aborted', 0, []]);
});

test('an undo is not stopped by another one that asks it to give way, and that one ends when it ends', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', { weight: '50', image: image('v2') });
  const undoing = Promise.withResolvers<void>();
  const first = bed.step('rollback', { settle: '8s' }, onceStdout(/The canary's weight is 0/, undoing.resolve));
  await undoing.promise;
  const byHand = await bed.step('rollback', { scope: 'any' }, { env: BY_HAND });
  expect([byHand.exitCode, byHand.outputs.phase, byHand.errors]).toEqual([0, 'none', []]);
  expect(byHand.stdout).toContain('is undoing a release of this app already: waiting for it to end');
  const { exitCode, outputs, errors } = await first;
  expect([exitCode, outputs.phase, errors]).toEqual([0, 'aborted', []]);
  expect([(await bed.record())?.phase, await bed.leftovers()]).toEqual(['aborted', []]);
});
