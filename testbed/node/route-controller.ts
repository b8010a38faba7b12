import { type Api, isConflict, isMissing } from '../client/api.js';
import { follow } from '../client/follow.js';
import type { BackendRef, Condition, Gateway, HttpRoute, KubeObject, RouteParentStatus } from '../client/objects.js';
import { timestamp } from './pod-status.js';

const controllerName = 'd9.dev/testbed';
/** The class of the Gateways that are ours; others have a controller of their own. */
const className = 'testbed';
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;

/** Writes the status of the HTTPRoutes of our Gateways as a gateway's controller does; where the traffic goes is the load loop's business. */
export class RouteController {
  readonly #api: Pick<Api, 'get' | 'patch' | 'openWatch'>;
  readonly #routes = new Map<string, HttpRoute>();
  readonly #services = new Set<string>();
  readonly #gateways = new Set<string>();

  constructor(api: Pick<Api, 'get' | 'patch' | 'openWatch'>) {
    this.#api = api;
  }

  async run(signal: AbortSignal): Promise<void> {
    const services = {
      onList: (items: KubeObject[]) => {
        this.#services.clear();
        for (const service of items) this.#services.add(keyOf(service));
        this.#judgeAll();
      },
      onChange: (type: string, service: KubeObject) => {
        if (type === 'MODIFIED') return;
        if (type === 'DELETED') this.#services.delete(keyOf(service));
        else this.#services.add(keyOf(service));
        this.#judgeAll(service.metadata.namespace);
      },
    };
    const gateways = {
      onList: (items: Gateway[]) => {
        this.#gateways.clear();
        for (const gateway of items.filter(isOurs)) this.#gateways.add(keyOf(gateway));
        this.#judgeAll();
      },
      onChange: (type: string, gateway: Gateway) => {
        if (type !== 'ADDED' || !isOurs(gateway)) return;
        this.#gateways.add(keyOf(gateway));
        this.#judgeAll();
      },
    };
    const routes = {
      onList: (items: HttpRoute[]) => {
        this.#routes.clear();
        for (const route of items) this.#routes.set(keyOf(route), route);
        this.#judgeAll();
      },
      onChange: (type: string, route: HttpRoute) => {
        if (type === 'DELETED') this.#routes.delete(keyOf(route));
        else this.#routes.set(keyOf(route), route);
        if (type !== 'DELETED') this.#judge(route);
      },
    };
    await Promise.all([
      follow(this.#api, '/api/v1/services', {}, services, signal),
      follow(this.#api, '/apis/gateway.networking.k8s.io/v1/gateways', {}, gateways, signal),
      follow(this.#api, '/apis/gateway.networking.k8s.io/v1/httproutes', {}, routes, signal),
    ]);
  }

  #judgeAll(namespace?: string): void {
    for (const route of this.#routes.values()) {
      if (namespace === undefined || namespace === route.metadata.namespace) this.#judge(route);
    }
  }

  #judge(route: HttpRoute): void {
    const known = {
      hasService: (key: string) => this.#services.has(key),
      isOurGateway: (key: string) => this.#gateways.has(key),
    };
    const parents = statusOf(route, known);
    if (JSON.stringify(parents) === JSON.stringify(sorted(route.status?.parents ?? []))) return;
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${route.metadata.namespace}/httproutes/${route.metadata.name}/status`;
    // With the version that was judged: a newer one comes by the watch and is judged on its own.
    const patch = { metadata: { resourceVersion: route.metadata.resourceVersion }, status: { parents } };
    this.#api.patch(`${path}?fieldManager=d9-testbed-gateway`, patch).catch((error: unknown) => {
      if (!isConflict(error) && !isMissing(error)) process.stderr.write(`${path}: ${error}\n`);
    });
  }
}

function isOurs(gateway: Gateway): boolean {
  return gateway.spec.gatewayClassName === className;
}

/** What there is in the cluster, each by NAMESPACE/NAME. */
interface Known {
  hasService(key: string): boolean;
  isOurGateway(key: string): boolean;
}

/** What the status should be; entries of other controllers stay. */
function statusOf(route: HttpRoute, { hasService, isOurGateway }: Known): RouteParentStatus[] {
  const present = route.status?.parents ?? [];
  const isMissing = ({ kind = 'Service', name, namespace = route.metadata.namespace }: BackendRef) =>
    kind === 'Service' && !hasService(`${namespace}/${name}`);
  const missing = (route.spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs).filter(isMissing);
  const parentRefs = (route.spec.parentRefs ?? []).filter(({ name, namespace = route.metadata.namespace }) =>
    isOurGateway(`${namespace}/${name}`),
  );
  const ours = parentRefs.map((parentRef): RouteParentStatus => {
    const sameParent = ({ parentRef: other }: RouteParentStatus) =>
      other.name === parentRef.name && other.sectionName === parentRef.sectionName;
    const before = present.find((parent) => parent.controllerName === controllerName && sameParent(parent));
    const condition = (type: string, isTrue: boolean, reason: string, message: string): Condition => {
      const status = isTrue ? 'True' : 'False';
      const same = before?.conditions.find((other) => other.type === type && other.status === status);
      const lastTransitionTime = same?.lastTransitionTime ?? timestamp();
      const observedGeneration = route.metadata.generation ?? 0;
      return { type, status, reason, message, observedGeneration, lastTransitionTime };
    };
    const names = missing.map(({ name }) => name).join(', ');
    const resolved =
      missing.length === 0
        ? condition('ResolvedRefs', true, 'ResolvedRefs', 'All backends are there.')
        : condition('ResolvedRefs', false, 'BackendNotFound', `No such Service: ${names}`);
    return { parentRef, controllerName, conditions: [condition('Accepted', true, 'Accepted', 'Route is accepted.'), resolved] };
  });
  return sorted([...present.filter((parent) => parent.controllerName !== controllerName), ...ours]);
}

/**
 * The API server keeps no order of keys that we could rely on, and each controller puts the other's entries where it likes; comparing needs
 * an order of both.
 */
function sorted(parents: readonly RouteParentStatus[]): RouteParentStatus[] {
  const byKey = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
  return parents
    .map((parent) =>
      byKey({
        ...parent,
        parentRef: byKey(parent.parentRef),
        conditions: parent.conditions.map((condition) => byKey(condition)),
      }),
    )
    .sort((a, b) => a.controllerName.localeCompare(b.controllerName));
}
