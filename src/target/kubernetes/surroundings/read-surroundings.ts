import type {
  V1Deployment,
  V1Ingress,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { UserError } from '../../../action/errors.js';
import { ApiError, type Cluster } from '../cluster.js';
import { DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, INGRESS, type Kind, NETWORK_POLICY, POD_DISRUPTION_BUDGET } from '../kinds.js';
import type { PodPolicy } from './pod-policies.js';

/** What stands around an app and matters to a release of it. */
export interface Surroundings {
  readonly autoscalers: readonly V2HorizontalPodAutoscaler[];
  readonly budgets: readonly V1PodDisruptionBudget[];
  readonly ingresses: readonly V1Ingress[];
  /** Policies that let requests through or not: NetworkPolicy, and Cilium's, Calico's and Istio's where they are installed. */
  readonly policies: readonly PodPolicy[];
  /** What scrapes metrics, where the Prometheus operator is installed. */
  readonly monitors: readonly PodPolicy[];
  /** A Deployment that has the name of the canary's. */
  readonly canary: V1Deployment | undefined;
}

/** Kinds that are there only when somebody installed them, by API group. */
const OPTIONAL: ReadonlyArray<Kind<PodPolicy> & { readonly role: 'policy' | 'monitor' }> = [
  { group: 'cilium.io', version: 'v2', plural: 'ciliumnetworkpolicies', kind: 'CiliumNetworkPolicy', role: 'policy' },
  { group: 'crd.projectcalico.org', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy (Calico)', role: 'policy' },
  { group: 'security.istio.io', version: 'v1', plural: 'authorizationpolicies', kind: 'AuthorizationPolicy', role: 'policy' },
  { group: 'monitoring.coreos.com', version: 'v1', plural: 'podmonitors', kind: 'PodMonitor', role: 'monitor' },
  { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', kind: 'ServiceMonitor', role: 'monitor' },
];

/**
 * Reads everything at once.
 * @param canaryName of the canary's Deployment and Service
 * @throws UserError when a policy of an installed kind can't be read: nobody would know whether it cuts the canary off
 */
export async function readSurroundings(cluster: Cluster, canaryName: string, signal: AbortSignal): Promise<Surroundings> {
  const list = <T>(kind: Kind<T>) => cluster.list(kind, {}, signal);
  const [autoscalers, budgets, ingresses, networkPolicies, optional, canary] = await Promise.all([
    list(HORIZONTAL_POD_AUTOSCALER),
    list(POD_DISRUPTION_BUDGET),
    list(INGRESS),
    list(NETWORK_POLICY),
    readOptional(cluster, signal),
    cluster.read(DEPLOYMENT, canaryName, signal),
  ]);
  const ofRole = (role: 'policy' | 'monitor') =>
    optional.filter((found) => found.role === role).flatMap(({ objects }) => objects);
  return {
    autoscalers,
    budgets,
    ingresses,
    policies: [
      ...networkPolicies.map(({ metadata, spec }: V1NetworkPolicy) => named('NetworkPolicy', metadata, spec)),
      ...ofRole('policy'),
    ],
    monitors: ofRole('monitor'),
    canary,
  };
}

const named = (kind: string, metadata: PodPolicy['metadata'], spec: unknown): PodPolicy => ({ kind, metadata, spec });

async function readOptional(cluster: Cluster, signal: AbortSignal) {
  const groups = await apiGroups(cluster, signal);
  const installed = OPTIONAL.filter(({ group }) => groups.has(group));
  return Promise.all(
    installed.map(async (kind) => {
      const objects = await cluster.list(kind, {}, signal).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        // Installed in another version: nothing of it can be in force for this app under the version that we know.
        if (error.status === 404) return [];
        if (error.status === 403 && kind.role === 'monitor') return [];
        if (error.status === 403) throw mayNotList(kind, cluster.namespace);
        throw error;
      });
      return { role: kind.role, objects: objects.map(({ metadata, spec }) => named(kind.kind, metadata, spec)) };
    }),
  );
}

const mayNotList = ({ group, plural }: Kind<unknown>, namespace: string): UserError =>
  new UserError(
    `The credentials may not list ${plural} in namespace ${namespace} (to see whether a policy would cut the canary off). Add this rule to their Role:\n` +
      `  - apiGroups: ["${group}"]\n    resources: ["${plural}"]\n    verbs: ["list"]`,
  );

/** The names of the API groups that the server has, built in or installed. */
async function apiGroups(cluster: Cluster, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const answer = await cluster.request({ method: 'GET', path: '/apis' }, signal);
  if (answer.status !== 200) throw new ApiError(answer.status, 'Discovery', `GET /apis: ${answer.body.slice(0, 300)}`);
  const { groups = [] } = JSON.parse(answer.body) as { groups?: Array<{ name: string }> };
  return new Set(groups.map(({ name }) => name));
}
