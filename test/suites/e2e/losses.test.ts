import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { endings, losses, seriesOf } from './losses.js';

/** Once each, of the series that `npm run bench -- bed --only lost` runs for all apps, many times, and beside kubectl. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

test.each([
  ['surge', 'abrupt'],
  ['abort-while-updating-stable', 'abrupt'],
  ['abort-while-draining', 'abrupt'],
  ['in-place', 'pre-stop'],
  ['replicas', 'slow-stop'],
] as const)('%s: no request is lost by an app that ends %s, in no phase', async (series, ending) => {
  const phases = await losses(fixture, seriesOf(series), endings[ending]);
  expect(phases.filter(({ lost }) => Object.keys(lost).length > 0)).toEqual([]);
  expect(phases.every(({ sent }) => sent > 0)).toBe(true);
});
