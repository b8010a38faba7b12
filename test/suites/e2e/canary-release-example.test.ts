import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowEnd } from '../../../testbed/act/run-workflow.js';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import type { Load } from '../../../testbed/load/load.js';
import { type ExampleBed, exampleBed } from './example-bed.js';

/** examples/canary-release, run from its workflow files. */
const RPS = 200;
let fixture: Fixture;
let bed: ExampleBed;
let load: Load | undefined;

beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

beforeEach(async () => {
  bed = await exampleBed(fixture);
  load = await bed.startLoad(RPS);
});
afterEach(async () => {
  await load?.stop();
  bed.remove();
});

/** What the client counted; it sends no more. */
async function counts() {
  const ended = load;
  load = undefined;
  if (ended === undefined) throw new Error('The load has been stopped before.');
  return ended.stop();
}

/** The outputs of the steps of a job that are ours, in order. */
const outputsOf = (end: WorkflowEnd, job: string) =>
  (end.jobs[job]?.steps ?? [])
    .filter(({ stage, outputs }) => stage === 'Main' && Object.keys(outputs).length > 0)
    .map(({ outputs }) => outputs);

describe('the release workflow', () => {
  test('takes a good version to all of the traffic, and loses no request on the way', async () => {
    const commit = await bed.repository.commit('Salt the soup');
    const end = await bed.run('release.yml');
    expect(end).toMatchObject({
      exitCode: 0,
      jobs: {
        build: { result: 'success' },
        canary: { result: 'success' },
        promote: { result: 'success' },
        rollback: { result: 'skipped' },
      },
    });
    expect(outputsOf(end, 'canary')).toMatchObject([
      { phase: 'holding', weight: '10', 'weight-proven': 'true' },
      { verdict: 'pass' },
      { phase: 'holding', weight: '30', 'weight-proven': 'true' },
      { verdict: 'pass' },
    ]);
    expect(outputsOf(end, 'promote')).toMatchObject([{ phase: 'promoted' }]);

    const [built] = outputsOf(end, 'build');
    expect(await bed.stableImage()).toBe(built?.image);
    expect(await bed.record()).toMatchObject({ phase: 'promoted' });
    expect(await bed.leftovers()).toEqual([]);
    const { notOk, versions, seconds } = await counts();
    expect(bed.misses(notOk)).toEqual([]);
    expect(Object.keys(versions).sort()).toEqual([commit, 'first'].sort());
    expect(Object.keys(seconds.at(-1)?.versions ?? {})).toEqual([commit]);
  });

  test('puts a bad version back, and fails', async () => {
    const commit = await bed.commitBadVersion();
    const end = await bed.run('release.yml');
    expect(end).toMatchObject({
      exitCode: 1,
      jobs: {
        build: { result: 'success' },
        canary: { result: 'failure' },
        promote: { result: 'skipped' },
        rollback: { result: 'success' },
      },
    });
    expect(outputsOf(end, 'canary')).toMatchObject([{ phase: 'holding', weight: '10' }, { verdict: 'fail' }]);
    // The gate has put the release back by itself; the last job finds nothing to do.
    expect(outputsOf(end, 'rollback')).toMatchObject([{ phase: 'none' }]);

    expect(await bed.stableImage()).toBe(bed.firstImage);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect(await bed.leftovers()).toEqual([]);
    const { notOk, versions, seconds } = await counts();
    expect(bed.misses(notOk.filter(({ verdict }) => verdict === 'lost'))).toEqual([]);
    expect(versions[commit]?.failed).toBeGreaterThan(0);
    expect(versions.first?.failed).toBe(0);
    expect(Object.keys(seconds.at(-1)?.versions ?? {})).toEqual(['first']);
  });

  test('puts the release back when it is cancelled while the gate looks', async () => {
    await bed.repository.commit('Salt the soup');
    const controller = new AbortController();
    const end = await bed.run('release.yml', {
      signal: controller.signal,
      onLine: ({ job, text }) => job === 'canary' && text.includes('Gate: ') && controller.abort(),
    });
    expect(end.jobs).toMatchObject({
      canary: { result: 'failure' },
      promote: { result: 'skipped' },
      rollback: { result: 'success' },
    });
    expect(end.log).toContain('The workflow run was cancelled (SIGINT).');
    expect(end.jobs.canary?.steps.some(({ stage, result }) => stage === 'Post' && result === 'success')).toBe(true);
    expect(await bed.stableImage()).toBe(bed.firstImage);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect(await bed.leftovers()).toEqual([]);
    expect(bed.misses((await counts()).notOk)).toEqual([]);
  });
});

describe('the rollback workflow', () => {
  const dispatch = (inputs: Record<string, string> = {}) => bed.run('rollback.yml', { event: 'workflow_dispatch', inputs });

  test('puts a release back whose runner was lost', async () => {
    await bed.repository.commit('Salt the soup');
    const controller = new AbortController();
    await bed.run('release.yml', {
      signal: controller.signal,
      cancelWith: 'SIGKILL',
      onLine: ({ job, text }) => job === 'canary' && text.includes('Gate: ') && controller.abort(),
    });
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 10 });

    expect(outputsOf(await dispatch(), 'rollback')).toMatchObject([{ phase: 'aborted', 'rolled-back-to': bed.firstImage }]);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect(await bed.leftovers()).toEqual([]);
    expect(bed.misses((await counts()).notOk)).toEqual([]);
  });

  test('takes back what the latest release promoted, once, and goes to a revision that is named', async () => {
    await bed.repository.commit('Salt the soup');
    const release = await bed.run('release.yml');
    const [built] = outputsOf(release, 'build');
    const revision = (await bed.stable()).metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '';

    const first = await dispatch();
    expect(outputsOf(first, 'rollback')).toMatchObject([
      { phase: 'rolled-back', 'rolled-back-from': built?.image, 'rolled-back-to': bed.firstImage },
    ]);
    expect(await bed.stableImage()).toBe(bed.firstImage);

    expect(outputsOf(await dispatch(), 'rollback')).toMatchObject([{ phase: 'none' }]);
    expect(await bed.stableImage()).toBe(bed.firstImage);

    expect((await dispatch({ 'to-revision': 'previous' })).exitCode).toBe(1);
    expect(await bed.stableImage()).toBe(bed.firstImage);

    const named = await dispatch({ 'to-revision': revision });
    expect(outputsOf(named, 'rollback')).toMatchObject([{ phase: 'rolled-back', 'rolled-back-to': built?.image }]);
    expect(await bed.stableImage()).toBe(built?.image);
    expect(bed.misses((await counts()).notOk)).toEqual([]);
  });
});

test("the cluster's token stays out of the log, even when a later step prints it", async () => {
  const workflows = path.join(bed.repository.directory, '.github/workflows');
  mkdirSync(workflows, { recursive: true });
  writeFileSync(
    path.join(workflows, 'leak.yml'),
    `
on: push
permissions: {}
jobs:
  leak:
    runs-on: ubuntu-latest
    steps:
      - uses: org/d9-actions/rollback@v1
        with: { app: restaurant, kubeconfig: '\${{ secrets.KUBECONFIG }}' }
      - env: { KUBECONFIG: '\${{ secrets.KUBECONFIG }}' }
        run: printf '%s' "$KUBECONFIG"
`,
  );
  const end = await bed.run('leak.yml');
  expect(end.exitCode).toBe(0);
  expect(end.log).toContain('token: ***');
  expect(end.log).not.toContain(bed.token);
});
