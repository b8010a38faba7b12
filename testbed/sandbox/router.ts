import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from '../client/api.js';
import { Destinations, type Source } from '../load/destination.js';
import { BACKLOG, type Block, type Place } from './loopback.js';

export interface Router {
  /** `http://ADDRESS:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A proxy that sends each request to a backend of the HTTPRoute or IngressRoute, by its weights, and there to a ready endpoint. It follows them by
 * watches, so it acts within milliseconds. Only the route's first rule counts; what it matches and filters does not.
 */
export async function startRouter(api: Api, namespace: string, source: Source, block: Block): Promise<Router> {
  const ended = new AbortController();
  const destinations = await Destinations.follow(api, namespace, source, ended.signal);
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const { endpoint, status = 503 } = destinations.choose();
    const [host = '', port] = endpoint?.split(':') ?? [];
    if (endpoint === undefined) response.writeHead(status, { 'content-type': 'text/plain' }).end('no endpoint\n');
    else pass(block.dial({ host, port: Number(port) }), agent, request, response);
  });
  server.keepAliveTimeout = 300_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, block.serverAddress, BACKLOG, resolve);
  });
  return {
    url: `http://${block.serverAddress}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      ended.abort();
      agent.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function pass(endpoint: Place, agent: http.Agent, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const { connection: _, ...passed } = headers;
  const onward = http.request({ ...endpoint, path: url, method, headers: passed, agent }, (answer) => {
    const { connection: __, 'keep-alive': ___, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, kept);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
  });
  request.pipe(onward);
}
