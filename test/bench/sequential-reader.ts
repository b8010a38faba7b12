import { tmpdir } from 'node:os';
import type { Log } from '../../src/kernel/log.js';

/** `node sequential-reader.js ours|client-node KUBECONFIG`: reads one Deployment 200 times. Each client is loaded only when it is measured. */
const READS = 200;
const [client, kubeconfig = ''] = process.argv.slice(2);
const read = client === 'ours' ? await ours(kubeconfig) : await clientNode(kubeconfig);
for (let count = 0; count < READS; count++) {
  if ((await read()) !== 'restaurant') throw new Error('The server gave something else.');
}
process.exit(0);

async function ours(path: string): Promise<() => Promise<string | undefined>> {
  const { systemClock } = await import('../../src/kernel/clock.js');
  const { connect } = await import('../../src/platforms/kubernetes/access/connect.js');
  const { DEPLOYMENT } = await import('../../src/platforms/kubernetes/api/kinds.js');
  const { findKubeconfig } = await import('../../src/platforms/kubernetes/access/kubeconfig-sources.js');
  const environment = { variables: {}, workspace: tmpdir(), temporary: tmpdir(), debug: false };
  const silent = () => undefined;
  const log: Log = { info: silent, debug: silent, warning: silent, mask: silent, group: (_heading, work) => work() };
  const kubeconfig = await findKubeconfig(path, environment);
  const cluster = connect({ kubeconfig }, { clock: systemClock, log, environment });
  const { signal } = new AbortController();
  return async () => (await cluster.read(DEPLOYMENT, 'restaurant', signal))?.metadata?.name;
}

async function clientNode(path: string): Promise<() => Promise<string | undefined>> {
  const { AppsV1Api, KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(path);
  const api = config.makeApiClient(AppsV1Api);
  return async () => (await api.readNamespacedDeployment({ name: 'restaurant', namespace: 'shop' })).metadata?.name;
}
