import { afterAll, beforeAll, jest } from '@jest/globals';
import { Api, type KubeObject } from '../../../testbed/client/api.js';
import { type ClusterFixture, connectBed } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';

/**
 * What the suite relies on of an API server. The same tests run against the sandbox (`npm test`) and, inside the bed, against the real one
 * (`npm run test:cluster`): where the two differ, the sandbox is mended.
 */
export const isReal = process.env.D9_TESTBED !== undefined;

/** The API server's Status for what it does not do. */
export interface Status {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: unknown;
}

export type Metadata = KubeObject['metadata'] & {
  readonly resourceVersion: string;
  readonly managedFields?: readonly ManagedFields[];
  readonly ownerReferences?: readonly { readonly uid: string }[];
};

export interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly apiVersion: string;
  readonly fieldsV1: unknown;
}

export type Answered<T> = { readonly code: number; readonly body: T };

/** Any object, as far as tests look into it. */
export interface Thing extends KubeObject {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Target {
  readonly fixture: ClusterFixture;
  readonly namespace: string;
  readonly api: Api;
  /** Sends a request and returns the answer whatever it is. */
  ask<T = Thing>(method: string, path: string, body?: unknown, type?: string): Promise<Answered<T>>;
  /** Sends a request that is refused, and returns what the server says. */
  refused(method: string, path: string, body?: unknown, type?: string): Promise<Status>;
  /** All events of a watch until the server ends it, or until one is the last that is wanted. */
  watch(path: string, query: Readonly<Record<string, string>>, isLast?: (event: WatchEvent) => boolean): Promise<WatchEvent[]>;
  /** The version of a collection, for watching what comes after. */
  version(path: string): Promise<string>;
  /** As the user `deployer`, who may do what a test binds to the group `deployers`. */
  readonly deployer: Api;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Thing;
}

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

export const paths = (namespace: string) => ({
  configMaps: `/api/v1/namespaces/${namespace}/configmaps`,
  pods: `/api/v1/namespaces/${namespace}/pods`,
  services: `/api/v1/namespaces/${namespace}/services`,
  deployments: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  replicaSets: `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  leases: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
  httpRoutes: `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`,
  gateways: `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways`,
  endpointSlices: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  roles: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
  roleBindings: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
});

/** Opens the target for a test file, with a namespace of its own; @returns a way to it that works inside tests. */
export function target(): () => Target {
  // Controllers take their time on a busy machine.
  jest.setTimeout(60_000);
  let opened: Target | undefined;
  let deployer: Api;
  beforeAll(async () => {
    const fixture = isReal ? connectBed() : await sandboxFixture();
    deployer = new Api(fixture.bed.kubeconfigs.deployer);
    opened = await open(fixture, deployer);
  });
  afterAll(async () => {
    deployer.close();
    await opened?.fixture.close();
  });
  return () => {
    if (opened === undefined) throw new Error('The target is open inside tests only.');
    return opened;
  };
}

async function open(fixture: ClusterFixture, deployer: Api): Promise<Target> {
  const { api } = fixture;
  const namespace = await fixture.createNamespace();
  const ask = async <T>(method: string, path: string, body?: unknown, type?: string): Promise<Answered<T>> => {
    const { status, text } = await api.exchange(method, path, body, type);
    return { code: status, body: JSON.parse(text) as T };
  };
  return {
    fixture,
    namespace,
    api,
    deployer,
    ask,
    refused: async (method, path, body, type) => {
      const { code, body: status } = await ask<Status>(method, path, body, type);
      if (code < 400 || status.code !== code)
        throw new Error(`${method} ${path} was answered with ${code}: ${JSON.stringify(status)}`);
      return status;
    },
    watch: async (path, query, isLast = () => false) => {
      const stream = await api.openWatch(`${path}?${new URLSearchParams({ watch: '1', ...query })}`, AbortSignal.timeout(60_000));
      const events: WatchEvent[] = [];
      let rest = '';
      for await (const chunk of stream.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const event = JSON.parse(line) as WatchEvent;
          events.push(event);
          if (isLast(event)) return events;
        }
      }
      return events;
    },
    version: async (path) => (await ask<{ metadata: { resourceVersion: string } }>('GET', path)).body.metadata.resourceVersion,
  };
}

/** Managers and their fields, without times. */
export const owners = ({ metadata }: Thing): unknown[] =>
  (metadata.managedFields ?? []).map(({ manager, operation, subresource, fieldsV1 }) => [
    manager,
    subresource === undefined ? operation : `${operation} ${subresource}`,
    fieldsV1,
  ]);

/** A Deployment of one container. */
export function deployment(name: string, image: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  const labels = { app: name };
  const container = { name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...spec,
    },
  };
}
