import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { ApiObject } from './object.js';
import { badRequest, notFound, Refusal } from './refusal.js';
import { pods } from './resources.js';
import type { Store } from './store.js';

/** What the API server knows of the nodes. */
export interface Nodes {
  /** What the containers of a pod have written; undefined for a pod that no node knows. */
  readLog(namespace: string, name: string): readonly string[] | undefined;
  /** Where a connection to a pod goes. */
  dial(place: { readonly host: string; readonly port: number }): { readonly host: string; readonly port: number };
}

interface PodParts {
  readonly podIP: string | undefined;
  readonly ports: readonly number[];
  readonly containers: readonly string[];
}

function partsOf({ spec, status }: ApiObject): PodParts {
  const { containers } = spec as { containers: readonly { name: string; ports?: readonly { containerPort: number }[] }[] };
  return {
    podIP: status?.podIP as string | undefined,
    ports: containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    containers: containers.map(({ name }) => name),
  };
}

/** @throws Refusal 404 */
function findPod(store: Store, namespace: string, name: string): ApiObject {
  const pod = store.read(pods, namespace, name);
  if (pod === undefined) throw notFound(pods, name);
  return pod;
}

/** The last `tailLines` lines of a container's log. @throws Refusal 400 for a container that the pod does not have */
export function readPodLog(store: Store, nodes: Nodes, namespace: string, name: string, query: URLSearchParams): string {
  const { containers } = partsOf(findPod(store, namespace, name));
  const container = query.get('container');
  if (container !== null && !containers.includes(container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  if (container === null && containers.length > 1)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]`);
  const lines = nodes.readLog(namespace, name) ?? [];
  const tail = Number(query.get('tailLines') ?? Number.MAX_SAFE_INTEGER);
  return (tail === 0 ? [] : lines.slice(-tail)).map((line) => `${line}\n`).join('');
}

/**
 * Passes a request on to a pod: `pods/[SCHEME:]NAME[:PORT]/proxy/PATH`; without a port, to its first one.
 * @throws Refusal 404 for a pod that is not there; a pod that can't be reached is answered with 503
 */
export function proxyToPod(
  { store, nodes }: { readonly store: Store; readonly nodes: Nodes },
  { namespace, target, path }: { readonly namespace: string; readonly target: string; readonly path: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, name = '', port] = /^(?:https?:)?([^:]+)(?::(\d+))?$/.exec(target) ?? [];
  const { podIP, ports } = partsOf(findPod(store, namespace, name));
  const place = { host: podIP ?? '', port: Number(port ?? ports[0] ?? 80) };
  const at = `${place.host}:${place.port}`;
  const refuse = (error: NodeJS.ErrnoException) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const why =
      error.code === 'ECONNREFUSED' ? `dial tcp ${at}: connect: connection refused` : `read tcp ${at}: ${error.message}`;
    const refusal = new Refusal(503, 'ServiceUnavailable', `error trying to reach service: ${why}`);
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(refusal.status));
  };
  const { host: _, authorization: __, connection: ___, ...headers } = request.headers;
  const passed = http.request({ ...nodes.dial(place), path, method: request.method, headers, agent: false }, (answer) => {
    const { connection: ____, 'keep-alive': _____, 'transfer-encoding': ______, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, kept);
    answer.pipe(response);
    answer.on('error', refuse);
  });
  passed.on('error', refuse);
  request.pipe(passed);
}
