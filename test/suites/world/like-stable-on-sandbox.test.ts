import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections, rolledOut, untilEndpoints } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { type Deployment, image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Changes something of stable before the release, as its team would have. */
async function withStable(bed: ReleaseBed, change: object): Promise<void> {
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, change);
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
}

type WithInit = Deployment & {
  readonly spec: {
    readonly template: { readonly spec: { readonly initContainers?: ReadonlyArray<{ readonly image: string }> } };
  };
};

async function imagesOf(bed: ReleaseBed, name: string): Promise<string[]> {
  const { spec } = (await fixture.api.get<WithInit>(`${collections.deployments(bed.namespace)}/${name}`)).spec.template;
  return [...(spec.initContainers ?? []), ...spec.containers].map((container) => container.image);
}

test('a migration of the same image moves along: into the canary, into stable, and back with it; another version stays as it was', async () => {
  const bed = await releaseBed(fixture, { route: true, replicas: 1 });
  const tools = 'registry.test/tools:v1';
  const initContainers = [
    { name: 'migrate', image: image('v1'), args: ['migrate'] },
    { name: 'check', image: image('v2') },
    { name: 'wait', image: tools },
  ];
  await withStable(bed, { spec: { template: { spec: { initContainers } } } });
  const { exitCode, stdout } = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('is released, and with it init container migrate: the same image');
  expect(await imagesOf(bed, 'restaurant-canary')).toEqual([image('v2'), image('v2'), tools, image('v2')]);
  expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0 });
  expect(await imagesOf(bed, 'restaurant')).toEqual([image('v2'), image('v2'), tools, image('v2')]);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0 });
  expect(await imagesOf(bed, 'restaurant')).toEqual([image('v1'), image('v2'), tools, image('v1')]);
});

test('a canary serves on when somebody deletes stable and makes it anew, and is gone on with or put back', async () => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '50', image: image('v2') })).toMatchObject({ exitCode: 0 });
  const { metadata, spec } = await bed.stable();
  await fixture.api.delete(`${collections.deployments(bed.namespace)}/restaurant`);
  await fixture.api.create(collections.deployments(bed.namespace), {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: metadata.name, labels: metadata.labels ?? {} },
    spec,
  } as KubeObject);
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  await untilEndpoints(fixture.api, bed.namespace, 'restaurant', 3);
  await untilEndpoints(fixture.api, bed.namespace, 'restaurant-canary', 2);
  expect(await bed.step('canary-step', { weight: '60' })).toMatchObject({ exitCode: 0, outputs: { phase: 'holding' } });
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect([await bed.canaryWeight(), await bed.leftovers()]).toEqual([0, []]);
});

test('labels that a policy demands, and how a Service keeps its clients, are the canary’s too; names that lead users to it are not', async () => {
  const bed = await releaseBed(fixture);
  const demanded = { team: 'kitchen', 'cost-centre': '42' };
  const labels = { ...demanded, 'argocd.argoproj.io/instance': 'shop' };
  await withStable(bed, { metadata: { labels } });
  await fixture.api.patch(`${collections.services(bed.namespace)}/restaurant`, {
    metadata: {
      labels,
      annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'shop.test', 'example.com/owner': 'kitchen' },
    },
    spec: { sessionAffinity: 'ClientIP', trafficDistribution: 'PreferClose' },
  });
  const step = await bed.step('canary-step', { weight: '10', image: image('v2'), 'managed-by': 'warn' });
  expect(step).toMatchObject({ exitCode: 0 });
  const read = (path: string) => fixture.api.get<KubeObject & { readonly spec: object }>(`${path}/restaurant-canary`);
  const [deployment, service] = [
    await read(collections.deployments(bed.namespace)),
    await read(collections.services(bed.namespace)),
  ];
  for (const { metadata } of [deployment, service]) {
    expect(metadata.labels).toMatchObject(demanded);
    expect(Object.keys(metadata.labels ?? {})).not.toContain('argocd.argoproj.io/instance');
  }
  expect(service.metadata.annotations).toEqual({ 'example.com/owner': 'kitchen' });
  expect(service.spec).toMatchObject({ type: 'ClusterIP', sessionAffinity: 'ClientIP', trafficDistribution: 'PreferClose' });
});
