import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory } from '../bed/places.js';
import { run } from '../bed/run.js';
import { freePort } from '../free-port.js';

const VERSION = '5.2.0';
const START_WITHIN_MS = 60_000;

/** moto, which answers as AWS does and keeps what it is told; it sends no traffic. */
export interface Moto {
  readonly url: string;
  close(): Promise<void>;
}

/** Installs moto from PyPI into the user's cache, unless it is there. */
export const installMoto = (): Promise<string> =>
  cachedDirectory(path.join(cacheDirectory(), 'moto', VERSION), async (directory) => {
    process.stderr.write('Installing moto from PyPI, once.\n');
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--target', directory, `moto[server]==${VERSION}`];
    await run('python3', pip, { cwd: directory, env: process.env });
  });

/** Starts it on a port of its own. */
export async function startMoto(): Promise<Moto> {
  const home = await installMoto();
  const port = await freePort();
  const server = spawn('python3', ['-c', 'from moto.server import main; main()', '-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, PYTHONPATH: home, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await answered(url, server);
  return {
    url,
    async close() {
      if (server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function answered(url: string, server: ChildProcess): Promise<void> {
  const end = Date.now() + START_WITHIN_MS;
  while (Date.now() < end) {
    if (server.exitCode !== null) throw new Error(`moto ended by itself, with ${server.exitCode}`);
    const isThere = await fetch(`${url}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill();
  throw new Error(`moto did not answer on ${url} within ${START_WITHIN_MS / 1000} s`);
}
