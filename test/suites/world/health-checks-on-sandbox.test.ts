import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Pod } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
warm-up: 0s
`;

jest.setTimeout(180_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Checks before a release, so that stable's pods have counted more than the canary's ever catch up with. */
const CHECKED_BEFORE = 60;

/** A load balancer that has asked every ready pod four times a second for a while, and goes on as long as `work` takes. */
async function checking<T>({ namespace }: ReleaseBed, path: string, work: () => Promise<T>): Promise<T> {
  const addresses = new Set<string>();
  let isUsed: () => void;
  const used = new Promise<void>((resolve) => {
    isUsed = resolve;
  });
  let answers = 0;
  const answered = () => {
    answers += 1;
    if (answers === CHECKED_BEFORE) isUsed();
  };
  const look = async () => {
    const { items } = await fixture.api.get<{ items: Pod[] }>(collections.pods(namespace));
    addresses.clear();
    for (const { status } of items)
      if (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
        addresses.add(status.podIP ?? '');
  };
  const ask = () => {
    for (const host of addresses)
      get({ host, port: 8080, path, timeout: 1000 }, (answer) => answer.on('end', answered).resume()).on('error', () => {});
  };
  const timers = [setInterval(ask, 250), setInterval(() => void look().catch(() => undefined), 500)];
  try {
    await used;
    return await work();
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
}

const release = async (bed: ReleaseBed, more: Record<string, string> = {}) => {
  writeFileSync(join(fixture.bed.directory, 'slo.yml'), SLO);
  const inputs = { weight: '25', image: image('v2-flavour-paths'), slo: 'slo.yml', hold: '40s', 'prove-timeout': '15s', ...more };
  return checking(bed, '/lb-check', () => bed.step('canary-step', inputs, { cwd: fixture.bed.directory }));
};

test('health checks that nobody has named look like users, and a caution says how they come', async () => {
  const step = await release(await releaseBed(fixture, { route: true, image: image('v1-flavour-paths') }));
  expect(step).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  expect(step.outputs.caution).toMatch(/requests to \/lb-check came to each of \d+ pods of both versions at the same even pace/);
  expect(step.warnings.join()).toContain('leave them out with `upkeep-paths: /lb-check`');
  expect(step.summary).toContain('Caution: all ');
});

test('named by the input they prove no share and pass no gate', async () => {
  const bed = await releaseBed(fixture, { route: true, image: image('v1-flavour-paths') });
  const step = await release(bed, { 'upkeep-paths': '/lb-check' });
  expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive', 'weight-proven': 'false', caution: '' } });
  // Checks that come in step on all pods may look like one counter that they share.
  expect(step.errors.join()).toMatch(/the canary got no request|the canary and stable show the same counters/);
});

test('named by the Service or an Ingress they do not either, in a later step too', async () => {
  const bed = await releaseBed(fixture, { route: true, image: image('v1-flavour-paths') });
  await fixture.api.create(`/apis/networking.k8s.io/v1/namespaces/${bed.namespace}/ingresses`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'restaurant', annotations: { 'alb.ingress.kubernetes.io/healthcheck-path': '/lb-check' } },
    spec: { defaultBackend: { service: { name: 'restaurant', port: { number: 80 } } } },
  });
  expect(await release(bed, { 'on-job-failure': 'hold' })).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  const gate = await checking(bed, '/lb-check', () => bed.step('verify-slo', { hold: '20s' }, { cwd: fixture.bed.directory }));
  expect(gate).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
});
