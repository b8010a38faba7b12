import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** A pipeline with `rollback: if: failure()` is started by hand or by the clock, and so is a rollback workflow. Their rollbacks do not mean the same. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const by = (runId: string, workflow: string, event = 'push') => ({
  env: {
    GITHUB_RUN_ID: runId,
    GITHUB_EVENT_NAME: event,
    GITHUB_WORKFLOW_REF: `shop/restaurant/.github/workflows/${workflow}@refs/heads/main`,
  },
});

const newBed = () => releaseBed(fixture, { route: true }, QUICK);

async function released(weight: '10' | '100'): Promise<ReleaseBed> {
  const bed = await newBed();
  expect(await bed.step('canary-step', { weight, image: image('v2') }, by('900', 'release.yml'))).toMatchObject({ exitCode: 0 });
  return bed;
}

test.each(['workflow_dispatch', 'schedule'])(
  'a %s of the releasing workflow, whose build failed, leaves what another run has released, and is no green nothing',
  async (event) => {
    for (const weight of ['10', '100'] as const) {
      const bed = await released(weight);
      const before = [await bed.record(), await bed.stableImage(), await bed.canaryWeight()];
      const rollback = await bed.step('rollback', {}, by('901', 'release.yml', event));
      expect(rollback).toMatchObject({ exitCode: 1, outputs: { phase: 'none', 'rolled-back-to': '' } });
      expect(rollback.errors.join()).toMatch(/actions\/runs\/900.*`scope: any` undoes that release/s);
      expect([await bed.record(), await bed.stableImage(), await bed.canaryWeight()]).toEqual(before);
      expect(await bed.step('rollback', { scope: 'run' }, by('901', 'release.yml', event))).toMatchObject({ exitCode: 0 });
      const asked = await bed.step('rollback', { scope: 'any' }, by('901', 'release.yml', event));
      expect(asked).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
    }
  },
);

test('a rollback workflow of its own undoes the latest release, and names the run whose it is', async () => {
  for (const weight of ['10', '100'] as const) {
    const bed = await released(weight);
    const rollback = await bed.step('rollback', {}, by('901', 'rollback.yml', 'workflow_dispatch'));
    expect(rollback).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
    expect(rollback.warnings.join()).toContain('actions/runs/900');
  }
});

test('a dispatched run that has released, or found its version live, may end with nothing to undo', async () => {
  const bed = await released('10');
  const dispatched = by('900', 'release.yml', 'workflow_dispatch');
  expect(await bed.step('rollback', {}, dispatched)).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.step('rollback', {}, dispatched)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  const other = by('902', 'release.yml', 'workflow_dispatch');
  await bed.step('canary-step', { weight: '100', image: image('v2') }, by('901', 'release.yml'));
  expect(await bed.step('rollback', {}, dispatched)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(await bed.step('rollback', {}, other)).toMatchObject({ exitCode: 1 });
  expect(await bed.step('canary-step', { weight: '10', image: image('v2') }, other)).toMatchObject({ exitCode: 0 });
  expect(await bed.step('rollback', {}, other)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(await bed.stableImage()).toBe(image('v2'));
});
