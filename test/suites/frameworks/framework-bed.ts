import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections, rolledOut, untilEndpoints } from '../../../testbed/fixture.js';
import { publicGateway, restaurantRoute } from '../../../testbed/restaurant.js';
import { type ReleaseBed, releaseBed } from '../cluster/release-bed.js';
import type { AppName } from './install.js';
import { imageOf } from './run-app.js';

export interface FrameworkApp {
  readonly app: AppName;
  /** The tag of stable. */
  readonly tag?: string;
  /** Of the pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Path of the readiness probe. */
  readonly health: string;
  readonly replicas?: number;
  readonly hasRoute?: boolean;
  /** Of its container, in place of the sandbox's own. */
  readonly port?: number;
  readonly env?: readonly object[];
}

/** One label, as most apps have. */
const labels = { app: 'restaurant' };

/** A release bed whose stable is the framework's app. */
export async function frameworkBed(
  fixture: ClusterFixture,
  usualPort: number,
  { app, tag = 'v1', annotations = {}, health, replicas = 1, hasRoute = true, port = usualPort, env }: FrameworkApp,
  usual?: Readonly<Record<string, string>>,
): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, 'empty', usual);
  const { api } = fixture;
  const container = {
    name: 'app',
    image: imageOf(app, tag),
    ports: [{ name: 'http', containerPort: port }],
    ...(env && { env }),
    readinessProbe: { httpGet: { path: health, port: 'http' } },
  };
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'restaurant', labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [container] } },
    },
  };
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'restaurant', labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
  await api.create(collections.services(bed.namespace), service);
  await api.create(collections.deployments(bed.namespace), deployment);
  if (hasRoute) {
    await api.create(collections.gateways(bed.namespace), publicGateway);
    await api.create(collections.httpRoutes(bed.namespace), restaurantRoute);
  }
  await rolledOut(api, bed.namespace, 'restaurant');
  await untilEndpoints(api, bed.namespace, 'restaurant', replicas);
  return bed;
}
