import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ContainerStatus, Pod } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo, sloWorkspace } from '../../../testbed/slo-workspace.js';
import { image, releaseBed } from '../cluster/release-bed.js';
import { runBundle } from './run-bundle.js';

jest.setTimeout(120_000);
const slo = sloWorkspace({ 'slo.yml': errorsSlo({ compare: 'stable' }) });
const workspace = slo.directory;
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(async () => {
  slo.remove();
  await fixture.close();
});

/** What `npm run replay` says about each look that was recorded. */
function replayed(name: string): ReadonlyArray<Record<string, unknown>> {
  const args = ['build/scripts/replay.js', join(workspace, name), '--slo', join(workspace, 'slo.yml')];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test('the gate compares with stable, keeps its verdict in the record, and leaves evidence that gives the same verdict again', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  const step = await bed.step('verify-slo', { hold: '60s', 'evidence-file': 'evidence.jsonl' }, { cwd: workspace });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  const [errors] = JSON.parse(step.outputs['evidence-json'] ?? '[]') as Array<Record<string, unknown>>;
  expect(errors).toMatchObject({ name: 'errors', verdict: 'pass', cause: 'ruled-out', bad: 0, toPass: { requests: 0 } });
  expect(await bed.record()).toMatchObject({
    steps: [{ weight: 20, verdict: 'pass' }],
    gate: { weight: 20, verdict: 'pass', objectives: [{ name: 'errors', state: { good: errors?.good } }] },
  });

  const lines = replayed('evidence.jsonl');
  expect(lines).toHaveLength(readFileSync(join(workspace, 'evidence.jsonl'), 'utf8').trim().split('\n').length);
  expect(lines.at(-1)).toMatchObject({ verdict: 'pass', reason: 'ruled-out', n: errors?.good });
  await bed.step('rollback');
});

describe('a canary that is bad from its first request on', () => {
  // At 20 rps a proof of 10 % takes half a minute.
  const RPS = 20;
  const bad = { slo: 'slo.yml', hold: '60s', image: image('v2-errors-100'), settle: '2s', 'prove-timeout': '90s' };

  test.each([
    ['10', 'Canary at 10 %: traffic'],
    ['100', 'Promote: all traffic to the canary'],
  ])('is taken out while its share of %s %% is still being proven', async (weight, phase) => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: RPS, route: 'restaurant' });
    const evidence = `evidence-at-${weight}.jsonl`;
    const step = await bed.step('canary-step', { ...bad, weight, 'evidence-file': evidence }, { cwd: workspace });
    const { total, bad: spans } = await load.stop();
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { phase: 'aborted', verdict: 'fail', weight: '0', 'weight-measured': '', 'weight-proven': 'false' },
    });
    expect(step.errors.join()).toMatch(
      /Verdict fail: errors: \d+ of \d+ requests were bad.*\nTraffic: 100 % stable; canary: removed/,
    );
    const whileProving = step.stdout.slice(step.stdout.indexOf(phase), step.stdout.indexOf('Abort: weight 0'));
    expect(whileProving).not.toContain('Proven');
    expect(step.stdout.split('Abort: weight 0')).toHaveLength(2);
    const looks = replayed(evidence);
    expect(looks.at(-1)).toMatchObject({ verdict: 'fail' });
    expect(looks.slice(0, -1)).not.toContainEqual(expect.objectContaining({ verdict: 'fail' }));
    const span = spans.failed['v2-errors-100'];
    expect((span?.lastAt ?? 0) - (span?.firstAt ?? 0)).toBeLessThan(10_000);
    expect(total.lost).toBe(0);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect((await bed.record())?.steps).toMatchObject([{ weight: Number(weight), verdict: 'fail' }, { weight: 0 }]);
    expect(await bed.stableImage()).toBe(image('v1'));
    expect(await bed.leftovers()).toEqual([]);
  });
});

test('a canary that crashed once while it had traffic fails the gate, although it serves again and all its answers are good', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const canary = { namespace: bed.namespace, selector: { 'd9.dev/track': 'canary' } };
  const untilStatus = (isSo: (status: ContainerStatus | undefined) => boolean) =>
    fixture.api.untilAll<Pod>(collections.pods(bed.namespace), { labelSelector: 'd9.dev/track=canary' }, ([pod]) =>
      isSo(pod?.status.containerStatuses?.[0]),
    );
  await fixture.setFaults({ ...canary, faults: 'crash' });
  await untilStatus((status) => status?.ready === false);
  await fixture.setFaults({ ...canary, faults: null });
  await untilStatus((status) => status?.ready === true);

  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  const step = await bed.step('verify-slo', { hold: '60s' }, { cwd: workspace });
  expect((await load.stop()).total).toMatchObject({ failed: 0 });
  expect(step).toMatchObject({ exitCode: 1, codes: ['gate-failed'], outputs: { verdict: 'fail' } });
  expect(step.outputs.reason).toMatch(
    /pod restaurant-canary-\S+ did not keep serving: container app: restarted once: exit code 1\.$/,
  );
  expect(step.errors.join('\n')).toMatch(/Its last lines:\n {2}\S/);
  expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
  expect(await bed.leftovers()).toEqual([]);
});

test('evidence that would be written outside the workspace is refused with everything else that is wrong', async () => {
  const inputs = { app: 'restaurant', slo: 'slo.yml', hold: '5', 'evidence-file': '../evidence.jsonl' };
  const { exitCode, errors } = await runBundle('verify-slo', { cwd: workspace, inputs });
  expect(exitCode).toBe(1);
  expect(errors.join('\n')).toMatch(/"\.\.\/evidence\.jsonl" can't be written: "\S+" lies outside the workspace/);
  expect(errors.join('\n')).toContain('"5" is not a duration');
});
