import { parseFlavours } from './app/flavours.js';
import type { KubeObject } from './client/objects.js';

/** What the example app is made of. */
export interface RestaurantOptions {
  /** Of its Deployment; and the value of its label `app.kubernetes.io/name`. */
  readonly name?: string;
  readonly replicas?: number;
  /** Its tag may hold faults, see docs/testbed.md. */
  readonly image?: string;
  /** With a Gateway and an HTTPRoute. */
  readonly route?: boolean;
  /** With an HTTPRoute of this host name, on the Gateway that the router of a full bed serves. */
  readonly host?: string;
  /** On which its pods listen. */
  readonly port?: number;
  /** A pod that is to stop goes on for so long before its process hears of it; default: not at all. */
  readonly preStopSeconds?: number;
  /** Of its pods and in every selector, in place of the usual two. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Both are in the Deployment's matchLabels, on its pods, and in the Service's selector. */
export const restaurantLabels = { 'app.kubernetes.io/name': 'restaurant', 'app.kubernetes.io/part-of': 'shop' };

export const labelsOf = (name: string) => ({ ...restaurantLabels, 'app.kubernetes.io/name': name });

export function restaurantDeployment(options: RestaurantOptions): KubeObject {
  const { name = 'restaurant', replicas = 3, image = 'registry.test/restaurant:v1', port = 8080, preStopSeconds } = options;
  const { labels = labelsOf(name) } = options;
  parseFlavours(image); // before anything of it exists
  const container = {
    name: 'app',
    image,
    ports: [{ name: 'http', containerPort: port }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
    ...(preStopSeconds !== undefined && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/**
 * Scales the Deployment up to `replicas`: under load it wants more, without load fewer, and it takes pods away at once. It keeps all of them as it
 * is made; lower `minReplicas` once it has seen the load.
 */
export function restaurantAutoscaler(replicas: number): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'restaurant' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' },
      minReplicas: replicas,
      maxReplicas: replicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '12m' } } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    },
  };
}

export function service(name: string, selector: Readonly<Record<string, string>>): KubeObject {
  const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, labels: selector }, spec: { selector, ports } };
}

export const publicGateway: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public' },
  spec: { gatewayClassName: 'testbed', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

export const restaurantRoute: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'restaurant' },
  spec: {
    parentRefs: [{ name: 'public' }],
    rules: [{ backendRefs: [{ name: 'restaurant', port: 80 }] }],
  },
};

/** The same on the Gateway of a full bed, where a route is told apart by its host name. */
export function restaurantRouteOf(host: string): KubeObject {
  const { spec, ...route } = restaurantRoute;
  return { ...route, spec: { ...(spec as object), hostnames: [host], parentRefs: [{ name: 'public', namespace: 'default' }] } };
}
