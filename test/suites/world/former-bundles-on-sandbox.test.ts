import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { StepStart } from '../bundles/run-bundle.js';
import { image, type ReleaseBed, releaseBed, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';

/** A workflow that names a branch of the suite gets new bundles in the middle of a release that former ones have begun. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
let folder: string;
beforeAll(async () => {
  fixture = await sandboxFixture();
  folder = mkdtempSync(join(tmpdir(), 'd9-former-'));
});
afterAll(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true });
});

const ROUTE_IS_WRITTEN = String.raw`PATCH \S+\/httproutes\/restaurant: 200`;
const ON_THE_WAY_BACK = new RegExp(String.raw`${STABLE_IS_WRITTEN.source}[\s\S]*${ROUTE_IS_WRITTEN}`);
const AT_ITS_END = /DELETE \S+\/deployments\/restaurant-canary: 200/;

function unpack(commit: string): string {
  const bundles = mkdtempSync(join(folder, `${commit}-`));
  const input = brotliDecompressSync(readFileSync(`test/fixtures/former-bundles/${commit}.tar.br`));
  const { status, stderr } = spawnSync('tar', ['-x', '-C', bundles], { input });
  if (status !== 0) throw new Error(`${commit} can't be unpacked: ${stderr}`);
  return bundles;
}

/** Ends a step once it has printed something that matches: cancelled, it gives its lock back; killed, the lock has to run out. */
function cutAfter(text: RegExp, cancelWith: 'SIGINT' | 'SIGKILL' = 'SIGINT'): StepStart {
  const controller = new AbortController();
  const onStdout = (soFar: string) => text.test(soFar) && controller.abort();
  return { signal: controller.signal, cancelWith, onStdout, env: { RUNNER_DEBUG: '1' } };
}

const to = (weight: number) => ({ weight: String(weight), image: image('v2') });

/**
 * Commits whose `dist/` is kept in test/fixtures/former-bundles, without build-image, as `tar` compressed by Brotli. The first wrote the last records of
 * schema 1, the other one those before Kubernetes' part of a record was set apart.
 */
const FIRST = '60f2306';
const SECOND = '4b64a70';

describe.each([FIRST, SECOND])('a release that the bundles of %s have in flight', (commit) => {
  let bundles: string;
  beforeAll(() => {
    bundles = unpack(commit);
  });
  const former = (bed: ReleaseBed, action: string, inputs: Record<string, string>, start: StepStart = {}) =>
    bed.step(action, inputs, { bundles, ...start });
  async function holding(weight = 20): Promise<ReleaseBed> {
    const bed = await releaseBed(fixture);
    const step = await former(bed, 'canary-step', to(weight));
    expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
    return bed;
  }
  const isAsBefore = async (bed: ReleaseBed) =>
    expect([await bed.stableImage(), await bed.canaryWeight(), await bed.leftovers()]).toEqual([image('v1'), 0, []]);

  test('is gone on with, promoted and taken back', async () => {
    const bed = await holding();
    const further = await bed.step('canary-step', to(50));
    expect([further.errors.join(), further.outputs.phase, await bed.canaryWeight()]).toEqual(['', 'holding', 50]);
    const end = await bed.step('canary-step', { weight: '100' });
    expect([end.errors.join(), end.outputs.phase, await bed.stableImage(), await bed.leftovers()]).toEqual([
      '',
      'promoted',
      image('v2'),
      [],
    ]);
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
    await isAsBefore(bed);
  });

  test('is told by status, and put back by a step of weight 0', async () => {
    const bed = await holding();
    const { outputs } = await bed.step('status');
    expect(outputs).toMatchObject({ phase: 'holding', weight: '20', revision: image('v2'), 'previous-revision': image('v1') });
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    await isAsBefore(bed);
  });

  test('is refused to another run, and taken over when that is asked for', async () => {
    const bed = await holding();
    const env = { GITHUB_RUN_ID: '4712' };
    const refused = await bed.step('canary-step', { weight: '20', image: image('v3') }, { env });
    expect([refused.exitCode, refused.codes]).toEqual([1, ['release-of-another-run']]);
    const taken = await bed.step('canary-step', { weight: '20', image: image('v3'), 'take-over': 'true' }, { env });
    expect(`${taken.exitCode} ${taken.errors.join()}`).toBe('0 ');
    expect((await bed.record())?.weight).toBe(20);
  });

  test.each([
    ['with all traffic on the canary', new RegExp(ROUTE_IS_WRITTEN), 'SIGINT'],
    ['with stable being updated', STABLE_IS_WRITTEN, 'SIGKILL'],
    ['with the traffic on its way back to stable', ON_THE_WAY_BACK, 'SIGINT'],
    ['with its canary being removed', AT_ITS_END, 'SIGINT'],
  ] as const)('is rolled back where its promotion was cut %s', async (_, text, signal) => {
    const bed = await holding();
    // A lock that has to run out takes half a minute; once is enough.
    await former(bed, 'canary-step', { weight: '100' }, cutAfter(text, commit === FIRST ? signal : 'SIGINT'));
    const undo = await bed.step('rollback', { scope: 'any' }, { env: { GITHUB_RUN_ID: '4712' } });
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect(['aborted', 'rolled-back']).toContain(undo.outputs.phase);
    await isAsBefore(bed);
  });

  test.each([
    ['its first step', 'canary-step', to(20), /POST \S+\/deployments\S*: 201/],
    ['its abort', 'canary-step', { weight: '0' }, new RegExp(ROUTE_IS_WRITTEN)],
  ])('is put back, and begun anew, where %s was cut', async (_, action, inputs, cut) => {
    const bed = inputs.weight === '0' ? await holding() : await releaseBed(fixture);
    await former(bed, action, inputs, cutAfter(cut));
    const env = { GITHUB_RUN_ATTEMPT: '2' };
    const again = await bed.step('canary-step', to(30), { env });
    expect([again.errors.join(), again.outputs.phase, await bed.canaryWeight()]).toEqual(['', 'holding', 30]);
    expect(await bed.step('canary-step', { weight: '0' }, { env })).toMatchObject({ exitCode: 0 });
    await isAsBefore(bed);
  });

  test('is rolled back to its end where its rollback was cut', async () => {
    const bed = await holding();
    await former(bed, 'canary-step', { weight: '100' });
    await former(bed, 'rollback', {}, cutAfter(STABLE_IS_WRITTEN));
    const undo = await bed.step('rollback', { scope: 'any' });
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    await isAsBefore(bed);
  });

  test('is found behind the ratio of pods too', async () => {
    const bed = await releaseBed(fixture, { route: false });
    await former(bed, 'canary-step', to(25));
    const further = await bed.step('canary-step', to(40));
    expect([further.errors.join(), further.outputs.phase]).toEqual(['', 'holding']);
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    const { items } = await fixture.api.get<{ items: Array<{ metadata: { name: string } }> }>(
      collections.deployments(bed.namespace),
    );
    expect([await bed.stableImage(), items.map(({ metadata }) => metadata.name)]).toEqual([image('v1'), ['restaurant']]);
  });
});
