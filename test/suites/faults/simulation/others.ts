import type { KubeObject } from '../../../../testbed/client/objects.js';
import { restaurantDeployment, service } from '../../../../testbed/restaurant.js';

type Labels = Readonly<Record<string, string>>;

/** Tells an app's pods from those of others that carry its labels. */
export const TIER = 'shop.test/tier';

/** Pods of other workloads under the app's labels: some run, and some crash for as long as they live. */
export function strangers(labels: Labels): KubeObject[] {
  const worker = { ...labels, [TIER]: 'worker' };
  const jobs = { ...labels, [TIER]: 'jobs' };
  return [
    restaurantDeployment({ name: 'worker', replicas: 2, image: 'registry.test/worker:v7', labels: worker }),
    restaurantDeployment({ name: 'jobs', replicas: 1, image: 'registry.test/jobs:crash', labels: jobs }),
  ];
}

/** Another team's, under the name that the canary's would have. */
export const takenDeployment: KubeObject = restaurantDeployment({
  name: 'restaurant-canary',
  replicas: 1,
  image: 'registry.test/aviary:v3',
  labels: { app: 'aviary' },
});
export const takenService: KubeObject = service('restaurant-canary', { app: 'aviary' });

/** Leads to the app's Service past the route that is split. */
export const secondRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'restaurant-partners' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'restaurant', port: 80 }] }] },
};

const condition = (type: string, status: 'True' | 'False') => ({
  type,
  status,
  reason: type,
  message: '',
  observedGeneration: 1,
  lastTransitionTime: '2025-06-01T00:00:00Z',
});

/** What controllers said that are gone: of the Gateway that the route names now, and of one that it named once. */
export const staleParents = [
  {
    parentRef: { name: 'public' },
    controllerName: 'gateway.example/former',
    conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'False')],
  },
  {
    parentRef: { name: 'old' },
    controllerName: 'gateway.example/older',
    conditions: [condition('Accepted', 'False'), condition('ResolvedRefs', 'True')],
  },
];
