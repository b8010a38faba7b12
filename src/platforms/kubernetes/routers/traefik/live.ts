import { ApiError, type Cluster } from '../../api/cluster.js';
import { FENCE_LABEL } from '../../api/fence-mark.js';
import { FIELD_MANAGER } from '../../api/ownership.js';
import type { LiveQuestion, LiveSplit, RouterMemory, SplitObject, SplitTrace } from '../../router.js';
import { nameIn } from './find.js';
import { childrenOf } from './list-edit.js';
import { INGRESS_ROUTE, isService, TRAEFIK_SERVICE, type TraefikService } from './objects.js';
import { shareIn } from './share.js';
import { meansTraefikService } from './ways.js';

/** The share that the list gives the canary. */
export async function liveSplit(
  cluster: Cluster,
  memory: RouterMemory,
  { stable, canary }: LiveQuestion,
  signal: AbortSignal,
): Promise<LiveSplit> {
  const name = nameIn(memory);
  const where = `TraefikService ${cluster.namespace}/${name}`;
  const service = await cluster.read(TRAEFIK_SERVICE, name, signal);
  if (!service) return { kind: 'gone', why: `${where} is gone` };
  const percent = shareIn(childrenOf(service), { stable, canary, namespace: cluster.namespace }, false);
  if (percent === undefined) return { kind: 'elsewhere', why: `${where} leads to neither ${stable} nor ${canary}` };
  return { kind: 'share', percent };
}

/** TraefikServices that list the canary; what may not be listed is left out, because what is not known must not end an undo. */
export async function splitTraces(
  cluster: Cluster,
  canary: string,
  isOurs: boolean,
  signal: AbortSignal,
): Promise<readonly SplitTrace[]> {
  const { namespace } = cluster;
  const services = await cluster.list(TRAEFIK_SERVICE, {}, signal).catch(nothingUnseen);
  const leads = (service: TraefikService) => childrenOf(service).some((child) => isService(child, canary, namespace));
  return services
    .filter((service) => leads(service) && (isOurs || isTouched(service)))
    .map((service) => ({
      name: `TraefikService ${service.metadata?.name}`,
      // Weights beside the canary add up to a hundred times what they were, so they need no memory.
      memory: { kind: 'traefik', service: service.metadata?.name ?? '', children: [], nativeLB: null },
      percent: Math.round(canaryPart(service, canary, namespace)),
    }));
}

function canaryPart(service: TraefikService, canary: string, namespace: string): number {
  const sum = (children: ReturnType<typeof childrenOf>) => children.reduce((total, { weight = 1 }) => total + weight, 0);
  const all = sum(childrenOf(service));
  return all === 0 ? 0 : (100 * sum(childrenOf(service).filter((child) => isService(child, canary, namespace)))) / all;
}

const nothingUnseen = (error: unknown): [] => {
  if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return [];
  throw error;
};

const isTouched = ({ metadata }: TraefikService): boolean =>
  metadata?.labels?.[FENCE_LABEL] !== undefined ||
  (metadata?.managedFields ?? []).some(({ manager }) => manager === FIELD_MANAGER);

const HOST = /\bHost\(\s*[`"]([^`"]+)[`"]/;
/** Traefik's own charts call the entry point so that has TLS by itself. */
const WITH_TLS = 'websecure';

/** The first host name of a rule that leads to the TraefikService; `''` where none says one, or nobody may look. */
export async function addressOf(cluster: Cluster, seen: SplitObject | undefined, signal: AbortSignal): Promise<string> {
  const name = seen?.metadata?.name;
  if (name === undefined) return '';
  const routes = await cluster.list(INGRESS_ROUTE, {}, signal).catch(nothingUnseen);
  for (const { spec } of routes) {
    const leading = (spec?.routes ?? []).filter(({ services = [] }) =>
      services.some((child) => meansTraefikService(child, cluster.namespace, name)),
    );
    const [host] = leading.flatMap(({ match = '' }) => HOST.exec(match)?.[1] ?? []);
    if (host !== undefined) return `${spec?.tls || spec?.entryPoints?.includes(WITH_TLS) ? 'https' : 'http'}://${host}`;
  }
  return '';
}
