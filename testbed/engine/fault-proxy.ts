import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request instead of being passed on; `slow` passes it on later. */
export type Fault =
  | { readonly answer: number; readonly retryAfter?: string; readonly body?: string }
  | { readonly slowMs: number }
  | 'reset'
  /** Never answered. */
  | 'hold';

/** What registries call these answers (distribution-spec, error codes). */
const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 403: 'DENIED', 429: 'TOOMANYREQUESTS' };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Who asks, as they call themselves. */
  readonly userAgent: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly fault: Fault | undefined;
}

export interface FaultProxy {
  /** Host and port, to push to in place of the registry's. */
  readonly registry: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves with the first request that meets the condition, seen or yet to come. */
  seen(condition: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Resolves when the sender of the first held request has hung up. */
  readonly heldGone: Promise<void>;
  /** Nobody listens for so long: connections are broken, then refused. */
  outage(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Stands in front of a registry; `faultOf` decides about each request, undefined lets it through. */
export async function startFaultProxy(
  registry: string,
  faultOf: (request: { readonly method: string; readonly path: string }) => Fault | undefined,
): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const gone = Promise.withResolvers<void>();
  const server = http.createServer((request, response) => {
    const method = request.method ?? '';
    const path = request.url ?? '';
    const fault = faultOf({ method, path });
    requests.push({ method, path, userAgent: request.headers['user-agent'] ?? '', at: Date.now(), fault });
    for (const check of waiting) check();
    if (fault === 'hold') response.once('close', gone.resolve);
    else void act(registry, fault, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let out: Promise<void> = Promise.resolve();
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const outage = async (ms: number) => {
    await stop();
    await sleep(ms);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  return {
    registry: `127.0.0.1:${port}`,
    requests,
    seen: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          const found = requests.find(condition);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    heldGone: gone.promise,
    outage: (ms) => {
      out = outage(ms);
      return out;
    },
    close: async () => {
      await out;
      await stop();
    },
  };
}

async function act(
  registry: string,
  fault: Exclude<Fault, 'hold'> | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (fault === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault !== undefined && 'answer' in fault) {
    request.resume();
    const code = CODES[fault.answer] ?? 'UNKNOWN';
    const body = fault.body ?? JSON.stringify({ errors: [{ code, message: `injected ${fault.answer}` }] });
    const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    response.writeHead(fault.answer, { 'content-type': 'application/json', ...retryAfter }).end(body);
    return;
  }
  if (fault !== undefined) await sleep(fault.slowMs);
  passOn(registry, request, response);
}

function passOn(registry: string, request: IncomingMessage, response: ServerResponse): void {
  const [host, port] = registry.split(':');
  // The caller's Host header stays, so that the registry's upload addresses lead back through here.
  const { method, url: path, headers } = request;
  const upstream = http.request({ host, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', (error) => response.destroy(error));
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}
