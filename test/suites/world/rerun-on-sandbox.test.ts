import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections, rolledOut } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What happens when somebody presses "Re-run all jobs", or runs a pipeline of a version that is live. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
`;

/** A run, and which attempt of it, each on a runner of its own. */
const as = (runId: string, attempt = 1) => ({
  env: { GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: String(attempt), RUNNER_NAME: `runner-${runId}-${attempt}` },
});

/** Nobody sends requests here, so there is nothing to wait for. */
const newBed = () => releaseBed(fixture, { route: true }, QUICK);

type Start = ReturnType<typeof as>;

const objects = async (bed: ReleaseBed) => [
  (await bed.stable()).metadata.resourceVersion,
  (await bed.route()).metadata.resourceVersion,
];

/** The steps of the documented pipeline, without what needs traffic to pass. */
const PIPELINE: ReadonlyArray<readonly [string, Record<string, string>]> = [
  ['canary-step', { weight: '10', image: image('v2') }],
  ['verify-slo', { hold: '2s' }],
  ['canary-step', { weight: '30' }],
  ['canary-step', { weight: '100' }],
];

async function runAll(bed: ReleaseBed, start: Start, steps = PIPELINE): Promise<StepEnd[]> {
  const ends: StepEnd[] = [];
  for (const [action, inputs] of steps) ends.push(await bed.step(action, inputs, start));
  return ends;
}

const exits = (ends: readonly StepEnd[]) => ends.map(({ exitCode, errors }) => [exitCode, errors.join()]);
const GREEN = PIPELINE.map(() => [0, '']);

describe('a version that is live', () => {
  test('is left alone by a re-run of the run that released it, every step of it green, and so is it by its rollback', async () => {
    const bed = await newBed();
    await bed.step('canary-step', { weight: '10', image: image('v2') }, as('900'));
    await bed.step('canary-step', { weight: '100' }, as('900'));
    const before = await objects(bed);
    const ends = await runAll(bed, as('900', 2));
    expect(exits(ends)).toEqual(GREEN);
    expect(ends.map(({ outputs }) => [outputs.phase, outputs.verdict])).toEqual([
      ['none', ''],
      [undefined, ''],
      ['none', ''],
      ['promoted', ''],
    ]);
    expect(ends[1]?.outputs.reason).toContain('was promoted by an earlier attempt of this run');
    const rollback = await bed.step('rollback', {}, as('900', 2));
    expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'none', 'rolled-back-to': '' } });
    expect(rollback.warnings.join()).toContain('`scope: any` takes it back');
    expect([await objects(bed), await bed.stableImage()]).toEqual([before, image('v2')]);
    const any = await bed.step('rollback', { scope: 'any' }, as('900', 2));
    expect(any).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') } });
  });

  test('is left alone by a new run of the same image, on other runners, whose rollback touches nothing either', async () => {
    const bed = await newBed();
    await bed.step('canary-step', { weight: '100', image: image('v2') }, as('900'));
    const before = await objects(bed);
    const ends = await runAll(bed, as('901'));
    expect(exits(ends)).toEqual(GREEN);
    expect(ends[0]?.warnings.join()).toContain('A tag may have been moved');
    expect(ends[1]?.outputs).toMatchObject({
      verdict: '',
      reason: `${image('v2')} was live before this run, so there is no canary to judge.`,
    });
    expect(await bed.step('rollback', {}, as('901'))).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect([await objects(bed), await bed.stableImage()]).toEqual([before, image('v2')]);
    await bed.step('canary-step', { weight: '10', image: image('v3') }, as('903'));
    const beside = await bed.step('verify-slo', {}, as('901'));
    expect(beside).toMatchObject({ exitCode: 0, outputs: { verdict: '' } });
    await bed.step('rollback', {}, as('903'));
    // Another run that has done nothing of the kind passes nothing.
    for (const [action, inputs] of PIPELINE.slice(1)) {
      const step = await bed.step(action, inputs, as('902'));
      expect([step.exitCode, step.errors.join()]).toEqual([
        1,
        expect.stringMatching(/no release in flight|No release is in flight/i),
      ]);
    }
  });

  test('that somebody has changed since is nothing that a re-run passes on', async () => {
    const bed = await newBed();
    await bed.step('canary-step', { weight: '100', image: image('v2') }, as('900'));
    await setImage(bed, 'v9');
    const verify = await bed.step('verify-slo', {}, as('900', 2));
    expect(verify).toMatchObject({ exitCode: 1 });
    expect(verify.errors.join()).toContain(`and stable runs ${image('v9')} now`);
  });
});

test('a first deployment goes through the whole pipeline, and leaves nothing to do for its re-run', async () => {
  const bed = await releaseBed(fixture, 'empty', QUICK);
  const cwd = mkdtempSync(join(tmpdir(), 'd9-first-'));
  const all = [restaurantDeployment({ image: image('v2') }), service('restaurant', restaurantLabels)];
  writeFileSync(join(cwd, 'app.yml'), all.map((object) => JSON.stringify(object)).join('\n---\n'));
  writeFileSync(join(cwd, 'slo.yml'), SLO);
  for (const attempt of [1, 2]) {
    const ends: StepEnd[] = [];
    for (const [action, inputs] of PIPELINE) {
      const manifest = action === 'canary-step' && inputs.weight === '10' ? { manifest: 'app.yml' } : {};
      ends.push(await bed.step(action, { ...inputs, ...manifest }, { ...as('900', attempt), cwd }));
    }
    expect(exits(ends)).toEqual(GREEN);
    expect(ends[1]?.outputs.reason).toContain('was created by this run, as the first deployment of the app');
    if (attempt === 1) {
      expect(ends[0]?.outputs.weight).toBe('100');
      expect(ends[0]?.warnings.join()).toContain('nothing was split, proven or judged');
      expect(ends[0]?.warnings.join()).toContain('So `weight: 10` changed nothing in this step');
      expect(ends[0]?.summary).toContain('first deployment');
    }
    expect(ends.map(({ outputs }) => outputs.phase)).toEqual([attempt === 1 ? 'promoted' : 'none', undefined, 'none', 'none']);
  }
  expect(await bed.step('rollback', {}, as('900', 2))).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(await bed.stableImage()).toBe(image('v2'));
});

describe('a ConfigMap that somebody has changed since', () => {
  const configMap = (menu: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { menu } });

  function manifestIn(cwd: string): void {
    const deployment = structuredClone(restaurantDeployment({ image: image('v2') })) as {
      spec: { template: { spec: { containers: Array<{ envFrom?: unknown }> } } };
    };
    for (const container of deployment.spec.template.spec.containers) container.envFrom = [{ configMapRef: { name: 'menu' } }];
    const all = [deployment, service('restaurant', restaurantLabels), configMap('new')];
    writeFileSync(join(cwd, 'app.yml'), all.map((object) => JSON.stringify(object)).join('\n---\n'));
  }

  test.each([
    ['released', 'a release'],
    ['created', 'a first deployment'],
  ])('is not written over by a re-run of the run that %s it', async (how) => {
    const bed = how === 'released' ? await newBed() : await releaseBed(fixture, 'empty', QUICK);
    const { api } = fixture;
    const path = `/api/v1/namespaces/${bed.namespace}/configmaps`;
    if (how === 'released') await api.create(path, configMap('old'));
    const cwd = mkdtempSync(join(tmpdir(), 'd9-rerun-'));
    manifestIn(cwd);
    const release = (weight: string, attempt: number) =>
      bed.step('canary-step', { weight, manifest: 'app.yml' }, { ...as('900', attempt), cwd });
    expect(await release('100', 1)).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
    await api.patch(`${path}/menu?fieldManager=kubectl-edit`, { data: { menu: 'hotfix' } }, 'application/merge-patch+json');
    for (const weight of ['10', '100']) {
      const again = await release(weight, 2);
      expect([again.exitCode, again.errors, again.warnings.join()]).toEqual([
        0,
        [],
        expect.stringContaining('Somebody has changed what this run brought: ConfigMap menu.'),
      ]);
    }
    expect(await api.get(`${path}/menu`)).toMatchObject({ data: { menu: 'hotfix' } });
    expect(await bed.leftovers()).toEqual([]);
  });
});

describe('a version that was stopped', () => {
  test.each([['10'], ['100']])(
    'at %s %% by a rollback by hand is not released by what is left of the pipeline, and is by a re-run',
    async (weight) => {
      const bed = await newBed();
      await bed.step('canary-step', { weight, image: image('v2') }, as('900'));
      expect(await bed.step('rollback', { scope: 'any' }, as('999'))).toMatchObject({ exitCode: 0 });
      for (const next of ['50', '100']) {
        const step = await bed.step('canary-step', { weight: next, image: image('v2') }, as('900'));
        expect(step).toMatchObject({ exitCode: 1 });
        expect(step.errors.join()).toMatch(/v2 was (put|rolled) back by \S+\/999.*`take-over: true`/s);
      }
      expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
      const again = await bed.step('canary-step', { weight: '10', image: image('v2') }, as('900', 2));
      expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'holding' } });
      expect(again.warnings.join()).toMatch(/v2 was (put|rolled) back by \S+\/999/);
      await bed.step('rollback', {}, as('900', 2));
      const meant = { weight: '10', image: image('v2'), 'take-over': 'true' };
      expect(await bed.step('canary-step', meant, as('900', 2))).toMatchObject({ exitCode: 0 });
    },
  );
});

test('an attempt that releases another build undoes that build, back to what the attempt before it had released', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '100', image: image('v2') }, as('900'));
  await bed.step('canary-step', { weight: '100', image: image('v2-rebuilt') }, as('900', 2));
  const rollback = await bed.step('rollback', {}, as('900', 2));
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v2') } });
});

test('an attempt that ends what a lost one began undoes it when it fails afterwards', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') }, as('900'));
  expect(await bed.step('canary-step', { weight: '100' }, as('900', 2))).toMatchObject({ exitCode: 0 });
  expect(await bed.step('rollback', {}, as('900', 2))).toMatchObject({ outputs: { phase: 'rolled-back' } });
  expect(await bed.stableImage()).toBe(image('v1'));
});

test('an attempt with another build than a lost one left in flight puts that back and begins its own', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2-build-1') }, as('900'));
  const again = await bed.step('canary-step', { weight: '20', image: image('v2-build-2') }, as('900', 2));
  expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', revision: image('v2-build-2'), weight: '20' } });
  expect(again.warnings.join()).toContain(`This run has left a release of ${image('v2-build-1')} in flight (holding, 10 %)`);
  expect(await bed.canaryWeight()).toBe(20);
  await bed.step('rollback', {}, as('900', 2));
});

test('a step that asks for the share that the canary has says so in one line', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect((await bed.step('canary-step', { weight: '10' })).stdout).toContain(
    'The canary has its 10 % already; nothing is changed.',
  );
  await bed.step('rollback');
});

async function setImage({ namespace }: ReleaseBed, tag: string): Promise<void> {
  const template = { spec: { containers: [{ name: 'app', image: image(tag) }] } };
  const path = `${collections.deployments(namespace)}/restaurant`;
  await fixture.api.patch(path, { spec: { template } }, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, namespace, 'restaurant');
}
