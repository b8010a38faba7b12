import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { Bed } from './bed/description.js';
import { type Credential, writeKubeconfig } from './bed/identities.js';
import { Api, type KubeObject } from './client/api.js';
import type { Deployment, EndpointSlice, HttpRoute } from './client/objects.js';
import { type Load, startLoad } from './load/load.js';
import type { FaultOrder } from './node/fault-rules.js';
import {
  publicGateway,
  type RestaurantOptions,
  restaurantDeployment,
  restaurantLabels,
  restaurantRoute,
  service,
} from './restaurant.js';

/** Collections of a namespace, by the kinds that tests create. */
export const collections = {
  deployments: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  services: (namespace: string) => `/api/v1/namespaces/${namespace}/services`,
  pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  httpRoutes: (namespace: string) => `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`,
  gateways: (namespace: string) => `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways`,
  leases: (namespace: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
};

/** The running bed, as a cluster test sees it. */
export interface Fixture {
  readonly bed: Bed;
  /** As the administrator. */
  readonly api: Api;
  /** Makes a namespace of its own for a test; `close` removes it. */
  createNamespace(): Promise<string>;
  /** Deploys the example app and returns when it is rolled out and its route is accepted. */
  deployRestaurant(namespace: string, options?: RestaurantOptions): Promise<void>;
  /** Gives pods other faults than their image says, from now on; `faults: null` takes it back. */
  setFaults(order: FaultOrder): Promise<void>;
  /** Sends traffic until it is stopped. */
  startLoad(namespace: string, options: { rps: number } & ({ route: string } | { service: string })): Promise<Load>;
  /** Writes a kubeconfig for anybody and returns its path. */
  kubeconfigFor(credential: Credential): Promise<string>;
  /** Removes the namespaces and closes the connections. */
  close(): Promise<void>;
}

/** @throws Error outside `npm run testbed -- exec` */
export function connectBed(): Fixture {
  const line = process.env.D9_TESTBED;
  if (line === undefined)
    throw new Error('These tests run inside the test bed: npm run testbed -- exec -- COMMAND (docs/testbed.md).');
  const bed = JSON.parse(line) as Bed;
  const api = new Api(bed.kubeconfig);
  const namespaces: string[] = [];
  return {
    bed,
    api,
    createNamespace: async () => {
      const name = `test-${randomBytes(4).toString('hex')}`;
      await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      namespaces.push(name);
      await api.until(`/api/v1/namespaces/${name}/serviceaccounts`, 'default', (account) => account !== undefined);
      return name;
    },
    deployRestaurant: (namespace, options = {}) => deployRestaurant(api, namespace, options),
    setFaults: (order) => postOrder(controlOf(bed), order),
    startLoad: (namespace, options) => startLoad({ kubeconfig: bed.kubeconfig, namespace, ...options }),
    kubeconfigFor: (credential) => writeKubeconfig(bed.directory, `test-${randomBytes(4).toString('hex')}`, credential),
    close: async () => {
      await Promise.all(namespaces.map((name) => api.delete(`/api/v1/namespaces/${name}`)));
      api.close();
    },
  };
}

async function deployRestaurant(api: Api, namespace: string, options: RestaurantOptions): Promise<void> {
  const creations: Promise<KubeObject>[] = [
    api.create(collections.deployments(namespace), restaurantDeployment(options)),
    api.create(collections.services(namespace), service('restaurant', restaurantLabels)),
  ];
  if (options.route) {
    creations.push(api.create(collections.gateways(namespace), publicGateway));
    creations.push(api.create(collections.httpRoutes(namespace), restaurantRoute));
  }
  await Promise.all(creations);
  await rolledOut(api, namespace, 'restaurant');
  if (options.route) await api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', isAccepted);
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
async function untilEndpoints(api: Api, namespace: string, name: string, count: number): Promise<void> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  await api.untilAll<EndpointSlice>(path, { labelSelector: `kubernetes.io/service-name=${name}` }, (slices) => {
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    return endpoints.filter(({ conditions }) => conditions?.ready).length === count;
  });
}

function controlOf({ control }: Bed): string {
  if (control === undefined) throw new Error('This bed has no node player: its pods take faults themselves (docs/testbed.md).');
  return control;
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
