import type { V1Service } from '@kubernetes/client-node';
import { nearest } from '../../../kernel/nearest.js';
import type { Cluster } from '../api/cluster.js';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../api/kinds.js';

interface Names {
  readonly app: string;
  readonly deployment: string | undefined;
  readonly service: string | undefined;
}

interface Found {
  readonly hasDeployment: boolean;
  readonly hasService: boolean;
  /** All of the namespace. */
  readonly services: readonly V1Service[];
}

/**
 * Why the app was not found, each cause once: a namespace or an `app` that does not exist has neither a Deployment nor a Service, and creating them
 * is seldom what is wrong. Whoever may not look around is told less.
 */
export async function describeMissing(
  cluster: Cluster,
  names: Names,
  { hasDeployment, hasService, services }: Found,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { namespace } = cluster;
  const deployment = names.deployment ?? names.app;
  const service = names.service ?? names.app;
  const other = hasDeployment ? undefined : await otherKind(cluster, deployment, signal);
  const deployments = hasDeployment || other !== undefined ? [] : await namesOf(cluster, DEPLOYMENT, signal);
  const fronts = services.map(nameOf);
  if (!hasDeployment && !hasService && services.length === 0 && deployments.length === 0 && other === undefined) {
    const text = await describeNamespace(cluster, signal);
    if (text !== undefined) return [text];
  }
  const isOneName = names.deployment === undefined && names.service === undefined;
  if (!hasDeployment && !hasService && isOneName && other === undefined)
    return [
      `There is no Deployment ${namespace}/${deployment}, and no Service of that name: \`app\` is the default of both. ${suggest('app', deployment, deployments)}` +
        `Name them with \`deployment:\` and \`service:\` where they are called otherwise; canary-step creates an app that does not exist yet from a \`manifest\`.`,
    ];
  const of = (input: 'deployment' | 'service') => (names[input] === undefined ? 'app' : input);
  return [
    ...(other === undefined ? [] : [other]),
    ...(hasDeployment || other !== undefined
      ? []
      : [
          `There is no Deployment ${namespace}/${deployment}. ${suggest(of('deployment'), deployment, deployments)}Name it with \`deployment:\`, or create it first: canary-step does from a \`manifest\`.`,
        ]),
    ...(hasService
      ? []
      : [
          `There is no Service ${namespace}/${service}. ${suggest(of('service'), service, fronts)}Name it with \`service:\`, or create it first.`,
        ]),
  ];
}

const nameOf = ({ metadata }: { readonly metadata?: { readonly name?: string } }): string => metadata?.name ?? '';

const MOST_NAMES = 8;

/** What was probably meant, or else what there is. */
function suggest(input: string, given: string, there: readonly string[]): string {
  const meant = nearest(given, there);
  if (meant !== undefined) return `Did you mean \`${input}: ${meant}\`? `;
  if (there.length === 0) return '';
  const more = there.length > MOST_NAMES ? ` and ${there.length - MOST_NAMES} more` : '';
  return `There ${there.length === 1 ? 'is' : 'are'} ${there.slice(0, MOST_NAMES).join(', ')}${more}. `;
}

async function namesOf(cluster: Cluster, kind: Kind<{ metadata?: { name?: string } }>, signal: AbortSignal): Promise<string[]> {
  const found = await cluster.list(kind, {}, signal).catch(() => []);
  return found.map(nameOf);
}

/** @returns undefined when the namespace exists, and what little can be said where nobody may look */
async function describeNamespace(cluster: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const { namespace } = cluster;
  const advice = `Set \`namespace:\` to the one that has the app; left empty, it is that of the kubeconfig's context, else \`default\`.`;
  const { status } = await cluster.request({ method: 'GET', path: `/api/v1/namespaces/${namespace}` }, signal);
  if (status === 200) return undefined;
  if (status === 404) {
    const there = await allNamespaces(cluster, signal);
    return `There is no namespace ${namespace} in the cluster. ${suggest('namespace', namespace, there)}${advice}`;
  }
  return `Namespace ${namespace} has no Deployment and no Service, or it does not exist, which these credentials may not ask. ${advice}`;
}

async function allNamespaces(cluster: Cluster, signal: AbortSignal): Promise<string[]> {
  const answer = await cluster.request({ method: 'GET', path: '/api/v1/namespaces', query: { limit: '500' } }, signal);
  if (answer.status !== 200) return [];
  const { items = [] } = JSON.parse(answer.body) as { items?: Array<{ metadata?: { name?: string } }> };
  return items.map(nameOf);
}

/** What has the name that a Deployment was looked for by, and why it can't be released so; undefined when nobody may look, or nothing has it. */
async function otherKind(cluster: Cluster, name: string, signal: AbortSignal): Promise<string | undefined> {
  const exists = (kind: Kind<unknown>) =>
    cluster.read(kind, name, signal).then(
      (object) => object !== undefined,
      () => false,
    );
  const [isStateful, isDaemon] = await Promise.all([exists(STATEFUL_SET), exists(DAEMON_SET)]);
  const where = `${cluster.namespace}/${name}`;
  if (isStateful)
    return `${where} is a StatefulSet: each of its pods has a name and a volume of its own, so a second set beside it would be another database, not a canary. Only Deployments can be released by share of the traffic.`;
  if (isDaemon)
    return `${where} is a DaemonSet: it has one pod on each node, so there is no share of pods or traffic to give a canary. Only Deployments can be released by share of the traffic.`;
  return undefined;
}
