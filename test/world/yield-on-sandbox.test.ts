import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { image, onceStdout, QUICK, releaseBed } from '../cluster/release-bed.js';
import { type SandboxFixture, sandboxFixture } from '../testbed/sandbox/fixture.js';
import { errorsSlo } from '../testbed/slo-workspace.js';

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
