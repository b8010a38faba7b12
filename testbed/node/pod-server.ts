import http from 'node:http';
import type { Socket } from 'node:net';
import { answer } from '../app/answer.js';
import type { LivePods } from './live-pods.js';

/** The port on which every pod answers. */
export const podPort = 8080;

/** Answers for all pods, on every address of the network namespace. */
export function servePods(pods: LivePods): Promise<void> {
  const server = createPodServer(pods);
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(podPort, '0.0.0.0', 4096, resolve);
  });
}

/**
 * One server for all pods, which does not listen yet.
 * @param addressOf which pod's address a client has connected to
 */
export function createPodServer(
  pods: LivePods,
  addressOf = ({ localAddress = '' }: Socket): string => localAddress,
): http.Server {
  const sockets = new Map<string, Set<Socket>>();
  const server = http.createServer((request, response) => {
    const pod = pods.serving(addressOf(request.socket));
    if (pod === undefined) request.socket.resetAndDestroy();
    else answer(pod, request, response);
  });
  // A client must never see an idle connection closed under its next request: that would count as a lost request.
  server.keepAliveTimeout = 300_000;
  server.on('connection', (socket) => {
    const address = addressOf(socket);
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
  return server;
}
