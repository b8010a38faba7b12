import type { V1Pod } from '@kubernetes/client-node';
import type { Broken } from '../../../slo/source.js';
import type { Cluster } from '../api/cluster.js';
import type { App } from '../app/app.js';
import { watchContainerEnds } from '../pods/container-ends.js';
import { isEndedByNode } from '../pods/node-ends.js';
import { lastLogLines, startFailure } from '../pods/pod.js';

interface Why {
  readonly container: string;
  readonly reason: string;
  readonly hasLog: boolean;
  readonly message?: string;
}

/**
 * The first of the canary's pods that does not keep serving: it can't start any more, or one of its containers ended while it served. A pod that its
 * node ended, or that is being deleted, is not the version's doing.
 * @param servedSince when canary pods began to serve, by the API server's clock
 * @returns a look at the pods, to be taken again and again; at the `last` one nothing is put off until the next
 */
export function brokenPods(cluster: Cluster, { container: released }: App, servedSince: readonly number[]) {
  const endOf = watchContainerEnds(servedSince);
  const puzzling = new Set<string>();

  const whyBroken = (pod: V1Pod, isLast: boolean): Why | undefined => {
    const uid = pod.metadata?.uid ?? '';
    const ended = endOf(pod);
    const failure = startFailure(pod);
    if (failure) return failure;
    if (ended) {
      // A node that shuts down ends the containers first and says so afterwards.
      const isPuzzling = ended.mayBeOfNode && !isLast && !puzzling.has(uid);
      if (isPuzzling) puzzling.add(uid);
      return isPuzzling ? undefined : { ...ended, hasLog: true };
    }
    if (pod.status?.phase !== 'Failed') return undefined;
    return { container: released, reason: `the pod failed (${pod.status.reason ?? 'nobody says why'})`, hasLog: true };
  };

  return async (canaries: readonly V1Pod[], when: 'watch' | 'last', signal: AbortSignal): Promise<Broken | undefined> => {
    const staying = canaries.filter((pod) => pod.metadata?.deletionTimestamp === undefined && !isEndedByNode(pod));
    // Each one is looked at, so that each is remembered.
    const [first] = staying.flatMap((pod) => {
      const why = whyBroken(pod, when === 'last');
      return why ? [{ pod, why }] : [];
    });
    if (first === undefined) return undefined;
    const { pod, why } = first;
    const said = why.message ? `\nIt said of its end:\n${why.message.replace(/^/gm, '  ')}` : '';
    const lines = why.hasLog ? await lastLogLines(cluster, pod, why.container, signal) : '';
    return {
      reason: `the canary's pod ${pod.metadata?.name} did not keep serving: container ${why.container}: ${why.reason}`,
      lastLines: said + lines,
    };
  };
}
