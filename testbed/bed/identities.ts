import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './run.js';

/** The API server's address inside the bed's network namespace. */
export const apiServerAddress = 'https://127.0.0.1:6443';

/** Who can speak to the API server by token. `deployer` may do nothing until a test binds some rights to group `deployers`. */
const tokenUsers = {
  admin: { user: 'admin', groups: 'system:masters' },
  deployer: { user: 'deployer', groups: 'deployers' },
  node: { user: 'testbed:node-player', groups: 'system:masters' },
  'controller-manager': { user: 'system:kube-controller-manager', groups: '' },
  scheduler: { user: 'system:kube-scheduler', groups: '' },
  kubelet: { user: 'system:node:node-1', groups: 'system:nodes' },
  'kube-proxy': { user: 'system:kube-proxy', groups: '' },
  router: { user: 'testbed:router', groups: '' },
  prometheus: { user: 'testbed:prometheus', groups: '' },
  'metrics-server': { user: 'testbed:metrics-server', groups: 'system:masters' },
};

export type TokenUser = keyof typeof tokenUsers;

/** Whom the API server shall take somebody for who may impersonate others. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
}

export type Credential = ({ readonly token: string } | { readonly certificateFile: string; readonly keyFile: string }) & {
  readonly actingAs?: Impersonation;
};

/** Makes keys, certificates, tokens and a kubeconfig for each identity below `directory`. */
export async function createIdentities(directory: string): Promise<void> {
  const keys = path.join(directory, 'pki');
  await mkdir(keys, { mode: 0o700 });
  await createCertificates(keys);
  const lines: string[] = [];
  for (const [name, { user, groups }] of Object.entries(tokenUsers)) {
    const token = `${name}-${randomBytes(16).toString('hex')}`;
    lines.push(`${token},${user},${name}-uid,"${groups}"\n`);
    await writeKubeconfig(directory, name, { token });
  }
  await writeFile(path.join(keys, 'tokens.csv'), lines.join(''), { mode: 0o600 });
  const certificate = { certificateFile: path.join(keys, 'cert-user.crt'), keyFile: path.join(keys, 'cert-user.key') };
  await writeKubeconfig(directory, 'cert-user', certificate);
}

async function createCertificates(keys: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: keys });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const subject = ['-subj', '/CN=testbed-ca'];
  await openssl('req', '-x509', ...newKey, '-days', '30', ...subject, '-keyout', 'ca.key', '-out', 'ca.crt', ...authority);

  const issue = async (name: string, distinguishedName: string, extensions: string) => {
    await openssl('req', ...newKey, '-subj', distinguishedName, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    await writeFile(path.join(keys, `${name}.ext`), extensions);
    const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-extfile', `${name}.ext`];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-out', `${name}.crt`);
  };
  const names = 'IP:127.0.0.1,IP:192.0.2.10,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc';
  await issue('apiserver', '/CN=kube-apiserver', `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  await issue('kubelet', '/CN=fake-kubelet', 'subjectAltName=IP:192.0.2.10\nextendedKeyUsage=serverAuth\n');
  await issue('front-proxy', '/CN=front-proxy', 'extendedKeyUsage=clientAuth\n');
  await issue('cert-user', '/O=system:masters/CN=cert-user', 'extendedKeyUsage=clientAuth\n');

  await openssl('genrsa', '-out', 'service-accounts.key', '2048');
  await openssl('rsa', '-in', 'service-accounts.key', '-pubout', '-out', 'service-accounts.pub');
}

/** Path of the kubeconfig of an identity. */
export function kubeconfigFile(directory: string, name: string): string {
  return path.join(directory, `${name}.kubeconfig`);
}

/** Writes a kubeconfig for anybody, e.g. for a service account's token, and returns its path. */
export async function writeKubeconfig(directory: string, name: string, credential: Credential): Promise<string> {
  const authority = readFileSync(path.join(directory, 'pki', 'ca.crt')).toString('base64');
  const base64 = (file: string) => readFileSync(file).toString('base64');
  const user =
    'token' in credential
      ? [`    token: ${credential.token}`]
      : [
          `    client-certificate-data: ${base64(credential.certificateFile)}`,
          `    client-key-data: ${base64(credential.keyFile)}`,
        ];
  const { actingAs } = credential;
  if (actingAs !== undefined) user.push(`    as: ${actingAs.user}`);
  if (actingAs !== undefined && actingAs.groups.length > 0) user.push(`    as-groups: [${actingAs.groups.join(', ')}]`);
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: testbed',
    '  cluster:',
    `    server: ${apiServerAddress}`,
    `    certificate-authority-data: ${authority}`,
    'users:',
    `- name: ${name}`,
    '  user:',
    ...user,
    'contexts:',
    '- name: testbed',
    '  context:',
    '    cluster: testbed',
    `    user: ${name}`,
    'current-context: testbed',
  ];
  const file = kubeconfigFile(directory, name);
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
