import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { LivePod, LivePods } from './live-pods.js';

/** The port on which every pod answers. */
export const podPort = 8080;

/** Answers for all pods: which one is meant is told by the address that the client connected to. */
export function servePods(pods: LivePods): Promise<void> {
  const sockets = new Map<string, Set<Socket>>();
  const server = http.createServer((request, response) => {
    const pod = pods.serving(request.socket.localAddress ?? '');
    if (pod === undefined) request.socket.resetAndDestroy();
    else answer(pod, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // A client must never see an idle connection closed under its next request: that would count as a lost request.
  server.keepAliveTimeout = 300_000;
  server.on('connection', (socket) => {
    const address = socket.localAddress ?? '';
    if (pods.serving(address) === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const open = sockets.get(address) ?? new Set();
    sockets.set(address, open.add(socket));
    socket.on('close', () => open.delete(socket));
  });
  pods.onStopped = (address) => {
    for (const socket of sockets.get(address) ?? []) socket.resetAndDestroy();
    sockets.delete(address);
  };
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(podPort, '0.0.0.0', 4096, resolve);
  });
}

async function answer(pod: LivePod, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const path = request.url?.split('?')[0];
  if (path === '/healthz') {
    response.writeHead(pod.isReady ? 200 : 503).end(pod.isReady ? 'ok\n' : 'not ready\n');
  } else if (path === '/metrics' && pod.faults.noData) {
    response.writeHead(404).end('not found\n');
  } else if (path === '/metrics') {
    const page = await pod.metrics.page();
    response.writeHead(200, { 'content-type': pod.metrics.contentType }).end(page);
  } else {
    await answerRequest(pod, response);
  }
}

async function answerRequest(pod: LivePod, response: ServerResponse): Promise<void> {
  const startedMs = performance.now();
  if (pod.faults.slowMs > 0) await wait(pod.faults.slowMs);
  const status = Math.random() * 100 < pod.faults.errorPercent ? 500 : 200;
  pod.metrics.record(status, (performance.now() - startedMs) / 1000);
  response.writeHead(status, { 'x-app-version': pod.version, 'content-type': 'text/plain' }).end(`${pod.name}\n`);
}
