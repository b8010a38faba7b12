import { nodeAddress } from '../../../testbed/bed/network.js';
import type { Pod } from '../../../testbed/client/objects.js';
import { collections, type Fixture, rolledOut, untilEndpoints } from '../../../testbed/fixture.js';
import { pushAppImage } from '../../../testbed/image/app-image.js';
import { labelsOf, restaurantDeployment, service } from '../../../testbed/restaurant.js';

export type ServiceName = 'restaurant' | 'restaurant-canary';

/** The app as Service `restaurant` in version v1 and as `restaurant-canary` in version v2, without a route. */
export interface TwoVersions {
  readonly namespace: string;
  /** Returns once as many endpoints are ready. */
  scale(name: ServiceName, replicas: number): Promise<void>;
  /** Makes the Service `half-dead` with two endpoints: a pod of v1, and an address that refuses connections. */
  createHalfDead(): Promise<void>;
}

/** Deploys both in a namespace of their own: two pods of v1, one of v2. */
export async function deployTwoVersions(fixture: Fixture): Promise<TwoVersions> {
  const { api, bed } = fixture;
  const { registry } = bed;
  if (registry === undefined) throw new Error('These tests need a bed with a registry: npm run test:e2e.');
  const namespace = await fixture.createNamespace();

  const isScaled = async (name: ServiceName, replicas: number) => {
    await rolledOut(api, namespace, name);
    await untilEndpoints(api, namespace, name, replicas);
  };
  const deploy = async (name: ServiceName, version: string, replicas: number) => {
    const { image } = await pushAppImage({ registry, tag: version });
    await api.create(collections.deployments(namespace), restaurantDeployment({ name, replicas, image }));
    await api.create(collections.services(namespace), service(name, labelsOf(name)));
    await isScaled(name, replicas);
  };
  await deploy('restaurant', 'v1', 2);
  await deploy('restaurant-canary', 'v2', 1);

  return {
    namespace,
    scale: async (name, replicas) => {
      await api.patch(`${collections.deployments(namespace)}/${name}`, { spec: { replicas } });
      await isScaled(name, replicas);
    },
    createHalfDead: () => createHalfDead(fixture, namespace),
  };
}

async function createHalfDead({ api }: Fixture, namespace: string): Promise<void> {
  const query = new URLSearchParams({ labelSelector: 'app.kubernetes.io/name=restaurant' });
  const { items } = await api.get<{ items: Pod[] }>(`${collections.pods(namespace)}?${query}`);
  const addresses = [items[0]?.status.podIP, nodeAddress];
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'half-dead', labels: { 'kubernetes.io/service-name': 'half-dead' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
  const { spec, ...rest } = service('half-dead', {});
  const { ports } = spec as { ports: unknown };
  await api.create(collections.services(namespace), { ...rest, spec: { ports } });
  await api.create(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, slice);
}
