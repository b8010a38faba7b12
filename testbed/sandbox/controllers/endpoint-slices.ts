import { isSame, type Json } from '../api/object.js';
import { endpointSlices, pods, services } from '../api/resources.js';
import { hasLabels } from '../api/selectors.js';
import { WorkQueue } from './work-queue.js';
import {
  CONTROLLER_MANAGER,
  type Controls,
  controlledBy,
  isLeaving,
  isReady,
  keyOf,
  ownedBy,
  type Pod,
  splitKey,
} from './workloads.js';

interface ServiceSpec {
  readonly selector?: Record<string, string>;
  readonly publishNotReadyAddresses?: boolean;
  readonly ports?: readonly { readonly name?: string; readonly protocol?: string; readonly targetPort: number | string }[];
}

/** Keeps one EndpointSlice for each Service that has a selector (pkg/controller/endpointslice). @returns how to stop */
export function runEndpointSlices({ store, writes }: Controls): () => void {
  const queue = new WorkQueue((key) => {
    const { namespace, name } = splitKey(key);
    const service = store.read(services, namespace, name);
    const { selector, publishNotReadyAddresses = false, ports = [] } = (service?.spec ?? {}) as ServiceSpec;
    if (service === undefined || selector === undefined) return;
    const chosen = (store.list(pods, namespace) as Pod[]).filter(
      ({ metadata, status }) =>
        hasLabels(metadata.labels, selector) && status?.podIP && !['Succeeded', 'Failed'].includes(status.phase ?? ''),
    );
    const content = {
      endpoints: chosen.map((pod) => endpoint(pod, publishNotReadyAddresses)),
      ports: ports.map(({ name: port = '', protocol, targetPort }) => ({
        name: port,
        protocol,
        port: portOf(targetPort, chosen[0]),
      })),
    };
    const [slice] = ownedBy(store, endpointSlices, service);
    if (slice === undefined) {
      const labels = {
        ...service.metadata.labels,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
      };
      const metadata = { generateName: `${name}-`, labels, ownerReferences: [controlledBy(services, service)] };
      const body: Json = { addressType: 'IPv4', ...content, metadata };
      writes.create(endpointSlices, namespace, body, { manager: CONTROLLER_MANAGER });
    } else if (!isSame(slice.endpoints, content.endpoints) || !isSame(slice.ports, content.ports)) {
      writes.replace(endpointSlices, slice, { ...slice, ...content }, { manager: CONTROLLER_MANAGER });
    }
  });
  const stops = [
    store.listen(services, ({ object }) => queue.add(keyOf(object.metadata))),
    store.listen(pods, ({ object, before }) => {
      for (const service of store.list(services, object.metadata.namespace)) {
        const { selector } = (service.spec ?? {}) as ServiceSpec;
        const isConcerned = selector && [object, before].some((pod) => hasLabels(pod?.metadata.labels, selector));
        if (isConcerned) queue.add(keyOf(service.metadata));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

/** KEP-1669: a pod that leaves is not ready, and serving for as long as it says so itself. */
function endpoint(pod: Pod, publishNotReady: boolean): Json {
  const terminating = isLeaving(pod);
  const serving = isReady(pod) || publishNotReady;
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: publishNotReady || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: pod.spec.nodeName,
  };
}

/** A named port is what the first pod's container calls so. */
function portOf(target: number | string, pod: Pod | undefined): number | undefined {
  if (typeof target === 'number') return target;
  const ports = pod?.spec.containers.flatMap(({ ports: own = [] }) => own) ?? [];
  return ports.find(({ name }) => name === target)?.containerPort;
}
