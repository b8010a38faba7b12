import type { KubeObject } from '../../../../testbed/client/objects.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../../testbed/restaurant.js';
import { NAMESPACE } from './cluster.js';
import { secondRoute, strangers, TIER, takenDeployment, takenService } from './others.js';

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

const traefikService = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'TraefikService',
  metadata: { name: 'restaurant', ...metadata },
  spec: { weighted: { services: [{ name: 'restaurant', port: 80, weight: 3 }] } },
};

const ingressRoute = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'public' },
  spec: { routes: [{ kind: 'Rule', match: 'Host(`shop.test`)', services: [{ kind: 'TraefikService', name: 'restaurant' }] }] },
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

const budgetOf = (setup: Setup) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'restaurant', ...metadata },
  spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(setup) } },
});

const inNamespace = (group: string, plural: string) => `${group}/namespaces/${NAMESPACE}/${plural}`;

/** What is different about an app from the usual one, which is behind a route and ends at once. */
export interface Setup {
  /** There is no route: its Service leads to stable's and the canary's pods alike, and their numbers are the split. */
  readonly isSplitByPods?: boolean;
  /** A TraefikService splits its traffic, and there is no HTTPRoute. */
  readonly isBehindTraefik?: boolean;
  readonly isPaused?: boolean;
  /** Its pods serve on for 5 s when they are asked to stop. */
  readonly drains?: boolean;
  /** It has its environment from a ConfigMap. */
  readonly hasConfig?: boolean;
  /** There is none yet, nor a route. */
  readonly isAbsent?: boolean;
  /** Of its pods and in every selector, in place of the usual two. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Pods of other workloads carry its labels too. */
  readonly hasStrangers?: boolean;
  /** Another route leads to its Service, and callers within the cluster. */
  readonly hasOtherEntrances?: boolean;
  /** Controllers that are gone have left their word in the route's status. */
  readonly hasStaleParents?: boolean;
  /** How far the runners' clocks are ahead of the cluster's. */
  readonly runnersAheadMs?: number;
  /** A webhook writes a mirror over the images of these. */
  readonly mirrored?: 'pods' | 'deployments';
  /** Another team has objects under the names that the canary's would have. */
  readonly hasTakenNames?: boolean;
}

const labelsOf = ({ labels = restaurantLabels }: Setup): Readonly<Record<string, string>> => labels;
/** What tells its pods from all others. */
const selectorOf = (setup: Setup) => ({ ...labelsOf(setup), ...(setup.hasStrangers && { [TIER]: 'web' }) });

const CONFIG = 'menu';
const config = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: CONFIG }, data: { text } });

function deploymentOf(image: string, setup: Setup): KubeObject {
  const { isPaused = false, hasConfig = false } = setup;
  const deployment = restaurantDeployment({ image, replicas: REPLICAS, labels: labelsOf(setup) }) as Templated;
  // Its own selector is the wider one, as where somebody has added a worker under the labels of a chart.
  deployment.spec.template.metadata = { labels: selectorOf(setup) };
  if (isPaused) deployment.spec.paused = true;
  for (const container of hasConfig ? deployment.spec.template.spec.containers : [])
    container.envFrom = [{ configMapRef: { name: CONFIG } }];
  return deployment;
}

type Templated = KubeObject & {
  readonly spec: {
    paused?: boolean;
    readonly template: { metadata: object; readonly spec: { readonly containers: { envFrom?: object[] }[] } };
  };
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

function splittersOf({ isSplitByPods, isBehindTraefik }: Setup): readonly (readonly [string, object])[] {
  if (isSplitByPods) return [];
  if (isBehindTraefik)
    return [
      [inNamespace('/apis/traefik.io/v1alpha1', 'traefikservices'), traefikService],
      [inNamespace('/apis/traefik.io/v1alpha1', 'ingressroutes'), ingressRoute],
    ];
  return [
    [inNamespace('/apis/gateway.networking.k8s.io/v1', 'gateways'), gateway],
    [inNamespace('/apis/gateway.networking.k8s.io/v1', 'httproutes'), route],
  ];
}

/** Path and object of everything that is there before a release. */
export const everythingOf = (setup: Setup): readonly (readonly [string, object])[] => [
  ...(setup.hasConfig ? ([[inNamespace('/api/v1', 'configmaps'), config('soup')]] as const) : []),
  ...splittersOf(setup),
  [inNamespace('/api/v1', 'services'), service('restaurant', selectorOf(setup))],
  [inNamespace('/api/v1', 'services'), service('stock', { app: 'stock' })],
  [inNamespace('/apis/apps/v1', 'deployments'), deploymentOf(FIRST_IMAGE, { ...setup, isPaused: false })],
  // Where the ratio of pods is the split, an autoscaler is refused.
  ...(setup.isSplitByPods ? [] : [[inNamespace('/apis/autoscaling/v2', 'horizontalpodautoscalers'), autoscaler] as const]),
  [inNamespace('/apis/policy/v1', 'poddisruptionbudgets'), budgetOf(setup)],
  ...(setup.hasStrangers ? strangers(labelsOf(setup)) : []).map(
    (one) => [inNamespace('/apis/apps/v1', 'deployments'), one] as const,
  ),
  ...(setup.hasOtherEntrances ? [[inNamespace('/apis/gateway.networking.k8s.io/v1', 'httproutes'), secondRoute] as const] : []),
  ...(setup.hasTakenNames
    ? ([
        [inNamespace('/apis/apps/v1', 'deployments'), takenDeployment],
        [inNamespace('/api/v1', 'services'), takenService],
      ] as const)
    : []),
];
