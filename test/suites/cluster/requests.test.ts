import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { withoutRenewals } from '../bundles/lock-renewals.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

/** What a step changed in the cluster, in the order in which it asked for it; left out are renewals of the lock, which come at times of their own, and what the server refused (a conflict is asked again). */
async function changes(bed: ReleaseBed, action: string, inputs: Record<string, string> = {}): Promise<string[]> {
  const { stdout, exitCode } = await bed.step(action, inputs);
  expect(exitCode).toBe(0);
  const change = new RegExp(
    `^::debug::(?:POST|PUT|PATCH|DELETE) \\S*/namespaces/${bed.namespace}/([^?: ]+)(?!.*dryRun).*: 20\\d after`,
  );
  return withoutRenewals(stdout.split('\n')).flatMap((line) => change.exec(line)?.[1] ?? []);
}

const record = 'leases/d9-restaurant';
const route = 'httproutes/restaurant';
const canary = ['deployments/restaurant-canary', 'services/restaurant-canary'];

test('a step writes to the record before it changes anything, and touches nothing that it has no business with', async () => {
  const bed = await releaseBed(fixture);
  const raise = { weight: '10', image: image('v2') };

  expect(await changes(bed, 'canary-step', raise)).toEqual([
    // The record is told whose Deployment it is, and after the canary what the server made of that.
    ...['leases', record, record, 'deployments', 'services', record, route, route, record, record],
  ]);
  // Once more: nothing but taking the lock and giving it back.
  expect(await changes(bed, 'canary-step', raise)).toEqual([record, record]);
  expect(await changes(bed, 'canary-step', { weight: '100', image: image('v2') })).toEqual([
    ...[record, record, 'deployments/restaurant-canary', route],
    ...[record, 'deployments/restaurant'],
    ...[record, route, record, route],
    ...[record, route, route, ...canary],
    // The first of these gives up the claim on stable.
    ...['deployments/restaurant', record, record],
  ]);
  expect(await changes(bed, 'rollback')).toEqual([
    ...[record, record, 'deployments/restaurant', 'deployments/restaurant', record, record],
  ]);
  expect(await changes(bed, 'rollback')).toEqual([]);
});
