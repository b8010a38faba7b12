import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestAuthority } from '../src/platforms/kubernetes/certificates.js';
import { cpuMs } from './cpu-time.js';
import { median, type Row, relative } from './row.js';

const ROUNDS = 15;
/** Size of a usual Deployment in JSON. */
const DEPLOYMENT = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'restaurant', namespace: 'shop', annotations: { filler: '.'.repeat(5_200) } },
  spec: { replicas: 3 },
});

/** CPU time of a process that reads a Deployment 200 times, one after the other, with our client and with @kubernetes/client-node. */
export async function rows(): Promise<Row[]> {
  const authority = new TestAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'd9-bench-'));
  const server = createServer(authority.server('IP:127.0.0.1'), (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(DEPLOYMENT);
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigText((server.address() as AddressInfo).port, authority.certificate));
    const reader = fileURLToPath(new URL('./sequential-reader.js', import.meta.url));
    const measure = (client: string) => cpuMs(process.execPath, [reader, client, kubeconfig]);
    const pairs: Array<readonly [number, number]> = [];
    for (let round = 0; round < ROUNDS; round++) pairs.push([await measure('ours'), await measure('client-node')]);
    const ratio = median(pairs.map(([ours, theirs]) => ours / theirs));
    const [ours, theirs] = [median(pairs.map(([value]) => value)), median(pairs.map(([, value]) => value))];
    return [relative('api/sequential-200', ours, 'ms CPU', theirs, 0.25, ratio)];
  } finally {
    server.closeAllConnections();
    server.close();
    authority.remove();
    await rm(folder, { recursive: true });
  }
}

const kubeconfigText = (port: number, ca: string): string => `kind: Config
apiVersion: v1
current-context: bench
clusters:
- name: bench
  cluster:
    server: https://127.0.0.1:${port}
    certificate-authority-data: ${Buffer.from(ca).toString('base64')}
contexts:
- name: bench
  context: { cluster: bench, user: bench, namespace: shop }
users:
- name: bench
  user: { token: ${'t'.repeat(900)} }
`;
