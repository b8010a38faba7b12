import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { follow } from '../../../testbed/client/follow.js';
import type { Deployment } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { type Autoscaler, autoscale, type Limit, limitOf, untilLimited } from './autoscaling.js';
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

/** What the autoscaler said of its limits whenever its minimum had become smaller, until `signal`. */
function limitsAtSmallerMinimum({ namespace }: TrafficBed, signal: AbortSignal): readonly (Limit | undefined)[] {
  const seen: (Limit | undefined)[] = [];
  let minimum = 0;
  const look = (autoscaler: Autoscaler) => {
    const { minReplicas } = autoscaler.spec;
    if (minReplicas < minimum) seen.push(limitOf(autoscaler));
    minimum = minReplicas;
  };
  const follower = {
    onList: (items: Autoscaler[]) => items.forEach(look),
    onChange: (_: string, item: Autoscaler) => look(item),
  };
  void follow(fixture.api, collections.autoscalers(namespace), {}, follower, signal);
  return seen;
}

test('stable gets all traffic back while its autoscaler, whose metrics are late, still wants fewer pods: it keeps all of them', async () => {
  const bed = await trafficBed(fixture, { replicas: REPLICAS });
  const image = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    await autoscale(bed, REPLICAS);
    const fewest = fewestOfStable(bed, over.signal);
    const limits = limitsAtSmallerMinimum(bed, over.signal);
    expect(await bed.step('canary-step', { weight: '95', image })).toMatchObject({ exitCode: 0 });
    await untilLimited(bed, 'TooFewReplicas');
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    await untilLimited(bed, 'TooManyReplicas');
    expect(limits).toHaveLength(1);
    expect(limits).not.toContain('TooFewReplicas');
    expect(fewest.replicas).toBe(REPLICAS);
  });
  expect(missedIn(report)).toEqual([]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});
