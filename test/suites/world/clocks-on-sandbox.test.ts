import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, releaseBed } from '../cluster/release-bed.js';

/** Runners whose clocks are wrong by hours: what other runs hold against theirs goes by the API server's. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const SKEW = `const ahead = Number(process.env.SKEW_MS);
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length === 0) super(Real.now() + ahead); else super(...given); }
  static now() { return Real.now() + ahead; }
};
`;
const skewFile = join(mkdtempSync(join(tmpdir(), 'd9-skew-')), 'skew.cjs');
writeFileSync(skewFile, SKEW);

const HOUR = 3_600_000;
const by = (runId: string, aheadMs: number) => ({
  env: {
    GITHUB_RUN_ID: runId,
    RUNNER_NAME: `runner-${runId}`,
    NODE_OPTIONS: `--require ${skewFile}`,
    SKEW_MS: String(aheadMs),
  },
});

test.each([
  ['7 h ahead meets a fresh release', 0, 7 * HOUR],
  ['right meets the fresh release of a run that is 7 h behind', -7 * HOUR, 0],
])('a run whose clock is %s and does not take it over', async (_what, first, second) => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  expect(await bed.step('canary-step', { weight: '10', image: image('v2') }, by('900', first))).toMatchObject({ exitCode: 0 });
  const theirs = by('901', second);
  const taken = await bed.step('canary-step', { weight: '10', image: image('v3') }, theirs);
  expect(taken).toMatchObject({ exitCode: 1 });
  expect(taken.errors.join()).toMatch(/belongs to \S+\/900 until/);
  expect(await bed.step('canary-step', { weight: '0' }, theirs)).toMatchObject({ exitCode: 1 });
  expect(await bed.canaryWeight()).toBe(10);
});
