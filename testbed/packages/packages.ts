import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory } from '../bed/places.js';
import { readDebianMirror } from './apt-sources.js';

const execute = promisify(execFile);

/** Packages of one purpose, each with its suite: `containerd/bookworm`. */
export interface PackageSet {
  /** Part of the cache directory's name. */
  readonly name: string;
  readonly packages: readonly string[];
}

/**
 * Fetches packages from the machine's own Debian mirror and unpacks them into the user's cache directory, once; nothing is installed.
 * A second call, also one at the same time, finds or makes the same directory.
 * @returns the directory that stands for `/` of the packages
 */
export async function fetchPackages({ name, packages }: PackageSet): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([packages, process.arch]))
    .digest('hex')
    .slice(0, 12);
  return cachedDirectory(join(cacheDirectory(), `${name}-${key}`), (unpacked) => unpack(packages, unpacked));
}

async function unpack(packages: readonly string[], into: string): Promise<void> {
  const apt = await mkdtemp(join(tmpdir(), 'd9-apt-'));
  try {
    for (const archive of await download(apt, packages)) await execute('dpkg', ['-x', archive, into]);
  } finally {
    await rm(apt, { recursive: true, force: true });
  }
}

/** @returns paths of the downloaded packages */
async function download(root: string, packages: readonly string[]): Promise<string[]> {
  const archives = join(root, 'archives');
  await mkdir(join(root, 'state/lists/partial'), { recursive: true });
  await mkdir(archives, { recursive: true });
  const environment = { ...process.env, APT_CONFIG: await writeAptRoot(root) };
  // Without this mode an update that reached no mirror succeeds.
  await execute('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any'], { env: environment });
  await execute('apt-get', ['download', '-q', ...packages], { env: environment, cwd: archives });
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

/**
 * A root of its own for apt, so that the machine's lists stay as they are. The machine's own settings still count (a proxy, say), except for
 * what they do after an update: those are put away in the main configuration, which apt reads last.
 */
async function writeAptRoot(root: string): Promise<string> {
  const { url, signedBy } = readDebianMirror();
  const stanza = [
    'Types: deb',
    `URIs: ${url}`,
    'Suites: sid bookworm',
    'Components: main',
    ...(signedBy ? [`Signed-By: ${signedBy}`] : []),
  ];
  const settings: Record<string, string> = {
    'Dir::State': join(root, 'state'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'Dir::Etc::sourcelist': join(root, 'mirror.sources'),
    'Dir::Etc::sourceparts': '-',
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  const putAway = ['APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'Acquire::IndexTargets::deb::DEP-11'];
  const machines = existsSync('/etc/apt/apt.conf') ? ['#include "/etc/apt/apt.conf";'] : [];
  const main = [
    ...machines,
    ...putAway.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([k, v]) => `${k} "${v}";`),
  ];

  await mkdir(join(root, 'cache/archives/partial'), { recursive: true });
  await writeFile(join(root, 'status'), '');
  await writeFile(join(root, 'mirror.sources'), `${stanza.join('\n')}\n`);
  await writeFile(join(root, 'main.conf'), `${main.join('\n')}\n`);
  await writeFile(join(root, 'apt.conf'), `Dir::Etc::main "${join(root, 'main.conf')}";\n`);
  return join(root, 'apt.conf');
}
