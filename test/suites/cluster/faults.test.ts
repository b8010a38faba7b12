import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { runProcessCases, seededCases } from '../faults/bundles/sample.js';

/** A sample of what test/suites/faults does to a simulated cluster, on the real control plane. */
jest.setTimeout(300_000);
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

test('bundles that are killed, cancelled or ill-served leave a release that can be completed and taken back', async () => {
  const ends = await runProcessCases(fixture, seededCases(12, 2), 4);
  expect(ends.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(ends.filter(({ struck }) => struck !== undefined).length).toBeGreaterThanOrEqual(9);
});
