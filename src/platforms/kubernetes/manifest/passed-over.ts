import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import type { Manifest } from './read-manifest.js';

/** What is in the cluster of what a manifest describes. */
export interface Live {
  readonly deployment: V1Deployment;
  readonly services: readonly V1Service[];
}

/**
 * What a manifest says and a release leaves as it is in the cluster, for people: only the pod template and the ConfigMaps travel.
 * @returns `Ingress menu`, `replicas of Deployment menu (5 in the file, 3 in the cluster)`; nothing that is as the file has it
 */
export function passedOver({ deployments, services, others }: Manifest, live: Live): string[] {
  const name = live.deployment.metadata?.name;
  return [
    ...deployments.flatMap((deployment) =>
      deployment.metadata?.name === name ? fieldsOf(deployment, live.deployment) : [`Deployment ${deployment.metadata?.name}`],
    ),
    ...services.flatMap((service) => {
      const there = live.services.find(({ metadata }) => metadata?.name === service.metadata?.name);
      return there ? differences('Service', service, there, []) : [`Service ${service.metadata?.name}`];
    }),
    ...others,
  ];
}

/** The selector is compared elsewhere, the template travels. */
const fieldsOf = (wanted: V1Deployment, live: V1Deployment): string[] =>
  differences('Deployment', wanted, live, ['selector', 'template']);

interface Described {
  readonly metadata?: { readonly name?: string } | undefined;
  readonly spec?: object | undefined;
}

function differences(kind: string, wanted: Described, live: Described, left: readonly string[]): string[] {
  const has = (live.spec ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted.spec ?? {})
    .filter(([field, value]) => !left.includes(field) && !isContained(value, has[field]))
    .map(([field, value]) => `${field} of ${kind} ${wanted.metadata?.name}${compared(value, has[field])}`);
}

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

const compared = (wanted: unknown, live: unknown): string =>
  isPlain(wanted) && (isPlain(live) || live === undefined) ? ` (${wanted} in the file, ${live ?? 'none'} in the cluster)` : '';

/** Whether the cluster has all that the file says; what the server adds by itself is no difference. */
function isContained(wanted: unknown, live: unknown): boolean {
  if (wanted === null || wanted === undefined) return true;
  if (Array.isArray(wanted))
    return Array.isArray(live) && wanted.length === live.length && wanted.every((item, index) => isContained(item, live[index]));
  if (typeof wanted !== 'object') return wanted === live;
  if (typeof live !== 'object' || live === null) return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(([key, value]) => isContained(value, (live as Record<string, unknown>)[key]));
}
