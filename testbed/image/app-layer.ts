import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ncc } from '../../scripts/bundling/ncc.js';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory, repository, testbedSource } from '../bed/places.js';
import { type Layer, makeLayer } from './layer.js';

const entry = 'build/testbed/app/main.js';

/** The app under /app: one file of code, and the page. */
export async function makeAppLayer(): Promise<Layer> {
  const bundle = await bundleApp();
  const fill = (root: string) => cp(bundle, path.join(root, 'app'), { recursive: true });
  return makeLayer({ name: 'app', key: path.basename(bundle), fill });
}

/** Makes a directory from which Docker can build the app: its Dockerfile and what that copies. */
export async function writeBuildContext(directory: string): Promise<void> {
  await cp(await bundleApp(), directory, { recursive: true });
  await copyFile(path.join(testbedSource('app'), 'Dockerfile'), path.join(directory, 'Dockerfile'));
}

/** @returns a directory of the cache with the app's code in one file, and its page */
async function bundleApp(): Promise<string> {
  const home = path.join(cacheDirectory(), 'app-bundles', keyOfSources());
  return cachedDirectory(home, async (directory) => {
    await mkdir(directory, { recursive: true });
    await ncc(repository, entry, directory);
    await rm(path.join(directory, 'licenses.txt'), { force: true });
    await copyFile(path.join(testbedSource('app'), 'index.html'), path.join(directory, 'index.html'));
  });
}

/** Code, page, and what the lockfile says of prom-client and of the bundler. */
function keyOfSources(): string {
  const emitted = path.join(repository, path.dirname(entry));
  const code = readdirSync(emitted).filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'));
  const files = [
    ...code.sort().map((name) => path.join(emitted, name)),
    path.join(testbedSource('app'), 'index.html'),
    path.join(repository, 'package-lock.json'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
