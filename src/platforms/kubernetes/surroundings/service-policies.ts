import type { PodPolicy } from './pod-policies.js';

/**
 * The policies that name the stable Service, of kinds of which none names the canary's: TLS to the pods, health checks, timeouts or mTLS would hold
 * for the one and not for the other.
 */
export function policiesOfStableAlone(
  policies: readonly PodPolicy[],
  stable: string,
  canary: string,
  namespace: string,
): string[] {
  const naming = (service: string) => policies.filter((policy) => names(policy, service, namespace));
  const covered = new Set(naming(canary).map(({ kind }) => kind));
  return naming(stable)
    .filter(({ kind }) => !covered.has(kind))
    .map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
}

interface Target {
  readonly kind?: string;
  readonly name?: string;
}

interface Targeting {
  /** Gateway API (GEP-713) and Envoy Gateway have several, GKE has one. */
  readonly targetRefs?: readonly Target[];
  readonly targetRef?: Target;
  /** Of Istio's DestinationRule, which has the Service's name in any of its forms. */
  readonly host?: string;
}

function names({ spec }: PodPolicy, service: string, namespace: string): boolean {
  const { targetRefs = [], targetRef, host } = (spec ?? {}) as Targeting;
  const hosts = [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
  const isTargeted = [...targetRefs, ...(targetRef ? [targetRef] : [])].some(
    ({ kind, name }) => kind === 'Service' && name === service,
  );
  return isTargeted || (host !== undefined && hosts.includes(host));
}
