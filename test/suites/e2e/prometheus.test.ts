import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { pushAppImage } from '../../../testbed/image/app-image.js';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

let bed: Fixture;
let namespace: string;
beforeAll(async () => {
  bed = connectBed();
  const { registry, prometheus } = bed.bed;
  if (registry === undefined || prometheus === undefined) throw new Error('These tests need the full bed: npm run test:e2e.');
  namespace = await bed.createNamespace();
  const { image } = await pushAppImage({ registry, tag: 'v1' });
  await bed.deployRestaurant(namespace, { replicas: 20, image });
  // Prometheus passes on what it discovers every 5 s.
  await until('20 targets', 20_000, async () => (await query(`up{namespace="${namespace}"} == 1`)).length === 20);
});
afterAll(() => bed.close());

async function query(expression: string): Promise<Sample[]> {
  const answer = await fetch(`${bed.bed.prometheus}/api/v1/query?${new URLSearchParams({ query: expression })}`);
  const { data, error } = (await answer.json()) as { data?: { result: Sample[] }; error?: string };
  if (data === undefined) throw new Error(`Prometheus says: ${error}`);
  return data.result;
}

async function until(what: string, timeoutMs: number, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await wait(50);
  }
}

test('what 20 pods have counted is in Prometheus within 3 s, by the labels of namespace, pod and app', async () => {
  const load = await bed.startLoad(namespace, { service: 'restaurant', rps: 50 });
  await load.until(({ total }) => total.ok >= 150);
  const { total } = await load.stop();
  const counter = `http_requests_total{namespace="${namespace}", app_kubernetes_io_name="restaurant"}`;
  await until('the counters', 3_000, async () => Number((await query(`sum(${counter})`))[0]?.value[1]) === total.sent);
  const pods = (await query(counter)).map(({ metric }) => metric.pod);
  expect(new Set(pods).size).toBeGreaterThan(15);
});

test('each of 20 pods and the router are scraped each second', async () => {
  const everySecond = async (series: string) => {
    const [fewest] = await query(`min(sum_over_time(${series}[10s]))`);
    return Number(fewest?.value[1]) >= 9;
  };
  await until('10 s of scrapes', 30_000, () => everySecond(`up{namespace="${namespace}"}`));
  await until('10 s of scrapes', 30_000, () => everySecond('up{job="router"}'));
});
