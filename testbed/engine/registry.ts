import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { fetchEngine } from './programs.js';

/** The one user of a private registry. */
export const REGISTRY_USER = { username: 'chef', password: 'correct-horse-battery' } as const;
/** The password as docker-registry takes it, which is bcrypt alone. */
const HTPASSWD = 'chef:$2b$05$d9actionsd9actionsd9aO/usOKrJRpzorrl4ga7TfQtF5qCwg8lq\n';
const READY_WITHIN_MS = 10_000;

export interface PrivateRegistry {
  /** Host and port. */
  readonly registry: string;
  /** Digest behind a tag or digest of a repository, asked as the user; null when there is none. */
  served(repository: string, reference: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Starts a registry that only `REGISTRY_USER` may read and write. */
export async function startPrivateRegistry(): Promise<PrivateRegistry> {
  const { path } = await fetchEngine();
  const directory = await mkdtemp(join(tmpdir(), 'd9-private-registry-'));
  const at = (name: string) => join(directory, name);
  const registry = `127.0.0.1:${await freePort()}`;
  await writeFile(at('htpasswd'), HTPASSWD);
  await writeFile(at('registry.yml'), registryConfiguration({ address: registry, data: at('data'), htpasswd: at('htpasswd') }));
  const log = openSync(at('log'), 'a');
  const env = { ...process.env, PATH: `${path.join(':')}:${process.env.PATH}`, OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn('docker-registry', ['serve', at('registry.yml')], { stdio: ['ignore', log, log], env });
  const close = async () => {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await gone;
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while ((await statusOf(`http://${registry}/v2/`)) !== 401) {
    if (child.exitCode === null && Date.now() < deadline) await sleep(20);
    else {
      const said = await readFile(at('log'), 'utf8');
      await close();
      throw new Error(`docker-registry did not start:\n${said.slice(-2000)}`);
    }
  }
  return {
    registry,
    async served(repository, reference) {
      const { username, password } = REGISTRY_USER;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
      const url = `http://${registry}/v2/${repository}/manifests/${reference}`;
      return (await fetch(url, { method: 'HEAD', headers: { authorization, accept } })).headers.get('docker-content-digest');
    },
    close,
  };
}

/** docker-registry's configuration: images in a directory, on one address. */
export function registryConfiguration({
  address,
  data,
  htpasswd,
}: {
  readonly address: string;
  readonly data: string;
  readonly htpasswd?: string;
}): string {
  const auth = htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'registry', path: htpasswd } } };
  return JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: { addr: address },
    ...auth,
  });
}

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
