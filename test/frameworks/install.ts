import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cachedDirectory } from '../testbed/bed/cached-directory.js';
import { cacheDirectory, repository } from '../testbed/bed/places.js';
import { run } from '../testbed/bed/run.js';

export const APPS = ['spring', 'gunicorn', 'fastapi', 'nextjs'] as const;
export type AppName = (typeof APPS)[number];

type Command = readonly [file: string, ...args: string[]];

const pip: Command = [
  'python3',
  '-m',
  'pip',
  'install',
  '-q',
  '--disable-pip-version-check',
  '--target',
  'packages',
  '-r',
  'requirements.txt',
];

/** How an app is made where its sources have been copied to. */
const COMMANDS: Readonly<Record<AppName, readonly Command[]>> = {
  spring: [['mvn', '-q', '-B', '-ntp', 'package']],
  gunicorn: [pip],
  fastapi: [pip],
  nextjs: [
    ['npm', 'install', '--loglevel=error'],
    ['npm', 'exec', '--', 'next', 'build'],
  ],
};

/**
 * Builds the app from its registry's packages into the user's cache, unless it is there.
 * @returns the directory that it is in
 */
export function installed(app: AppName): Promise<string> {
  const source = path.join(repository, 'test', 'frameworks', 'apps', app);
  const home = path.join(cacheDirectory(), 'frameworks', `${app}-${fingerprint(source)}`);
  return cachedDirectory(home, async (directory) => {
    process.stderr.write(`Building the ${app} app from its registry's packages, once.\n`);
    cpSync(source, directory, { recursive: true });
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
    for (const [file, ...args] of COMMANDS[app]) await run(file, args, { cwd: directory, env });
  });
}

/** A changed source never runs as an old build. */
function fingerprint(source: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map(({ parentPath, name }) => path.join(parentPath, name)).sort())
    hash.update(path.relative(source, file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
