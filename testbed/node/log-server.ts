import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { startingLog } from '../app/log.js';
import type { LivePods } from './live-pods.js';
import { kubeletPort } from './registration.js';

/** Serves `kubectl logs`: the API server fetches them from the node's kubelet, at /containerLogs/NAMESPACE/POD/CONTAINER. */
export function serveLogs(directory: string, address: string, pods: LivePods): Promise<void> {
  const file = (name: string) => readFileSync(path.join(directory, 'pki', name));
  const server = https.createServer({ key: file('kubelet.key'), cert: file('kubelet.crt') }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://kubelet');
    const [, kind, namespace = '', name = ''] = url.pathname.split('/');
    const pod = kind === 'containerLogs' ? pods.find(namespace, name) : undefined;
    if (pod === undefined) {
      response.writeHead(404).end(`pod "${name}" not found\n`);
      return;
    }
    const count = Number(url.searchParams.get('tailLines') ?? Number.MAX_SAFE_INTEGER);
    const lines = startingLog(pod.faults, pod.version);
    const tail = count === 0 ? [] : lines.slice(-count);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(tail.map((line) => `${line}\n`).join(''));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(kubeletPort, address, resolve);
  });
}
