import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { Bed } from './bed/description.js';
import { type Credential, writeKubeconfig } from './bed/identities.js';
import { clientAddresses } from './bed/network.js';
import { Api, type KubeObject } from './client/api.js';
import type { Deployment, EndpointSlice, HttpRoute, Pod } from './client/objects.js';
import type { Source } from './load/destination.js';
import { type Load, startLoad, type Traffic, type UrlTarget } from './load/load.js';
import { startLoadProcess } from './load/process.js';
import type { FaultOrder } from './node/fault-rules.js';
import {
  publicGateway,
  type RestaurantOptions,
  restaurantDeployment,
  restaurantLabels,
  restaurantRoute,
  restaurantRouteOf,
  service,
} from './restaurant.js';

/** Collections of a namespace, by the kinds that tests create. */
export const collections = {
  deployments: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  services: (namespace: string) => `/api/v1/namespaces/${namespace}/services`,
  pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  httpRoutes: (namespace: string) => `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`,
  ingressRoutes: (namespace: string) => `/apis/traefik.io/v1alpha1/namespaces/${namespace}/ingressroutes`,
  traefikServices: (namespace: string) => `/apis/traefik.io/v1alpha1/namespaces/${namespace}/traefikservices`,
  gateways: (namespace: string) => `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways`,
  budgets: (namespace: string) => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
  autoscalers: (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
  leases: (namespace: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
};

/** A cluster as a test sees it: the running bed, or a sandbox. */
export interface ClusterFixture {
  readonly bed: Pick<Bed, 'server' | 'directory' | 'kubeconfig'> & {
    readonly kubeconfigs: Pick<Bed['kubeconfigs'], 'admin' | 'deployer'>;
  };
  /** As the administrator. */
  readonly api: Api;
  /** Makes a namespace of its own for a test; `close` removes it. */
  createNamespace(): Promise<string>;
  /** Deploys the example app and returns when it is rolled out and its route is accepted. */
  deployRestaurant(namespace: string, options?: RestaurantOptions): Promise<void>;
  /** Gives pods other faults than their image says, from now on; `faults: null` takes it back. Real pods: those that are there. */
  setFaults(order: FaultOrder): Promise<void>;
  /**
   * Sends traffic until it is stopped, at the latest by `close`: straight to pods from this process, or through a router from a process of
   * its own, in a full bed from 40 addresses.
   */
  startLoad(namespace: string, options: Traffic & (Source | UrlTarget)): Promise<Load>;
  /** Writes a kubeconfig for whoever has the token and returns its path. */
  kubeconfigFor(credential: { readonly token: string }): Promise<string>;
  /** Removes the namespaces and closes the connections. */
  close(): Promise<void>;
}

/** The running bed, with everything that only it has. */
export interface Fixture extends ClusterFixture {
  readonly bed: Bed;
  /** Writes a kubeconfig for anybody and returns its path. */
  kubeconfigFor(credential: Credential): Promise<string>;
}

/** @throws Error outside `npm run testbed -- exec` */
export function connectBed(): Fixture {
  const line = process.env.D9_TESTBED;
  if (line === undefined)
    throw new Error('These tests run inside the test bed: npm run testbed -- exec -- COMMAND (docs/testbed.md).');
  const bed = JSON.parse(line) as Bed;
  const api = new Api(bed.kubeconfig);
  const namespaces: string[] = [];
  const loads: Load[] = [];
  return {
    bed,
    api,
    createNamespace: async () => {
      const name = await createNamespace(api);
      namespaces.push(name);
      return name;
    },
    deployRestaurant: (namespace, options = {}) => deployRestaurant(api, namespace, options),
    setFaults: (order) => (bed.control === undefined ? orderPods(api, order) : postOrder(bed.control, order)),
    startLoad: async (namespace, options) => {
      const load = await ('url' in options
        ? startLoadProcess({ sources: bed.kind === 'control-plane' ? [] : clientAddresses, ...options })
        : startLoad({ kubeconfig: bed.kubeconfig, namespace, ...options }));
      loads.push(load);
      return load;
    },
    kubeconfigFor: (credential) => writeKubeconfig(bed.directory, `test-${randomBytes(4).toString('hex')}`, credential),
    close: async () => {
      const removals = namespaces.map((name) => api.delete(`/api/v1/namespaces/${name}`));
      await Promise.all([...loads.map((load) => load.stop()), ...removals]).finally(() => api.close());
    },
  };
}

/** Makes a namespace with a name of its own. */
export async function createNamespace(api: Api): Promise<string> {
  const name = `test-${randomBytes(4).toString('hex')}`;
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await api.until(`/api/v1/namespaces/${name}/serviceaccounts`, 'default', (account) => account !== undefined);
  return name;
}

/** Deploys the example app and returns when it is rolled out, its route is accepted and its endpoints are listed. */
export async function deployRestaurant(api: Api, namespace: string, options: RestaurantOptions): Promise<void> {
  const creations: Promise<KubeObject>[] = [
    api.create(collections.deployments(namespace), restaurantDeployment(options)),
    api.create(collections.services(namespace), service('restaurant', options.labels ?? restaurantLabels)),
  ];
  if (options.route) {
    creations.push(api.create(collections.gateways(namespace), publicGateway));
    creations.push(api.create(collections.httpRoutes(namespace), restaurantRoute));
  }
  if (options.host !== undefined) creations.push(api.create(collections.httpRoutes(namespace), restaurantRouteOf(options.host)));
  await Promise.all(creations);
  await rolledOut(api, namespace, 'restaurant');
  if (options.route || options.host !== undefined)
    await api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', isAccepted);
  await untilEndpoints(api, namespace, 'restaurant', options.replicas ?? 3);
}

/** Waits until a Deployment has only updated, available pods. */
export async function rolledOut(api: Api, namespace: string, name: string): Promise<void> {
  await api.until<Deployment>(collections.deployments(namespace), name, (deployment) => {
    if (deployment === undefined) return false;
    const { metadata, spec, status } = deployment;
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
    const isSeen = observedGeneration >= (metadata.generation ?? 0);
    return isSeen && [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
  });
}

/** True when the bed has judged the route as it is now and found its backends. */
export function isAccepted(route: HttpRoute | undefined): boolean {
  const parents = route?.status?.parents ?? [];
  const isTrue = (condition: { status: string; observedGeneration?: number }) =>
    condition.status === 'True' && condition.observedGeneration === route?.metadata.generation;
  return parents.length > 0 && parents.every(({ conditions }) => conditions.every(isTrue));
}

/** A Deployment is available a moment before its Service's endpoints say so. */
export async function untilEndpoints(api: Api, namespace: string, name: string, count: number): Promise<void> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  await api.untilAll<EndpointSlice>(path, { labelSelector: `kubernetes.io/service-name=${name}` }, (slices) => {
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    return endpoints.filter(({ conditions }) => conditions?.ready).length === count;
  });
}

/**
 * Orders faults at every pod that is there, through the API server's proxy.
 * @throws Error when a pod runs something else than the app
 */
export async function orderPods(api: Api, { namespace, selector = {}, faults }: FaultOrder): Promise<void> {
  const labelSelector = Object.entries(selector).map((pair) => pair.join('='));
  const query = new URLSearchParams({ labelSelector: labelSelector.join() });
  const { items } = await api.get<{ items: Pod[] }>(`${collections.pods(namespace)}?${query}`);
  const orders = items.map(async ({ metadata }) => {
    const answer = await api.text('POST', `${collections.pods(namespace)}/${metadata.name}:8080/proxy/-/faults`, { faults });
    if (!answer.startsWith('faults: ')) throw new Error(`Pod ${namespace}/${metadata.name} takes no orders; it says: ${answer}`);
  });
  await Promise.all(orders);
}

function postOrder(control: string, order: FaultOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${control}/faults`, { method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`The node player says: ${text}`))));
    });
    request.on('error', reject);
    request.end(JSON.stringify(order));
  });
}
