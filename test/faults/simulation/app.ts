import { restaurantDeployment, restaurantLabels, service } from '../../testbed/restaurant.js';
import { NAMESPACE } from './cluster.js';

export const image = (tag: string): string => `registry.test/restaurant:${tag}`;

/** What stable runs at first: its pods go at once when they are asked to, as an app without any draining does. */
export const FIRST_IMAGE = image('v1-abrupt');
export const NEXT_IMAGE = image('v2-abrupt');
export const BAD_IMAGE = image('v2-abrupt-errors-30');
export const REPLICAS = 3;

const metadata = { labels: { team: 'kitchen' }, annotations: { 'example.org/owner': 'kitchen@example.org' } };

const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'restaurant', ...metadata },
  spec: {
    parentRefs: [{ name: 'public' }],
    rules: [
      { backendRefs: [{ name: 'restaurant', port: 80 }] },
      { matches: [{ path: { type: 'PathPrefix', value: '/menu' } }], backendRefs: [{ name: 'restaurant', port: 80, weight: 3 }] },
      { matches: [{ path: { type: 'PathPrefix', value: '/stock' } }], backendRefs: [{ name: 'stock', port: 80 }] },
    ],
  },
};

const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public' },
  spec: { gatewayClassName: 'testbed', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'restaurant', ...metadata },
  spec: {
    minReplicas: 1,
    maxReplicas: 10,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
};

const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'restaurant', ...metadata },
  spec: { maxUnavailable: 1, selector: { matchLabels: restaurantLabels } },
};

const inNamespace = (group: string, plural: string) => `${group}/namespaces/${NAMESPACE}/${plural}`;

/** Path and object of everything that is there before a release. */
export const everything: readonly (readonly [string, object])[] = [
  [inNamespace('/apis/gateway.networking.k8s.io/v1', 'gateways'), gateway],
  [inNamespace('/api/v1', 'services'), service('restaurant', restaurantLabels)],
  [inNamespace('/api/v1', 'services'), service('stock', { app: 'stock' })],
  [inNamespace('/apis/apps/v1', 'deployments'), restaurantDeployment({ image: FIRST_IMAGE, replicas: REPLICAS })],
  [inNamespace('/apis/gateway.networking.k8s.io/v1', 'httproutes'), route],
  [inNamespace('/apis/autoscaling/v2', 'horizontalpodautoscalers'), autoscaler],
  [inNamespace('/apis/policy/v1', 'poddisruptionbudgets'), budget],
];
