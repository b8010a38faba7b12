import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { TransportFailure } from '../../../http/failure.js';
import { readStatus } from '../api/api-status.js';
import type { ApiResponse, Cluster } from '../api/cluster.js';

/** Where pods serve their metrics; what is not given is read from the pod. */
export interface MetricsEndpoint {
  /** A number, or the name that a container gives its port. */
  readonly port: number | string | undefined;
  readonly path: string | undefined;
}

/** Where one pod is asked for its metrics. */
export interface MetricsAddress {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** With its leading slash. */
  readonly path: string;
}

const DEFAULT_PATH = '/metrics';
const DEFAULT_PORT = 8080;
const PROMETHEUS_IO = 'prometheus.io/';

/**
 * A strict server answers 406 where its text format is not asked for (Spring Boot Actuator), a lenient one sends JSON where JSON is (MicroProfile).
 * OpenMetrics is not asked for: there some libraries add `_total` to names that users see without it.
 */
const EXPOSITION = 'text/plain;version=0.0.4, text/plain;q=0.9, */*;q=0.1';

/**
 * Where the pod shows its metrics: what the user says, else the usual `prometheus.io/` annotations, else the port of the released container that is
 * named for them, or its first. Sidecars have metrics of their own.
 * @param container the released one
 * @throws Error when no container has a port of the name that was given
 */
export function metricsAddress(pod: V1Pod, { port, path }: MetricsEndpoint, container: string): MetricsAddress {
  const byAnnotation = annotatedPort(pod);
  const chosen = typeof port === 'string' ? namedPort(pod, port, container) : (port ?? byAnnotation ?? usualPort(pod, container));
  // Path and scheme are said of the port that is annotated, and of no other.
  const isAnnotated = byAnnotation === undefined ? port === undefined : chosen === byAnnotation;
  return {
    scheme: isAnnotated && annotation(pod, 'scheme')?.toLowerCase() === 'https' ? 'https' : 'http',
    port: chosen,
    path: metricsPath(pod, { port: isAnnotated ? undefined : chosen, path }),
  };
}

/** The path alone, which needs no port that there is; with its leading slash. */
export function metricsPath(pod: V1Pod, { port, path }: MetricsEndpoint): string {
  const isAnnotated = port === undefined || port === annotatedPort(pod);
  const asked = path ?? (isAnnotated ? annotation(pod, 'path') : undefined) ?? DEFAULT_PATH;
  return `/${asked.replace(/^\//, '')}`;
}

const annotation = ({ metadata }: V1Pod, key: string): string | undefined => metadata?.annotations?.[`${PROMETHEUS_IO}${key}`];

function annotatedPort(pod: V1Pod): number | undefined {
  const port = Number(annotation(pod, 'port'));
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** The released container first: others may use the same name for a port of their own. */
const containersOf = ({ spec }: V1Pod, released: string): V1Container[] =>
  (spec?.containers ?? []).toSorted((a, b) => Number(b.name === released) - Number(a.name === released));

function namedPort(pod: V1Pod, name: string, released: string): number {
  const ports = containersOf(pod, released).flatMap(({ ports: own }) => own ?? []);
  const found = ports.find((port) => port.name === name);
  if (found) return found.containerPort;
  const names = ports.flatMap((port) => port.name ?? []);
  throw new Error(
    `no container has a port named ${name} (\`metrics-port\`); there are ${names.join(', ') || 'none with a name'}`,
  );
}

function usualPort(pod: V1Pod, released: string): number {
  const [own, ...others] = containersOf(pod, released).map(({ ports }) => ports ?? []);
  const forMetrics = (ports: V1Container['ports']) => ports?.find(({ name }) => /metrics|prom/.test(name ?? ''));
  const ofOwn = forMetrics(own) ?? own?.[0];
  return (ofOwn ?? forMetrics(others.flat()) ?? others.flat()[0])?.containerPort ?? DEFAULT_PORT;
}

/**
 * Reads a pod's metrics through the API server, so nothing but the API server need be reachable from the runner.
 * @throws Error that says what the pod answered, and where it was asked
 */
export async function scrapePod(cluster: Cluster, pod: string, address: MetricsAddress, signal: AbortSignal): Promise<string> {
  const { scheme, port, path } = address;
  // https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/: [https:]name:port
  const target = `${scheme === 'https' ? 'https:' : ''}${pod}:${port}`;
  const request = {
    method: 'GET',
    path: `/api/v1/namespaces/${cluster.namespace}/pods/${target}/proxy${path}`,
    accept: EXPOSITION,
    timeoutMs: 3000,
    retry: false,
  } as const;
  const asked = `GET ${path} on port ${port}`;
  const answer = await cluster.request(request, signal).catch((error: Error) => {
    const { cause } = error;
    // The connection to the API server stood, so what broke it off is most likely the pod behind it.
    if (cause instanceof TransportFailure && cause.maybeProcessed)
      throw new Error(`the answer to ${asked} was broken off or did not come (${cause.message})`, { cause: error });
    throw error;
  });
  if (answer.status !== 200) throw new Error(`${refusal(answer)} to ${asked}; ${remedyOf(answer)}`);
  const other = otherFormat(answer.body) ?? otherText(answer.body);
  if (other !== undefined) throw new Error(`answered with ${other} to ${asked}, which is no page of metrics; ${WHERE}`);
  return answer.body;
}

const WHERE = '`metrics-port` and `metrics-path` say where the metrics are';

/** What there is to do about an answer that is no page. */
function remedyOf({ status, headers }: ApiResponse): string {
  if (status === 401)
    return 'a login is wanted there, and pages of metrics are read without one: serve them inside the cluster without it, or on another port (`metrics-port`)';
  const { location } = headers;
  if (status >= 300 && status < 400 && typeof location === 'string')
    return `it leads to ${location.replace(/[?#].*$/, '').slice(0, 200)}, which is not followed: serve the page at its own path over plain HTTP, or name it with \`metrics-path\``;
  return WHERE;
}

/**
 * An app that answers every path with its page for browsers answers this one too. A name in quotes begins a page as JSON does
 * (`{"http.server.requests"} 1`), so only what can be parsed as JSON is called that.
 */
function otherFormat(body: string): string | undefined {
  const start = body.slice(0, 200).trimStart();
  if (/^<(!doctype|html|\?xml)/i.test(start)) return start.startsWith('<?xml') ? 'XML' : 'an HTML page';
  if (!/^[[{]/.test(start)) return undefined;
  try {
    JSON.parse(body);
    return 'JSON';
  } catch {
    return undefined;
  }
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: every line has a name and a value, and may have labels and a timestamp. */
const SAMPLE =
  /^(?:[a-zA-Z_:][\w:]*[ \t]*(?:\{.*\})?|\{.*\})[ \t]*[+-]?(?:[\d.]+(?:e[+-]?\d+)?|inf(?:inity)?|nan)(?:[ \t]+-?[\d.]+)?[ \t]*(?:#.*)?\r?$/i;
const METADATA = /^#[ \t]+(?:HELP|TYPE|UNIT)[ \t]/m;

/** A page of metrics that declares none is told from other text by its lines: Prometheus takes none with a broken one either. */
function otherText(body: string): string | undefined {
  if (METADATA.test(body)) return undefined;
  const broken = body.split('\n').findIndex((line) => !/^\s*(?:#.*)?$/.test(line) && !SAMPLE.test(line.trimStart()));
  return broken < 0 ? undefined : `text whose line ${broken + 1} has no value`;
}

/** Of the API server, when it could not pass the request on; the pod's otherwise. */
function refusal({ status, body }: ApiResponse): string {
  const said = readStatus(body)?.message;
  const own = typeof said === 'string' ? said : '';
  if (status === 503 && own.startsWith('error trying to reach service')) return `the API server could not reach it (${own})`;
  if (status === 403 && own.includes('pods/proxy')) return `the API server answered 403 (${own})`;
  return `answered ${status}`;
}
