import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { load } from 'js-yaml';
import { BedError } from '../bed/error.js';
import { type Impersonation, writeKubeconfig } from '../bed/identities.js';

interface Kubeconfig {
  readonly clusters: [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: [{ readonly user: Readonly<Record<string, string>> }];
}

/** Whom the administrator speaks for, by the identities of the other beds; the API server takes no tokens of ours. */
const impersonated: Readonly<Record<string, Impersonation>> = {
  deployer: { user: 'deployer', groups: ['deployers'] },
  router: { user: 'testbed:router', groups: [] },
  prometheus: { user: 'testbed:prometheus', groups: [] },
  'metrics-server': { user: 'testbed:metrics-server', groups: ['system:masters'] },
};

/**
 * Makes a kubeconfig for each identity from the administrator's, for use inside the node's network namespace: there the API server is on
 * 127.0.0.1:6443, and its certificate is good for that (kind, pkg/cluster/internal/kubeadm/config.go, certSANs).
 */
export async function writeKindIdentities(directory: string, kubeconfig: string): Promise<void> {
  const { clusters, users } = load(kubeconfig) as Kubeconfig;
  const keys = path.join(directory, 'pki');
  await mkdir(keys, { mode: 0o700 });
  const write = async (name: string, data: string | undefined) => {
    if (data === undefined)
      throw new BedError('The kubeconfig of kind has no certificates of an administrator; the test bed knows no other.');
    const file = path.join(keys, name);
    await writeFile(file, Buffer.from(data, 'base64'), { mode: 0o600 });
    return file;
  };
  await write('ca.crt', clusters[0].cluster['certificate-authority-data']);
  const administrator = {
    certificateFile: await write('admin.crt', users[0].user['client-certificate-data']),
    keyFile: await write('admin.key', users[0].user['client-key-data']),
  };
  for (const name of ['admin', 'cert-user', 'node']) await writeKubeconfig(directory, name, administrator);
  for (const [name, actingAs] of Object.entries(impersonated))
    await writeKubeconfig(directory, name, { ...administrator, actingAs });
}
