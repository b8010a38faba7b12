import type { V1Deployment, V1PodSpec, V1Service } from '@kubernetes/client-node';
import type { App } from '../../../../../src/platforms/kubernetes/app/app.js';

type Labels = Readonly<Record<string, string>>;

export interface AppParts {
  readonly name?: string;
  /** Labels of stable's pods. */
  readonly labels?: Labels;
  /** spec.selector.matchLabels of the Deployment. */
  readonly matched?: Labels;
  /** Selector of the Service. */
  readonly selector?: Labels;
  readonly annotations?: Labels;
  readonly podSpec?: Partial<V1PodSpec>;
  readonly deploymentMetadata?: V1Deployment['metadata'];
  readonly serviceMetadata?: V1Service['metadata'];
  readonly serviceSpec?: V1Service['spec'];
  readonly deploymentSpec?: Partial<NonNullable<V1Deployment['spec']>>;
}

const APP = { app: 'restaurant' };

/** An app as it stands in the cluster, all its labels the same unless told otherwise. */
export function someApp(parts: AppParts = {}): App {
  const { name = 'restaurant', labels = APP, matched = labels, selector = matched, annotations, podSpec } = parts;
  const deployment: V1Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', uid: 'uid-1', ...parts.deploymentMetadata },
    spec: {
      ...parts.deploymentSpec,
      replicas: 3,
      selector: { matchLabels: { ...matched } },
      template: {
        metadata: { labels: { ...labels }, ...(annotations && { annotations: { ...annotations } }) },
        spec: { containers: [{ name: 'app', image: 'restaurant:1' }], ...podSpec },
      },
    },
  };
  const service: V1Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', ...parts.serviceMetadata },
    spec: { ...parts.serviceSpec, selector: { ...selector }, ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] },
  };
  return { name, namespace: 'shop', deployment, service, container: 'app' };
}
