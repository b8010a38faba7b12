import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections, createNamespace, deployRestaurant } from '../fixture.js';
import { startLoad } from '../load/load.js';
import { type Sandbox, startSandbox } from './sandbox.js';

jest.setTimeout(60_000);

let sandbox: Sandbox;
let namespace: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  namespace = await createNamespace(sandbox.api);
  const port = sandbox.podPort;
  await deployRestaurant(sandbox.api, namespace, { port, replicas: 2 });
  const metadata = { name: 'restaurant' };
  const apiVersion = 'traefik.io/v1alpha1';
  const services = [{ kind: 'TraefikService', name: 'restaurant' }];
  await sandbox.api.create(collections.traefikServices(namespace), {
    apiVersion,
    kind: 'TraefikService',
    metadata,
    spec: { weighted: { services: [{ name: 'restaurant', port: 80, weight: 1 }] } },
  });
  await sandbox.api.create(collections.ingressRoutes(namespace), {
    apiVersion,
    kind: 'IngressRoute',
    metadata,
    spec: { routes: [{ match: 'PathPrefix(`/`)', services }] },
  });
});
afterAll(() => sandbox.close());

const weigh = (weights: Readonly<Record<string, number>>) =>
  sandbox.api.patch(`${collections.traefikServices(namespace)}/restaurant`, {
    spec: { weighted: { services: Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight })) } },
  });

test('a child that is not there takes every request away, through the router and for the load', async () => {
  const source = { ingressRoute: 'restaurant' };
  const { url } = await sandbox.startRouter(namespace, source);
  const loads = await Promise.all([
    startLoad({ url, rps: 100 }),
    startLoad({ kubeconfig: sandbox.kubeconfigs.admin, namespace, ...source, rps: 100 }),
  ]);
  for (const load of loads) await load.until(({ total }) => total.ok > 10);
  await weigh({ restaurant: 100, nobody: 0 });
  for (const load of loads) await load.until(({ reasons }) => (reasons['404'] ?? 0) > 10);
  await weigh({ restaurant: 1 });
  for (const load of loads) {
    const { ok } = load.snapshot().total;
    await load.until(({ total }) => total.ok > ok + 10);
    const { reasons } = await load.stop();
    expect(Object.keys(reasons)).toEqual(['404']);
  }
});
