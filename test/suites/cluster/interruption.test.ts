import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { cancelAfter, image, type ReleaseBed, releaseBed, STABLE_IS_WRITTEN } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

describe('a cancelled run', () => {
  test('in the middle of the gate is put back by post, and the second post finds nothing to do', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 20, route: 'restaurant' });
    const inputs = { weight: '10', image: image('v2') };
    const raised = await bed.step('canary-step', inputs);
    const cancelled = await bed.step('verify-slo', { hold: '10m' }, cancelAfter(/What a pass needs/));
    expect(cancelled.exitCode).toBe(1);
    expect(cancelled.errors.join()).toContain('cancelled');
    expect(await bed.post('verify-slo', cancelled)).toMatchObject({ exitCode: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect((await bed.post('canary-step', raised, inputs)).stdout).toContain('nothing to undo');
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.leftovers()).toEqual([]);
  });

  test('while the canary starts leaves no canary', async () => {
    const bed = await releaseBed(fixture);
    const inputs = { weight: '10', image: image('start-60000') };
    const cancelled = await bed.step('canary-step', inputs, cancelAfter(/0\/1 ready/));
    expect(cancelled.exitCode).toBe(1);
    expect(await bed.leftovers()).toContain('restaurant-canary');
    await bed.post('canary-step', cancelled, inputs);
    expect(await bed.leftovers()).toEqual([]);
  });

  test('while stable is half updated keeps the traffic on the canary until stable is whole again', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
    const inputs = { weight: '100', image: image('v2-start-1500') };
    const cancelled = await bed.step('canary-step', inputs, cancelAfter(STABLE_IS_WRITTEN));
    expect(cancelled.exitCode).toBe(1);
    expect(await bed.record()).toMatchObject({ phase: 'promoting', strategy: { stage: 'updating-stable' } });
    expect(await bed.post('canary-step', cancelled, inputs)).toMatchObject({ exitCode: 0 });
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect(await bed.stableImage()).toBe(image('v1'));
    expect(await bed.leftovers()).toEqual([]);
  });
});

test('a release is not put back through a Deployment that it was not started with', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const { metadata, spec } = await bed.stable();
  const menu = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'menu', labels: metadata.labels ?? {} }, spec };
  await fixture.api.create(collections.deployments(bed.namespace), menu);
  const path = `${collections.deployments(bed.namespace)}/menu`;
  const generation = async () => (await fixture.api.get<{ metadata: { generation: number } }>(path)).metadata.generation;
  const before = await generation();
  expect((await bed.step('canary-step', { weight: '50', deployment: 'menu' })).errors.join()).toContain(
    '`deployment: restaurant`',
  );
  // The record knows of which one it is, and a wrong line must not stop the way back.
  const wrong = await bed.step('rollback', { deployment: 'menu' });
  expect(wrong).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(wrong.warnings.join()).toContain('is of deployment restaurant');
  expect([await bed.canaryWeight(), await bed.leftovers(), await generation()]).toEqual([0, [], before]);
});

describe('a killed runner', () => {
  const killed = async (bed: ReleaseBed, inputs: Record<string, string>, text: RegExp) => {
    const end = await bed.step('canary-step', inputs, { ...cancelAfter(text), cancelWith: 'SIGKILL' });
    expect(end.exitCode).toBeNull();
    return end;
  };

  test('is undone by the rollback of a later job of the same run', async () => {
    const bed = await releaseBed(fixture);
    await killed(bed, { weight: '10', image: image('v2') }, /Canary at 10 %25: traffic/);
    const rollback = await bed.step('rollback', {}, { env: { GITHUB_JOB: 'clean-up', RUNNER_NAME: 'runner-2' } });
    expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1') } });
    expect(await bed.leftovers()).toEqual([]);
  });

  test('is continued by the same step, run again', async () => {
    const bed = await releaseBed(fixture);
    const inputs = { weight: '100', image: image('v2') };
    await killed(bed, inputs, STABLE_IS_WRITTEN);
    expect(await bed.step('canary-step', inputs, { env: { GITHUB_RUN_ATTEMPT: '2' } })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'promoted' },
    });
    expect(await bed.stableImage()).toBe(image('v2'));
    expect(await bed.leftovers()).toEqual([]);
  });
});

describe('two runs at once', () => {
  const as = (runId: string) => ({ env: { GITHUB_RUN_ID: runId, RUNNER_NAME: `runner-${runId}` } });

  test('one wins, the other fails naming the winner and changes nothing', async () => {
    const bed = await releaseBed(fixture);
    const inputs = { weight: '10', image: image('v2-start-3000') };
    const ends = await Promise.all([bed.step('canary-step', inputs, as('1001')), bed.step('canary-step', inputs, as('1002'))]);
    const [winner] = ends.filter(({ exitCode }) => exitCode === 0);
    const [loser] = ends.filter(({ exitCode }) => exitCode !== 0);
    expect(ends.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 1]);
    const winnersRun = winner?.outputs['release-id']?.split('-')[0];
    expect(loser?.errors.join()).toContain(winnersRun);
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 10 });
  });

  test("a release belongs to its run: another run's step, post and rollback leave it alone until it is taken over", async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '10', image: image('v2') }, as('1001'));
    const other = await bed.step('canary-step', { weight: '30', image: image('v3') }, as('1002'));
    expect(other.exitCode).toBe(1);
    expect(other.errors.join()).toContain('/actions/runs/1001');
    await bed.post('canary-step', other, { weight: '30' }, as('1002'));
    expect(await bed.step('rollback', {}, as('1002'))).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 10 });

    const taken = await bed.step('canary-step', { weight: '30', image: image('v3'), 'take-over': 'true' }, as('1002'));
    expect(taken).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', revision: image('v3'), weight: '30' } });
  });
});
