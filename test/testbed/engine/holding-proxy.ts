import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HoldingProxy {
  /** Host and port, to push to in place of the registry's. */
  readonly registry: string;
  /** Resolves when a manifest is about to be written. */
  readonly manifestArrived: Promise<void>;
  /** Resolves when the writer of that manifest has hung up. */
  readonly writerGone: Promise<void>;
  close(): Promise<void>;
}

/** Stands in front of a registry and lets everything through but the writing of a manifest: that one is never answered. */
export async function startHoldingProxy(registry: string): Promise<HoldingProxy> {
  const [host, port] = registry.split(':');
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const server = http.createServer((request, response) => {
    if (request.method === 'PUT' && request.url?.includes('/manifests/')) {
      arrived.resolve();
      response.once('close', gone.resolve);
      return;
    }
    // The caller's Host header stays, so that the registry's upload addresses lead back through here.
    const upstream = http.request(
      { host, port, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on('error', (error) => response.destroy(error));
    request.pipe(upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    registry: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    manifestArrived: arrived.promise,
    writerGone: gone.promise,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
