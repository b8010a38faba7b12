import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, releaseBed } from '../cluster/release-bed.js';

/** The name of an app is the lock; what is released is a Deployment. Two names for one Deployment are two locks. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** The wrong name, with the right Deployment and Service. */
const OTHER = { app: 'other', deployment: 'restaurant', service: 'restaurant' };
const NAMED =
  /Deployment \S+\/restaurant is released under another name than `app: other`: under `app: restaurant`\..*`app: restaurant`/s;
const newBed = (route: boolean) => releaseBed(fixture, { route }, QUICK);
const by = (runId: string) => ({ env: { GITHUB_RUN_ID: runId, RUNNER_NAME: `runner-${runId}` } });

test.each([true, false])('a second name begins no release of a Deployment that is being released (route: %s)', async (route) => {
  const bed = await newBed(route);
  await bed.step('canary-step', { weight: '25', image: image('v2') });
  const before = await bed.leftovers();
  const second = await bed.step('canary-step', { ...OTHER, weight: '25', image: image('v3') }, by('4800'));
  expect(second).toMatchObject({ exitCode: 1 });
  expect(second.errors).toHaveLength(1);
  expect(second.errors[0]).toMatch(NAMED);
  expect(await bed.leftovers()).toEqual(before);
});

test('whatever undoes, judges or goes on under the wrong name says the right one, and is no success', async () => {
  const bed = await newBed(true);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const steps: Array<[string, Record<string, string>, string]> = [
    ['rollback', {}, '4711'],
    ['rollback', {}, '4800'],
    ['rollback', { scope: 'any' }, '4711'],
    ['rollback', { 'to-revision': 'previous' }, '4711'],
    ['rollback', { 'to-image': image('v1') }, '4711'],
    ['canary-step', { weight: '0' }, '4711'],
    ['canary-step', { weight: '0', 'dry-run': 'true' }, '4711'],
    ['canary-step', { weight: '50' }, '4711'],
    ['verify-slo', { hold: '1s' }, '4711'],
  ];
  for (const [action, inputs, runId] of steps) {
    const end = await bed.step(action, { ...OTHER, ...inputs }, by(runId));
    expect([action, inputs, end.exitCode, end.errors.join()]).toEqual([action, inputs, 1, expect.stringMatching(NAMED)]);
  }
  expect(await bed.canaryWeight()).toBe(10);
  expect(await bed.stableImage()).toBe(image('v1'));
});

test('a canary whose record was lost is found under its name by a step with another', async () => {
  const bed = await newBed(true);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  await fixture.api.delete(`${collections.leases(bed.namespace)}/d9-restaurant`);
  const rollback = await bed.step('rollback', { ...OTHER, scope: 'any' });
  expect(rollback).toMatchObject({ exitCode: 1 });
  expect(rollback.errors.join()).toMatch(/canary of `app: restaurant`, whose record was lost.*Give this step `app: restaurant`/s);
});

test('what was promoted under another name, and runs, is nothing to undo only for a run that did not promote it', async () => {
  const bed = await newBed(true);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  expect(await bed.step('rollback', OTHER, by('4800'))).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  const own = await bed.step('rollback', OTHER);
  expect(own).toMatchObject({ exitCode: 1 });
  expect(own.errors.join()).toMatch(
    /under `app: restaurant`\. \S+:v2 was promoted by \S+\/4711, and stable runs it\. Give this step `app: restaurant`/,
  );
  // A name that is over stands in nobody's way.
  expect(await bed.step('canary-step', { ...OTHER, weight: '10', image: image('v3') })).toMatchObject({ exitCode: 0 });
  expect(await bed.step('rollback', OTHER)).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.stableImage()).toBe(image('v2'));
});
