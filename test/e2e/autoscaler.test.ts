import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { follow } from '../testbed/client/follow.js';
import type { Deployment } from '../testbed/client/objects.js';
import { collections, connectBed, type Fixture } from '../testbed/fixture.js';
import { autoscale, untilLimited } from './autoscaling.js';
import { missedIn, pushVersion, settled, stateOf, type TrafficBed, trafficBed } from './traffic-bed.js';

/** With the metrics of real pods: an autoscaler that follows them within seconds, up and down. */
let fixture: Fixture;
let over: AbortController;
beforeAll(() => {
  fixture = connectBed();
});
beforeEach(() => {
  over = new AbortController();
});
afterEach(() => over.abort());
afterAll(() => fixture.close());

const REPLICAS = 3;

/** The fewest pods that were asked for of stable until `signal`. */
function fewestOfStable({ namespace }: TrafficBed, signal: AbortSignal): { readonly replicas: number } {
  const seen = { replicas: REPLICAS };
  const look = ({ metadata, spec }: Deployment) => {
    if (metadata.name === 'restaurant') seen.replicas = Math.min(seen.replicas, spec.replicas);
  };
  const follower = {
    onList: (items: Deployment[]) => items.forEach(look),
    onChange: (_: string, item: Deployment) => look(item),
  };
  void follow(fixture.api, collections.deployments(namespace), {}, follower, signal);
  return seen;
}

test('stable gets all traffic back while its autoscaler, whose metrics are late, still wants fewer pods: it keeps all of them', async () => {
  const bed = await trafficBed(fixture, { replicas: REPLICAS });
  const image = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    await autoscale(bed, REPLICAS);
    const fewest = fewestOfStable(bed, over.signal);
    expect(await bed.step('canary-step', { weight: '95', image })).toMatchObject({ exitCode: 0 });
    await untilLimited(bed, 'TooFewReplicas');
    const end = await bed.step('canary-step', { weight: '0' });
    expect(end).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(end.stdout).toContain('still counts the traffic that the canary had');
    await untilLimited(bed, 'TooManyReplicas');
    expect(fewest.replicas).toBe(REPLICAS);
  });
  expect(missedIn(report)).toEqual([]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});
