import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { cancelAfter, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';
import { missedIn, pushVersion, settled, stateOf, trafficBed, versionsAtTheEnd } from './traffic-bed.js';

/** A release from its first step to its end, as the clients of the app see it through Traefik. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const gate = { hold: '60s' };

test('a good version goes 10 → gate → 30 → gate → 100: each share arrives as asked, and no request is lost', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const routeBefore = (await bed.route()).spec;
  const shares: { asked: number; got: number }[] = [];
  const report = await bed.underLoad({ rps: 200 }, async (load) => {
    for (const asked of [10, 30]) {
      const raised = await bed.step('canary-step', { weight: String(asked), image: v2 });
      expect(raised).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', 'weight-proven': 'true' } });
      const from = Date.now();
      expect(await bed.step('verify-slo', gate)).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
      const { total, versions } = load.between(from, Date.now());
      shares.push({ asked, got: (100 * (versions.v2?.sent ?? 0)) / total.sent });
    }
    const again = await bed.step('canary-step', { weight: '30', image: v2 });
    expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '30' } });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  for (const { asked, got } of shares) expect(Math.abs(got - asked)).toBeLessThan(3);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect((await bed.route()).spec).toEqual(routeBefore);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('a version that crashes gets no request, and is named within seconds', async () => {
  const bed = await trafficBed(fixture);
  const crash = await pushVersion(fixture, 'crash', 'crash');
  const report = await bed.underLoad({ rps: 50 }, async () => {
    const startedAt = Date.now();
    const step = await bed.step('canary-step', { weight: '10', image: crash });
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
    expect(step.errors.join()).toMatch(/CrashLoopBackOff[\s\S]*ECONNREFUSED/);
  });
  expect(missedIn(report)).toEqual([]);
  expect(Object.keys(report.versions)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test('a version without figures never passes the gate, and is put back by post', async () => {
  const bed = await trafficBed(fixture);
  const nodata = await pushVersion(fixture, 'nodata', 'nodata');
  const report = await bed.underLoad({ rps: 50 }, async () => {
    const inputs = { weight: '10', image: nodata, 'prove-timeout': '1s' };
    const raised = await bed.step('canary-step', inputs);
    expect(raised).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'false' } });
    const verdict = await bed.step('verify-slo', { hold: '4s' });
    expect(verdict.exitCode).toBe(1);
    expect(['error', 'inconclusive']).toContain(verdict.outputs.verdict);
    expect(await bed.post('canary-step', raised, inputs)).toMatchObject({ exitCode: 0 });
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

describe('a run that ends in the middle', () => {
  test('cancelled while the gate looks: post puts it back, and no request is lost', async () => {
    const bed = await trafficBed(fixture);
    const inputs = { weight: '10', image: await pushVersion(fixture, 'v2') };
    const report = await bed.underLoad({}, async () => {
      const raised = await bed.step('canary-step', inputs);
      const cancelled = await bed.step('verify-slo', { hold: '10m' }, cancelAfter(/What a pass needs/));
      expect(cancelled.exitCode).toBe(1);
      expect(await bed.post('verify-slo', cancelled)).toMatchObject({ exitCode: 0 });
      expect((await bed.post('canary-step', raised, inputs)).stdout).toContain('nothing to undo');
    });
    expect(missedIn(report)).toEqual([]);
    expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
  });

  test('cancelled while stable is updated: every request finds a ready pod until stable is whole again', async () => {
    const bed = await trafficBed(fixture);
    const inputs = { weight: '100', image: await pushVersion(fixture, 'v2-slow-start', 'start-1500') };
    const report = await bed.underLoad({ rps: 200 }, async () => {
      const cancelled = await bed.step('canary-step', inputs, cancelAfter(STABLE_IS_WRITTEN));
      expect(cancelled.exitCode).toBe(1);
      expect(await bed.record()).toMatchObject({ phase: 'promoting', strategy: { stage: 'updating-stable' } });
      expect(await bed.post('canary-step', cancelled, inputs)).toMatchObject({ exitCode: 0 });
    });
    expect(missedIn(report)).toEqual([]);
    expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
  });

  test('the runner is killed in the middle of a canary: rollback without arguments puts it back', async () => {
    const bed = await trafficBed(fixture);
    const inputs = { weight: '30', image: await pushVersion(fixture, 'v2') };
    const report = await bed.underLoad({}, async () => {
      const isSplit = cancelAfter(/PATCH \S+\/httproutes\/restaurant: 200[\s\S]*split: /);
      const killed = await bed.step('canary-step', inputs, { ...isSplit, cancelWith: 'SIGKILL' });
      expect(killed.exitCode).toBeNull();
      expect(await bed.canaryWeight()).toBe(30);
      const rollback = await bed.step('rollback', {}, { env: { GITHUB_JOB: 'clean-up', RUNNER_NAME: 'runner-2' } });
      expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': bed.firstImage } });
    });
    expect(missedIn(report)).toEqual([]);
    expect(report.versions.v2?.ok).toBeGreaterThan(0);
    expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
  });
});

test('two workflows race: one releases, the other fails naming it, and the clients see one release', async () => {
  const bed = await trafficBed(fixture);
  const as = (runId: string) => ({ env: { GITHUB_RUN_ID: runId, RUNNER_NAME: `runner-${runId}` } });
  const [v2, v3] = [await pushVersion(fixture, 'v2'), await pushVersion(fixture, 'v3')];
  const report = await bed.underLoad({}, async () => {
    const ends = await Promise.all([
      bed.step('canary-step', { weight: '20', image: v2 }, as('1001')),
      bed.step('canary-step', { weight: '20', image: v3 }, as('1002')),
    ]);
    expect(ends.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 1]);
    const winner = ends[0].exitCode === 0 ? '1001' : '1002';
    expect(ends.find(({ exitCode }) => exitCode === 1)?.errors.join()).toContain(winner);
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
    expect(await bed.step('canary-step', { weight: '0' }, as(winner))).toMatchObject({ exitCode: 0 });
  });
  expect(missedIn(report)).toEqual([]);
  expect(Object.keys(report.versions)).toHaveLength(2);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});
