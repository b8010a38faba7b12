import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cachedDirectory } from '../../../testbed/bed/cached-directory.js';
import { cacheDirectory, repository } from '../../../testbed/bed/places.js';
import { run } from '../../../testbed/bed/run.js';

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
    ['npm', 'ci', '--loglevel=error'],
    ['npm', 'run', 'build'],
  ],
};

/** Where an app's sources are, later ones over earlier ones. */
const SOURCES: Partial<Record<AppName, readonly string[]>> = {
  nextjs: ['examples/nextjs', 'test/suites/frameworks/apps/nextjs'],
};
/** What an app's own sources take the place of. */
const REPLACED: Partial<Record<AppName, string>> = { nextjs: 'app/page.js' };
/** What somebody who tried the example has left there. */
const LEFT_BEHIND = ['node_modules', '.next'];

/**
 * Builds the app from its registry's packages into the user's cache, unless it is there.
 * @returns the directory that it is in
 */
export function installed(app: AppName): Promise<string> {
  const sources = (SOURCES[app] ?? [`test/suites/frameworks/apps/${app}`]).map((source) => path.join(repository, source));
  const home = path.join(cacheDirectory(), 'frameworks', `${app}-${fingerprint(sources)}`);
  return cachedDirectory(home, async (directory) => {
    process.stderr.write(`Building the ${app} app from its registry's packages, once.\n`);
    for (const source of sources) cpSync(source, directory, { recursive: true, filter: isSource });
    const replaced = REPLACED[app];
    if (replaced !== undefined) rmSync(path.join(directory, replaced));
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
    for (const [file, ...args] of COMMANDS[app]) await run(file, args, { cwd: directory, env });
  });
}

const isSource = (file: string): boolean => !LEFT_BEHIND.includes(path.basename(file));

/** A changed source never runs as an old build. */
function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of filesIn(source)) hash.update(path.relative(source, file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => isSource(name))
    .flatMap((entry) => {
      const file = path.join(directory, entry.name);
      return entry.isDirectory() ? filesIn(file) : [file];
    })
    .sort();
