import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { cachedDirectory } from '../../../testbed/bed/cached-directory.js';
import { cacheDirectory } from '../../../testbed/bed/places.js';
import { run } from '../../../testbed/bed/run.js';

/** A package in a lock file (docs.npmjs.com/cli/configuring-npm/package-lock-json). */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** A registry that has the packages of one lock file, and nothing else. */
export interface NpmRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the packages of a lock file out of the user's cache, where npm puts them once: builds fetch them as often as they like.
 * @param lockFile with `resolved` addresses
 */
export async function serveLockedPackages(lockFile: string): Promise<NpmRegistry> {
  const packages = packagesIn(lockFile);
  const directory = await packed(packages.map(({ spec }) => spec));
  const files = new Map(packages.map(({ url, file }) => [new URL(url).pathname, path.join(directory, file)]));
  const server = createServer((request, response) => answer(files, request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** @returns the directory of the cache that `npm pack` has put the packages into */
export function packed(specs: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(specs)).digest('hex').slice(0, 12);
  return cachedDirectory(path.join(cacheDirectory(), 'npm-packages', key), async (directory) => {
    process.stderr.write(`Fetching ${specs.length} npm packages, once.\n`);
    await run('npm', ['pack', '--silent', '--pack-destination', directory, ...specs], { cwd: directory });
  });
}

/** Those that this platform takes, with glibc. */
function packagesIn(lockFile: string) {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Readonly<Record<string, LockedPackage>> };
  const isOurs = ({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: LockedPackage) =>
    os.includes('linux') && cpu.includes('x64') && libc.includes('glibc');
  return Object.entries(packages)
    .filter(([, one]) => one.resolved !== undefined && isOurs(one))
    .map(([place, { version, resolved = '' }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { spec: `${name}@${version}`, url: resolved, file: tarballOf(name, version ?? '') };
    });
}

/** As `npm pack` names it. */
export const tarballOf = (name: string, version: string): string => `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;

function answer(files: ReadonlyMap<string, string>, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const file = files.get(decodeURIComponent(new URL(url, 'http://registry').pathname));
  if (file === undefined || !existsSync(file)) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  createReadStream(file).pipe(response);
}
