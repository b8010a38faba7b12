import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Bed } from '../bed/description.js';
import { BedError } from '../bed/error.js';
import { kubeconfigFile } from '../bed/identities.js';
import { adoptNetwork, clientNetwork, entering, gatewayAddress, hasNetwork, networkFile } from '../bed/network.js';
import type { Part } from '../bed/part.js';
import { run } from '../bed/run.js';
import { readWhole, type Site, writeWhole } from '../bed/site.js';
import { Api } from '../client/api.js';
import { findKindCluster } from './cluster.js';
import { writeKindIdentities } from './identities.js';

/** Enters an existing kind cluster: its node's network namespace becomes the bed's, its administrator ours. */
export async function adoptKindCluster({ directory }: Site): Promise<void> {
  const { pid, kubeconfig } = await findKindCluster();
  await run('kubectl', ['version', '--client']);
  await Promise.all([
    adoptNetwork(directory, pid),
    writeKindIdentities(directory, kubeconfig),
    mkdir(path.join(directory, 'bin')),
  ]);
}

const versionFile = ({ directory }: Site) => path.join(directory, 'kind.json');

/** Control plane and node of a kind cluster that somebody else has started, and will stop. */
export const kindCluster: Part = {
  name: 'kind-cluster',
  prepare: findKindCluster,
  async start(site) {
    await run('ip', ['route', 'replace', 'local', clientNetwork, 'dev', 'lo']);
    const api = new Api(kubeconfigFile(site.directory, 'admin'));
    const { gitVersion } = await api.get<{ gitVersion: string }>('/version');
    api.close();
    await writeWhole(versionFile(site), { kubernetesVersion: gitVersion } satisfies Partial<Bed>);
  },
  isRunning: ({ directory }) => isStillItsNetwork(networkFile(directory)),
  async isHealthy({ directory }) {
    const api = new Api(kubeconfigFile(directory, 'admin'));
    const answer = await api.text('GET', '/readyz').catch(() => undefined);
    api.close();
    return answer === 'ok';
  },
  stop: () => Promise.resolve(),
  async clean({ directory }) {
    if (!hasNetwork(directory)) return;
    const ip = (...args: string[]) => run(...entering(directory, 'ip', args)).catch(ignoreMissing);
    await ip('route', 'delete', 'local', clientNetwork, 'dev', 'lo');
    await ip('address', 'delete', `${gatewayAddress}/32`, 'dev', 'lo');
  },
  describe: async (site) => (await readWhole<Partial<Bed>>(versionFile(site))) ?? {},
};

/** A cluster that was made anew, or started again, has another network namespace. */
async function isStillItsNetwork(file: string): Promise<boolean> {
  try {
    const { pid } = await findKindCluster();
    return statSync(`/proc/${pid}/ns/net`).ino === statSync(file).ino;
  } catch (error) {
    if (error instanceof BedError) return false;
    throw error;
  }
}

/** What was never added cannot be deleted: a bed may be taken down at any time. */
function ignoreMissing(error: unknown): void {
  if (!/No such process|Cannot assign requested address|ESRCH/.test((error as Error).message)) throw error;
}
