import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { runProcessCases, seededCases } from '../faults/bundles/sample.js';

/** What test/suites/faults does in virtual time, with the bundles as processes that are really killed. */
jest.setTimeout(300_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('bundles that are killed, cancelled or ill-served leave a release that can be completed and taken back', async () => {
  const ends = await runProcessCases(fixture, seededCases(4, 1), 2);
  expect(ends.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(ends.filter(({ struck }) => struck !== undefined).length).toBeGreaterThanOrEqual(3);
});
