import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { ChangePlan, Cluster } from '../api/cluster.js';
import { DEPLOYMENT, POD } from '../api/kinds.js';
import { asCreated, isPlanned } from '../api/planned-cluster.js';
import { matchLabels } from '../api/selection.js';
import { newPods } from '../pods/new-pods.js';
import { ownPods } from '../pods/own-pods.js';

/** Takes the rollout of a Deployment that is merely planned as done: later reads see it whole, and so many ready pods of it. */
export async function planRollout(
  cluster: Cluster,
  plan: ChangePlan,
  { deployment: name, labels }: { readonly deployment: string; readonly labels: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<void> {
  const deployment = await cluster.read(DEPLOYMENT, name, signal);
  if (!deployment) return;
  const wanted = deployment.spec?.replicas ?? 1;
  plan.note(DEPLOYMENT, name, whole(deployment, wanted));
  const listed = await cluster.list(POD, { labels: matchLabels(labels) }, signal);
  const planned = listed.filter((pod) => nameOf(pod).startsWith(prefixOf(name)));
  const running = await runningPods(cluster, deployment, signal);
  // Under the labels of a Deployment that is not there yet, what runs is of its predecessor.
  const others = isPlanned(deployment) ? listed.filter((pod) => !planned.includes(pod)) : [];
  const own = [...planned, ...running.current].toSorted(byCost);
  for (const pod of [...others, ...running.former, ...own.slice(wanted)]) plan.note(POD, nameOf(pod), undefined);
  for (let index = own.length; index < wanted; index++) {
    const pod = readyPod(deployment, `${prefixOf(name)}${index + 1}`);
    plan.note(POD, nameOf(pod), pod);
  }
}

const prefixOf = (deployment: string): string => `${deployment}-planned-`;

/** By their template: those of a former one are replaced. */
async function runningPods(cluster: Cluster, deployment: V1Deployment, signal: AbortSignal) {
  const ours = newPods(cluster, deployment.metadata?.name ?? '', deployment);
  const [current, former]: [V1Pod[], V1Pod[]] = [[], []];
  for (const pod of await ownPods(cluster, deployment, signal)) ((await ours.findOut(pod, signal)) ? current : former).push(pod);
  return { current, former };
}

const whole = (deployment: V1Deployment, replicas: number): V1Deployment => ({
  ...deployment,
  status: {
    ...deployment.status,
    ...(deployment.metadata?.generation !== undefined && { observedGeneration: deployment.metadata.generation }),
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  },
});

const readyPod = ({ metadata, spec }: V1Deployment, name: string): V1Pod => ({
  ...asCreated({ metadata: { ...spec?.template.metadata, name, ...(metadata?.namespace && { namespace: metadata.namespace }) } }),
  ...(spec?.template.spec && { spec: spec.template.spec }),
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});

const nameOf = ({ metadata }: V1Pod): string => metadata?.name ?? '';

/** Those that are to be stopped first come last. */
const byCost = (a: V1Pod, b: V1Pod): number => costOf(b) - costOf(a);

const costOf = ({ metadata }: V1Pod): number =>
  Number(metadata?.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
