import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { follow } from '../../../testbed/client/follow.js';
import type { KubeObject, Pod } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { restaurantLabels } from '../../../testbed/restaurant.js';
import {
  missedIn,
  pushVersion,
  sendMore,
  settled,
  stateOf,
  type TrafficBed,
  trafficBed,
  versionsAtTheEnd,
} from './traffic-bed.js';

/** What happens around a release on its way, which the end-to-end tests of the other suites leave out. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

test("TestRolloutPDBRestart: stable's pods are evicted one by one, as a drained node does, in the middle of a canary: nothing is lost and it is promoted", async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const pods = collections.pods(bed.namespace);
  await fixture.api.create(collections.budgets(bed.namespace), {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'restaurant' },
    spec: { maxUnavailable: 1, selector: { matchLabels: restaurantLabels } },
  } as KubeObject);
  const report = await bed.underLoad({ rps: 200 }, async () => {
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    const labelSelector = Object.entries(restaurantLabels).map((pair) => pair.join('='));
    const { items } = await fixture.api.get<{ items: Pod[] }>(
      `${pods}?${new URLSearchParams({ labelSelector: labelSelector.join() })}`,
    );
    const stable = items.filter(({ metadata }) => metadata.labels?.['d9.dev/track'] !== 'canary');
    expect(stable).toHaveLength(2);
    for (const { metadata } of stable) {
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata.name } } as KubeObject;
      await fixture.api.create(`${pods}/${metadata.name}/eviction`, eviction);
      await fixture.api.until<Pod>(pods, metadata.name, (pod) => pod === undefined);
      await rolledOut(fixture.api, bed.namespace, 'restaurant');
    }
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('a canary that has half of the traffic begins to crash again and again: the gate fails, and within 20 s no client notices it any more', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const over = new AbortController();
  let crashedAt = 0;
  const report = await bed.underLoad({ rps: 100 }, async (load) => {
    expect(await bed.step('canary-step', { weight: '50', image: v2 })).toMatchObject({ exitCode: 0 });
    crashedAt = Date.now();
    const crashing = crashWheneverReady(bed, over.signal);
    const verdict = await bed.step('verify-slo', { hold: '2m' }).finally(() => over.abort());
    expect(await crashing).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
    await sendMore(load, 100);
  });
  const { failed, lost } = report.total;
  expect({ failed, lost }).toEqual({ failed: 0, lost: expect.any(Number) });
  expect(report.bad.lost?.firstAt).toBeGreaterThan(crashedAt);
  expect(report.bad.lost?.lastAt).toBeLessThan(crashedAt + 20_000);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test('a canary that crashes once in the middle of the gate is taken out with its exit code and last words, although the kubelet starts it again at once', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 50 }, async () => {
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    const looking = Promise.withResolvers<void>();
    const onStdout = (soFar: string) => soFar.includes('What a pass needs') && looking.resolve();
    const gate = bed.step('verify-slo', { hold: '2m' }, { onStdout });
    await looking.promise;
    await fixture.setFaults({ namespace: bed.namespace, selector: { 'd9.dev/track': 'canary' }, faults: 'crash' });
    const end = await gate;
    expect(end).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
    expect(end.outputs.reason).toMatch(
      /pod restaurant-canary-\S+ did not keep serving: container app: (restarted once|ended): exit code 1\./,
    );
    expect(end.errors.join('\n')).toMatch(/Its last lines:\n[\s\S]*ECONNREFUSED/);
  });
  expect(report.total.failed).toBe(0);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

/**
 * Ends the canary's process each time that its pod is ready, so that the kubelet starts it later and later.
 * @returns how often, once `signal` is aborted
 */
async function crashWheneverReady({ namespace }: TrafficBed, signal: AbortSignal): Promise<number> {
  const orders = new Map<string, Promise<unknown>>();
  const look = ({ metadata, status }: Pod) => {
    const { containerID = '', ready = false } = status.containerStatuses?.[0] ?? {};
    if (!ready || metadata.deletionTimestamp !== undefined || orders.has(containerID)) return;
    const order = fixture.setFaults({ namespace, selector: { 'd9.dev/track': 'canary' }, faults: 'crash' });
    // It is looked at in the end.
    order.catch(() => undefined);
    orders.set(containerID, order);
  };
  const canary = { labelSelector: 'd9.dev/track=canary' };
  const onList = (pods: Pod[]) => pods.forEach(look);
  const onChange = (_: string, pod: Pod) => look(pod);
  await follow<Pod>(fixture.api, collections.pods(namespace), canary, { onList, onChange }, signal);
  await Promise.all(orders.values());
  return orders.size;
}
