import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory } from '../bed/places.js';
import { run } from '../bed/run.js';

const VERSION = '5.2.0';

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

/** Starts it on a port that it chooses itself: one that was free a moment ago may be another moto's by now. */
export async function startMoto(): Promise<Moto> {
  const home = await installMoto();
  const server = spawn('python3', ['-c', 'from moto.server import main; main()', '-H', '127.0.0.1', '-p', '0'], {
    env: { ...process.env, PYTHONPATH: home, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await addressOf(server);
  // What it says of each request is read, or it would wait for that, and kept nowhere.
  server.stderr.resume();
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

/** As it says it itself once it listens. */
function addressOf(server: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once('exit', () => reject(new Error(`moto ended by itself: ${said}`)));
  });
}
