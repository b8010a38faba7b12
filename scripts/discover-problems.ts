import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProblemMeaning } from '../src/kernel/errors.js';

/** The codes of one floor. */
export interface ProblemTable {
  /** Path of its source from the root. */
  readonly file: string;
  /** What stands above it: the heading of its part of the page. */
  readonly title: string;
  readonly problems: Readonly<Record<string, ProblemMeaning>>;
}

const TABLE = 'problem-codes';

/**
 * Loads every floor's compiled `problem-codes.js`.
 * @throws Error for a file that has no table, or no sentence above it
 */
export async function discoverProblems(root: string): Promise<ProblemTable[]> {
  const files = globSync(`src/**/${TABLE}.ts`, { cwd: root }).sort();
  return Promise.all(
    files.map(async (file) => {
      const compiled = join(root, 'build', file.replace(/\.ts$/, '.js'));
      const [problems] = Object.values((await import(pathToFileURL(compiled).href)) as Record<string, ProblemTable['problems']>);
      const [, title] = /^\/\*\* (.*)\. \*\/$/m.exec(readFileSync(join(root, file), 'utf8')) ?? [];
      if (problems === undefined || title === undefined)
        throw new Error(`${file} has no table of problems with a sentence above it.`);
      return { file, title, problems };
    }),
  );
}
