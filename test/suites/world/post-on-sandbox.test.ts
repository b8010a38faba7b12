import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { image, onceStdout, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What `post` owes a failed job, whatever has become of the runner and the cluster since the step. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const first = { weight: '20', image: image('v2') };

async function expectPutBack(bed: ReleaseBed, post: StepEnd): Promise<void> {
  expect(`${post.exitCode} ${post.errors.join()}`).toBe('0 ');
  expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
  expect([await bed.canaryWeight(), await bed.stableImage(), await bed.leftovers()]).toEqual([0, image('v1'), []]);
}

test('slo.yml, the evidence folder and the workspace itself are gone, and later steps have left INPUT_ variables: the release is put back', async () => {
  const bed = await releaseBed(fixture);
  const cwd = mkdtempSync(join(tmpdir(), 'd9-gone-'));
  mkdirSync(join(cwd, 'evidence'));
  writeFileSync(
    join(cwd, 'slo.yml'),
    'objectives:\n  - name: errors\n    ratio: { bad: \'http_requests_total{status=~"5.."}\', total: http_requests_total }\n    max: 1%\nwarm-up: 0s\n',
  );
  const inputs = { ...first, slo: 'slo.yml', hold: '2s', 'evidence-file': 'evidence/e.jsonl', 'on-breach': 'fail' };
  const main = await bed.step('canary-step', inputs, { cwd });
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
  rmSync(cwd, { recursive: true });
  mkdirSync(cwd);
  const env = { INPUT_VERSION: '1.2', INPUT_APP: 'another', INPUT_SETTLE: 'soon', GITHUB_WORKSPACE: join(cwd, 'gone') };
  await expectPutBack(bed, await bed.post('canary-step', main, inputs, { cwd, env }));
  rmSync(cwd, { recursive: true });
});

test('a later step has made another cluster and another namespace the current one: post goes where main was', async () => {
  const bed = await releaseBed(fixture);
  const main = await bed.step('canary-step', first);
  const env = { KUBECONFIG: join(fixture.bed.directory, 'another.kubeconfig'), INPUT_NAMESPACE: 'default' };
  await expectPutBack(bed, await bed.post('canary-step', main, first, { env }));
});

test('a job that fails after the promotion hears from post that the version stays live, and what takes it back', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', first);
  const main = await bed.step('canary-step', { weight: '100' });
  const post = await bed.post('canary-step', main, { weight: '100' });
  expect(post).toMatchObject({ exitCode: 0 });
  expect(post.warnings.join()).toMatch(
    /v2 was promoted by this step, and has all traffic .* rollback action and `if: failure\(\)/,
  );
  expect(await bed.stableImage()).toBe(image('v2'));
});

test('a dry run undoes nothing', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { ...first, 'on-job-failure': 'hold' });
  const dry = { weight: '100', 'dry-run': 'true' };
  const post = await bed.post('canary-step', await bed.step('canary-step', dry), dry);
  expect(post).toMatchObject({ exitCode: 0 });
  expect(post.stdout).toContain('dry run');
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
  expect(await bed.canaryWeight()).toBe(20);
});

test('a kubeconfig that is gone is said together with what is in flight and who can undo it', async () => {
  const bed = await releaseBed(fixture);
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'd9-kube-')), 'config');
  copyFileSync(fixture.bed.kubeconfig, kubeconfig);
  const main = await bed.step('canary-step', { ...first, kubeconfig });
  rmSync(kubeconfig);
  const post = await bed.post('canary-step', main, { ...first, kubeconfig });
  expect(post.exitCode).toBe(1);
  expect(post.errors.join()).toContain('there is no file');
  expect(post.errors.join()).toMatch(
    /The release of \S+:v2 was in flight .* Traffic: 20 % canary, 80 % stable; canary: still there; record: holding\./s,
  );
  expect(post.errors.join()).toContain(`\`app: restaurant\`, \`namespace: ${bed.namespace}\` and \`scope: any\``);
});

test('the state of another action, or none that can be read, is refused before anything is touched', async () => {
  const bed = await releaseBed(fixture);
  const main = await bed.step('canary-step', first);
  const state = (kept: string) => ({ ...main, state: { ...main.state, kept } });
  const other = await bed.post('verify-slo', main);
  expect([other.exitCode, other.errors.join()]).toEqual([
    1,
    expect.stringContaining('is that of canary-step, and this is verify-slo'),
  ]);
  for (const broken of ['{', 'null', '[]', '{"action":"canary-step"}', '{"action":"canary-step","variables":{"INPUT_APP":7}}']) {
    const post = await bed.post('canary-step', state(broken), first);
    expect([broken, post.exitCode, post.errors.join()]).toEqual([broken, 1, expect.stringContaining('Run the rollback action')]);
  }
  expect(await bed.canaryWeight()).toBe(20);
});

test('a webhook that is away for some seconds, then says no, is waited for; nothing is called a defect', async () => {
  const bed = await releaseBed(fixture);
  const main = await bed.step('canary-step', first);
  const { namespace } = bed;
  fixture.setWebhook({ namespace, resource: 'httproutes', answer: 'away' });
  const deny = onceStdout(/That may pass: trying again/, () => {
    fixture.setWebhook({ namespace, resource: 'httproutes', answer: 'denies' });
  });
  const allow = onceStdout(/changes are frozen[\s\S]*That may pass/, () => {
    fixture.setWebhook({ namespace, resource: 'httproutes', answer: null });
  });
  const onStdout = (soFar: string) => {
    deny.onStdout?.(soFar);
    allow.onStdout?.(soFar);
  };
  const post = await bed.post('canary-step', main, first, { onStdout });
  expect(post.stdout).toMatch(/failed calling webhook .*\n?That may pass: trying again in 2 s/);
  await expectPutBack(bed, post);
});

test('a webhook that stays away leaves the traffic where it is, and post says where that is and what to do', async () => {
  const bed = await releaseBed(fixture);
  const inputs = { weight: '50', image: image('v2'), 'start-timeout': '8s' };
  await bed.step('canary-step', inputs);
  fixture.setWebhook({ namespace: bed.namespace, resource: 'httproutes', answer: 'away' });
  // The record has the 80 % that the route never got.
  const raised = await bed.step('canary-step', { weight: '80', 'start-timeout': '3s' });
  expect(raised.exitCode).toBe(1);
  const post = await bed.post('canary-step', raised, { weight: '80', 'start-timeout': '3s' });
  expect(post.exitCode).toBe(1);
  for (const said of [raised.errors.join(), post.errors.join()]) {
    expect(said).toContain('Traffic: 50 % canary, 50 % stable; canary: still there; record: aborting');
    expect(said).toContain('Run the rollback action with `scope: any` once the cause is mended.');
    expect(said).not.toContain('defect');
  }
  fixture.setWebhook({ namespace: bed.namespace, resource: 'httproutes', answer: null });
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
});

test('the last words of a crashed app are printed for people, and not obeyed by the runner nor kept', async () => {
  const bed = await releaseBed(fixture);
  const step = await bed.step('canary-step', { weight: '20', image: image('v2-crash-hostile') });
  expect(step.exitCode).toBe(1);
  const lines = step.stdout.split(/[\r\n]/);
  expect(lines.join('\n').replaceAll('\u200b', '')).toContain('##[add-mask]the-whole-log');
  expect(
    lines.filter((line) => /^\s*::(set-output|stop-commands)/.test(line) || (!line.startsWith('::') && line.includes('##['))),
  ).toEqual([]);
  const kept = JSON.stringify([await bed.record(), step.outputs, step.summary]);
  for (const foreign of ['set-output', 'stop-commands', 'add-mask', 'user agent']) expect(kept).not.toContain(foreign);
  expect(kept).toContain('CrashLoopBackOff');
});

describe('a job of the same run that has had nothing to do with the release', () => {
  const other = { env: { GITHUB_JOB: 'other', RUNNER_NAME: 'runner-2' } };

  test.each([
    ['asks for another image', 'canary-step', { weight: '20', image: image('v3') }],
    ['names a manifest that is not there', 'canary-step', { weight: '20', manifest: 'gone.yml' }],
    ['would promote by pods what a route splits', 'canary-step', { weight: '100', slo: 'slo.yml', promotion: 'in-place' }],
    ['judges by a file that is not there', 'verify-slo', { slo: 'gone.yml' }],
  ])('leaves it alone when its step %s', async (_, action, inputs) => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', first);
    const refused = await bed.step(action, inputs, other);
    expect(refused.exitCode).toBe(1);
    const post = await bed.post(action, refused, inputs, other);
    expect([post.exitCode, post.errors, post.warnings]).toEqual([0, [], []]);
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
    expect(await bed.canaryWeight()).toBe(20);
  });

  test('undoes it once one of its steps has gone on with it', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', first);
    const raised = await bed.step('canary-step', { weight: '50' }, other);
    expect(raised.exitCode).toBe(0);
    await expectPutBack(bed, await bed.post('canary-step', raised, { weight: '50' }, other));
  });

  test('leaves the release alone that another job has begun since its own was over', async () => {
    const bed = await releaseBed(fixture);
    const mine = await bed.step('canary-step', first);
    await bed.step('rollback');
    await bed.step('canary-step', { weight: '10', image: image('v3') }, { env: { ...other.env, GITHUB_RUN_ATTEMPT: '1' } });
    expect(await bed.post('canary-step', mine, first)).toMatchObject({ exitCode: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 10, canary: { image: image('v3') } });
  });
});

describe('two jobs of a run at once on one app', () => {
  const inputs = { weight: '20', image: image('v2-start-4000') };
  const on = (name: string) => ({ env: { GITHUB_JOB: 'release', RUNNER_NAME: name } });
  /** The second begins when the first has the lock. */
  async function both(second: string) {
    const bed = await releaseBed(fixture);
    let ending: Promise<StepEnd> | undefined;
    const begin = onceStdout(/Canary at 20/, () => {
      ending = bed.step('canary-step', inputs, on(second));
    });
    const one = await bed.step('canary-step', inputs, { ...on('runner-1'), ...begin });
    return { bed, ends: [one, await ending] };
  }

  test('go on one after the other, by what the first has left and not by what was there before it', async () => {
    const { bed, ends } = await both('runner-2');
    expect(ends.map((end) => `${end?.exitCode} ${end?.errors.join()}`)).toEqual(['0 ', '0 ']);
    expect([(await bed.record())?.phase, await bed.canaryWeight()]).toEqual(['holding', 20]);
  });

  test('where one takes the other for dead: that is told of it, and not of a runner that stood still; its post leaves the release alone', async () => {
    const { bed, ends } = await both('runner-1');
    expect(ends.map((end) => end?.exitCode)).toEqual([1, 0]);
    const [loser] = ends;
    expect(loser?.errors.join()).toMatch(/Another job of this run \(release on runner-1\)[\s\S]*`max-parallel: 1`/);
    expect(loser?.errors.join()).not.toMatch(/not renewed|Workflow run/);
    if (loser) expect(await bed.post('canary-step', loser, inputs, on('runner-1'))).toMatchObject({ exitCode: 0 });
    expect([(await bed.record())?.phase, await bed.canaryWeight()]).toEqual(['holding', 20]);
  });
});

test('the main that lost its way to the cluster leaves nothing known to be in flight, and post no second error', async () => {
  const bed = await releaseBed(fixture);
  const inputs = { ...first, kubeconfig: 'nowhere/config' };
  const main = await bed.step('canary-step', inputs);
  const post = await bed.post('canary-step', main, inputs);
  expect([main.exitCode, post.exitCode, post.errors]).toEqual([1, 0, []]);
  expect(post.warnings.join()).toContain('there is no file "nowhere/config"');
  expect(await fixture.api.get(collections.leases(bed.namespace))).toMatchObject({ items: [] });
});
