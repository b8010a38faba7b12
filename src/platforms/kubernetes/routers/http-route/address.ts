import type { Cluster } from '../../api/cluster.js';
import type { HttpRoute } from '../../api/http-route.js';

/** gateway-api `apis/v1/shared_types.go`, ParentReference. */
interface ParentRef {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** gateway-api `apis/v1/gateway_types.go`, Listener. */
interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

const ASK_WITHIN_MS = 3000;

/**
 * The address of an app by the first host name of its route that names one host. Whether it is served with TLS is for the Gateway's listeners to say.
 * Where nobody may read them, a port of the route's parent does, and else most are.
 * @returns `''` when the route names no host
 */
export async function addressOf(cluster: Cluster, route: HttpRoute | undefined, signal: AbortSignal): Promise<string> {
  const host = route?.spec?.hostnames?.find((name) => !name.startsWith('*'));
  if (route === undefined || host === undefined) return '';
  const parents = (route.spec?.parentRefs ?? []) as readonly ParentRef[];
  for (const parent of parents.filter(({ kind = 'Gateway' }) => kind === 'Gateway')) {
    const listeners = (await listenersOf(cluster, parent, signal)).filter(
      ({ name, port }) => (parent.sectionName ?? name) === name && (parent.port ?? port) === port,
    );
    if (listeners.some(isSecure)) return `https://${host}`;
    if (listeners.length > 0 || parent.port === 80) return `http://${host}`;
  }
  return `https://${host}`;
}

const isSecure = ({ protocol }: Listener): boolean => protocol === 'HTTPS' || protocol === 'TLS';

/** None when the Gateway may not be read, which no step needs: it is asked only for the sake of the address. */
async function listenersOf(cluster: Cluster, parent: ParentRef, signal: AbortSignal): Promise<readonly Listener[]> {
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${parent.namespace ?? cluster.namespace}/gateways/${parent.name}`;
  try {
    const { status, body } = await cluster.request({ method: 'GET', path, retry: false, timeoutMs: ASK_WITHIN_MS }, signal);
    if (status !== 200) return [];
    return (JSON.parse(body) as { spec?: { listeners?: Listener[] } }).spec?.listeners ?? [];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
