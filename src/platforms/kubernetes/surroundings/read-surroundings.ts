import type {
  V1Deployment,
  V1Ingress,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import {
  BACKEND_TLS_POLICY,
  DEPLOYMENT,
  HORIZONTAL_POD_AUTOSCALER,
  INGRESS,
  type Kind,
  NETWORK_POLICY,
  POD_DISRUPTION_BUDGET,
} from '../api/kinds.js';
import type { PodPolicy } from './pod-policies.js';

/** What stands around an app and matters to a release of it. */
export interface Surroundings {
  readonly autoscalers: readonly V2HorizontalPodAutoscaler[];
  readonly budgets: readonly V1PodDisruptionBudget[];
  readonly ingresses: readonly V1Ingress[];
  /** Policies that let requests through or not: NetworkPolicy, and Cilium's, Calico's and Istio's where they are installed. */
  readonly policies: readonly PodPolicy[];
  /** What is about a Service by its name: TLS and health checks of backends, and meshes' rules, where they are installed. */
  readonly servicePolicies: readonly PodPolicy[];
  /** What scrapes metrics, where the Prometheus operator is installed. */
  readonly monitors: readonly PodPolicy[];
  /** A Deployment that has the name of the canary's. */
  readonly canary: V1Deployment | undefined;
}

/** Kinds that are there only when somebody installed them, by API group. */
type Role = 'policy' | 'service-policy' | 'monitor';

const OPTIONAL: ReadonlyArray<Kind<PodPolicy> & { readonly role: Role }> = [
  { group: 'cilium.io', version: 'v2', plural: 'ciliumnetworkpolicies', kind: 'CiliumNetworkPolicy', role: 'policy' },
  { group: 'crd.projectcalico.org', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy (Calico)', role: 'policy' },
  { group: 'security.istio.io', version: 'v1', plural: 'authorizationpolicies', kind: 'AuthorizationPolicy', role: 'policy' },
  { ...BACKEND_TLS_POLICY, role: 'service-policy' },
  ofService('networking.gke.io', 'v1', 'healthcheckpolicies', 'HealthCheckPolicy'),
  ofService('networking.gke.io', 'v1', 'gcpbackendpolicies', 'GCPBackendPolicy'),
  ofService('gateway.envoyproxy.io', 'v1alpha1', 'backendtrafficpolicies', 'BackendTrafficPolicy'),
  ofService('networking.istio.io', 'v1', 'destinationrules', 'DestinationRule'),
  { group: 'monitoring.coreos.com', version: 'v1', plural: 'podmonitors', kind: 'PodMonitor', role: 'monitor' },
  { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', kind: 'ServiceMonitor', role: 'monitor' },
];

function ofService(group: string, version: string, plural: string, kind: string): Kind<PodPolicy> & { readonly role: Role } {
  return { group, version, plural, kind, role: 'service-policy' };
}

/**
 * Reads everything at once.
 * @param canaryName of the canary's Deployment and Service
 * @param hasOwnService whether the canary gets a Service of its own, which policies that name stable's leave out
 * @throws UserError when a policy of an installed kind can't be read: nobody would know whether it cuts the canary off
 */
export async function readSurroundings(
  cluster: Cluster,
  canaryName: string,
  hasOwnService: boolean,
  signal: AbortSignal,
): Promise<Surroundings> {
  const list = <T>(kind: Kind<T>) => cluster.list(kind, {}, signal);
  const [autoscalers, budgets, ingresses, networkPolicies, optional, canary] = await Promise.all([
    list(HORIZONTAL_POD_AUTOSCALER),
    list(POD_DISRUPTION_BUDGET),
    list(INGRESS),
    list(NETWORK_POLICY),
    readOptional(cluster, hasOwnService, signal),
    cluster.read(DEPLOYMENT, canaryName, signal),
  ]);
  const ofRole = (role: Role) => optional.filter((found) => found.role === role).flatMap(({ objects }) => objects);
  return {
    autoscalers,
    budgets,
    ingresses,
    policies: [
      ...networkPolicies.map(({ metadata, spec }: V1NetworkPolicy) => named('NetworkPolicy', metadata, spec)),
      ...ofRole('policy'),
    ],
    servicePolicies: ofRole('service-policy'),
    monitors: ofRole('monitor'),
    canary,
  };
}

const named = (kind: string, metadata: PodPolicy['metadata'], spec: unknown): PodPolicy => ({ kind, metadata, spec });

async function readOptional(cluster: Cluster, hasOwnService: boolean, signal: AbortSignal) {
  const groups = await apiGroups(cluster, signal);
  const installed = OPTIONAL.filter(({ group, role }) => groups.has(group) && (hasOwnService || role !== 'service-policy'));
  return Promise.all(
    installed.map(async (kind) => {
      const objects = await cluster.list(kind, {}, signal).catch(async (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        // Installed in another version: nothing of it can be in force for this app under the version that we know.
        if (error.status === 404) return [];
        if (error.status === 403 && kind.role === 'monitor') return [];
        if (error.status === 403 && (await isInstalled(cluster, kind, signal))) throw mayNotList(kind, cluster.namespace);
        if (error.status === 403) return [];
        throw error;
      });
      return { role: kind.role, objects: objects.map(({ metadata, spec }) => named(kind.kind, metadata, spec)) };
    }),
  );
}

/** A group may be there without the kind, and whoever has no right to it is told so before the server looks. */
async function isInstalled(cluster: Cluster, { group, version, plural }: Kind<unknown>, signal: AbortSignal): Promise<boolean> {
  const answer = await cluster.request({ method: 'GET', path: `/apis/${group}/${version}` }, signal);
  if (answer.status === 404) return false;
  if (answer.status !== 200) return true;
  const { resources = [] } = JSON.parse(answer.body) as { resources?: Array<{ name: string }> };
  return resources.some(({ name }) => name === plural);
}

const mayNotList = ({ group, plural }: Kind<unknown>, namespace: string): UserError =>
  new UserError(
    'rights-missing',
    `The credentials may not list ${plural} in namespace ${namespace} (to see whether one would cut the canary off, or hold for stable's Service alone). Add this rule to their Role:\n` +
      `  - apiGroups: ["${group}"]\n    resources: ["${plural}"]\n    verbs: ["list"]`,
  );

/** The names of the API groups that the server has, built in or installed. */
async function apiGroups(cluster: Cluster, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const answer = await cluster.request({ method: 'GET', path: '/apis' }, signal);
  if (answer.status !== 200) throw new ApiError(answer.status, 'Discovery', `GET /apis: ${answer.body.slice(0, 300)}`);
  const { groups = [] } = JSON.parse(answer.body) as { groups?: Array<{ name: string }> };
  return new Set(groups.map(({ name }) => name));
}
