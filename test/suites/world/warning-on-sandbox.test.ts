import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo, sloWorkspace } from '../../../testbed/slo-workspace.js';
import { image, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(240_000);
const slo = sloWorkspace({
  'wide.yml': errorsSlo({ max: '30%', more: 'rule-out: 50%', compare: 'stable' }),
  'narrow.yml': errorsSlo({ max: '16%', more: 'rule-out: 17%', compare: 'stable' }),
});
const workspace = slo.directory;
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(async () => {
  slo.remove();
  await fixture.close();
});

test('a canary within max that stable does better than is warned of and goes on, and is held where rule-out is not excluded', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2-errors-15') });
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  const warned = await bed.step('verify-slo', { hold: '12s', slo: 'wide.yml' }, { cwd: workspace });
  expect(warned).toMatchObject({ exitCode: 0, outputs: { verdict: 'warn' }, errors: [] });
  expect(warned.warnings).toContainEqual(
    expect.stringMatching(/^errors: stable does better: \d+ of \d+ requests were bad .*looks on\.$/),
  );
  expect(warned.warnings).toContainEqual(expect.stringMatching(/^Verdict: warn\. errors: .* stable does better/));
  expect(warned.summary).toContain('Gate: warn.');
  expect(warned.summary).toContain('stable does better');
  const [objective] = JSON.parse(warned.outputs['evidence-json'] ?? '[]') as Array<Record<string, unknown>>;
  expect(objective).toMatchObject({ verdict: 'warn', warning: expect.stringContaining('stable does better') });
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20, gate: { verdict: 'warn' } });

  const held = await bed.step('verify-slo', { hold: '10s', slo: 'narrow.yml', 'on-breach': 'fail' }, { cwd: workspace });
  await load.stop();
  expect(held).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(held.outputs.reason).toMatch(/^errors: .*; stable does better: /);
  await bed.step('rollback');
});
