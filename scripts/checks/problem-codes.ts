import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemTable } from '../discover-problems.js';

/**
 * What the compiler, which knows a code that is in no table, can't see: one that nobody gives to a problem, or that two tables have.
 * @returns each with the table that has it
 */
export function strayCodes(root: string, tables: readonly ProblemTable[]): string[] {
  const sources = globSync('{src,actions,scripts}/**/*.ts', { cwd: root })
    .filter((file) => !tables.some((table) => table.file === file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
  const seen = new Map<string, string>();
  return tables.flatMap(({ file, problems }) =>
    Object.keys(problems).flatMap((code) => {
      const before = seen.get(code);
      seen.set(code, file);
      return [
        ...(before === undefined ? [] : [`${file}: ${code} is in ${before} too`]),
        ...(/^[a-z]+(-[a-z]+)*$/.test(code) ? [] : [`${file}: ${code} is not in lower case with dashes`]),
        ...(sources.some((source) => source.includes(`'${code}'`)) ? [] : [`${file}: no problem has the code ${code}`]),
      ];
    }),
  );
}
