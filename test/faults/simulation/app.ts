import type { KubeObject } from '../../testbed/client/objects.js';
import { restaurantDeployment, restaurantLabels, service } from '../../testbed/restaurant.js';
import { NAMESPACE } from './cluster.js';

export const image = (tag: string): string => `registry.test/restaurant:${tag}`;

/** What stable runs at first: its pods go at once when they are asked to, as an app without any draining does. */
export const FIRST_IMAGE = image('v1-abrupt');
export const NEXT_IMAGE = image('v2-abrupt');
export const BAD_IMAGE = image('v2-abrupt-errors-30');
const CRASH_IMAGE = image('crash');
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

/** What is different about an app from the usual one, which is behind a route and ends at once. */
export interface Setup {
  /** There is no route: its Service leads to stable's and the canary's pods alike, and their numbers are the split. */
  readonly isSplitByPods?: boolean;
  readonly isPaused?: boolean;
  /** Its pods serve on for 5 s when they are asked to stop. */
  readonly drains?: boolean;
  /** It has its environment from a ConfigMap. */
  readonly hasConfig?: boolean;
  /** There is none yet, nor a route. */
  readonly isAbsent?: boolean;
}

const CONFIG = 'menu';
const config = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: CONFIG }, data: { text } });

function deploymentOf(image: string, { isPaused = false, hasConfig = false }: Setup): KubeObject {
  const deployment = restaurantDeployment({ image, replicas: REPLICAS }) as Templated;
  if (isPaused) deployment.spec.paused = true;
  for (const container of hasConfig ? deployment.spec.template.spec.containers : [])
    container.envFrom = [{ configMapRef: { name: CONFIG } }];
  return deployment;
}

type Templated = KubeObject & {
  readonly spec: { paused?: boolean; readonly template: { readonly spec: { readonly containers: { envFrom?: object[] }[] } } };
};

/** JSON is YAML. */
const yaml = (objects: readonly object[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');
const wholeApp = (image: string) =>
  yaml([config('pasta'), service('restaurant', restaurantLabels), deploymentOf(image, { hasConfig: true })]);

/** File → what a step's `manifest` says. */
export const MANIFESTS: Readonly<Record<string, string>> = {
  /** The next version, with another environment. */
  'next.yml': yaml([deploymentOf(NEXT_IMAGE, { hasConfig: true }), config('pasta')]),
  /** All of an app that does not exist yet. */
  'first.yml': wholeApp(NEXT_IMAGE),
  /** The same, of a version that does not start. */
  'first-crash.yml': wholeApp(CRASH_IMAGE),
};
/** What they create of an app that does not exist yet. */
export const FIRST_OBJECTS: readonly string[] = [`ConfigMap ${CONFIG}`, 'Deployment restaurant', 'Service restaurant'];

/** Path and object of everything that is there before a release. */
export const everythingOf = (setup: Setup): readonly (readonly [string, object])[] => [
  ...(setup.hasConfig ? ([[inNamespace('/api/v1', 'configmaps'), config('soup')]] as const) : []),
  ...(setup.isSplitByPods
    ? []
    : ([
        [inNamespace('/apis/gateway.networking.k8s.io/v1', 'gateways'), gateway],
        [inNamespace('/apis/gateway.networking.k8s.io/v1', 'httproutes'), route],
      ] as const)),
  [inNamespace('/api/v1', 'services'), service('restaurant', restaurantLabels)],
  [inNamespace('/api/v1', 'services'), service('stock', { app: 'stock' })],
  [inNamespace('/apis/apps/v1', 'deployments'), deploymentOf(FIRST_IMAGE, { ...setup, isPaused: false })],
  // Where the ratio of pods is the split, an autoscaler is refused.
  ...(setup.isSplitByPods ? [] : [[inNamespace('/apis/autoscaling/v2', 'horizontalpodautoscalers'), autoscaler] as const]),
  [inNamespace('/apis/policy/v1', 'poddisruptionbudgets'), budget],
];
