import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster.js';
import { isReady, readySince } from './workload/pod.js';

/** Where pods serve their metrics; what is not given is read from the pod. */
export interface MetricsEndpoint {
  readonly port: number | undefined;
  readonly path: string;
}

export interface ScrapedPod {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When it became ready, in milliseconds since the epoch. */
  readonly readySince: number;
  readonly port: number;
}

/** Those of the pods that serve, as they are read. */
export const scrapedPods = (pods: readonly V1Pod[], endpoint: MetricsEndpoint): ScrapedPod[] =>
  pods.filter(isReady).map((pod) => ({
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    labels: pod.metadata?.labels ?? {},
    readySince: readySince(pod) ?? 0,
    port: endpoint.port ?? metricsPort(pod),
  }));

/** The port that the pod says it serves metrics on: the usual annotation, a port named metrics, or the first one. */
function metricsPort(pod: V1Pod): number {
  const annotated = Number(pod.metadata?.annotations?.['prometheus.io/port']);
  if (Number.isInteger(annotated) && annotated > 0) return annotated;
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own }) => own ?? []);
  return (ports.find(({ name }) => name?.includes('metrics')) ?? ports[0])?.containerPort ?? 8080;
}

/**
 * Reads a pod's metrics through the API server, so nothing but the API server need be reachable from the runner.
 * @throws Error with the status when the pod does not answer with 200
 */
export async function scrapePod(cluster: Cluster, pod: ScrapedPod, path: string, signal: AbortSignal): Promise<string> {
  const target = `/api/v1/namespaces/${cluster.namespace}/pods/${pod.name}:${pod.port}/proxy/${path.replace(/^\//, '')}`;
  const answer = await cluster.request({ method: 'GET', path: target, timeoutMs: 3000, retry: false }, signal);
  if (answer.status !== 200) throw new Error(`pod ${pod.name} answered ${answer.status} to GET ${path} on port ${pod.port}`);
  return answer.body;
}
