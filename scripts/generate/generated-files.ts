import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionPage } from '../../src/hosts/github-actions/page.js';
import type { ActionDefinition } from '../../src/kernel/define.js';
import type { ProblemTable } from '../discover-problems.js';
import { actionYml, generatedFrom, rootActionYml } from './action-yml.js';
import { errorsPage } from './errors-page.js';
import { actionReadme, referencePage, withActionsTable } from './pages.js';
import { roleFiles } from './roles.js';

/** Path from the root → what the file must hold; `undefined` means that it must not exist. */
export type GeneratedFiles = ReadonlyMap<string, string | undefined>;

/** Everything that follows from the actions' definitions and the tables of problems. */
export function generatedFiles(
  root: string,
  actions: readonly ActionDefinition[],
  pages: ReadonlyMap<string, ActionPage> = new Map(),
  problems: readonly ProblemTable[] = [],
): GeneratedFiles {
  const files = new Map<string, string | undefined>();
  for (const path of orphans(
    root,
    actions.map(({ name }) => name),
  )) {
    files.set(path, undefined);
  }
  for (const action of actions) {
    files.set(join(action.name, 'action.yml'), actionYml(action));
    files.set(join(action.name, 'README.md'), actionReadme(action, pages.get(action.name)));
  }
  files.set('action.yml', rootActionYml(actions.map(({ name }) => name)));
  files.set(join('docs', 'reference.md'), referencePage(actions, pages));
  if (problems.length > 0) files.set(join('docs', 'errors.md'), errorsPage(problems));
  for (const [name, role] of roleFiles(actions.map(({ name }) => name))) files.set(join('docs', 'rbac', name), role);
  const readme = read(join(root, 'README.md'));
  if (readme !== undefined) files.set('README.md', withActionsTable(readme, actions));
  return files;
}

/** The files that differ from what they must hold, each with the reason. */
export function drift(root: string, files: GeneratedFiles): string[] {
  return [...files].flatMap(([path, expected]) => {
    const actual = read(join(root, path));
    if (actual === expected) return [];
    if (expected === undefined) return [`${path} belongs to no action any more`];
    return [actual === undefined ? `${path} is missing` : `${path} differs from what the definitions say`];
  });
}

/** Makes the files true. @returns the paths that changed */
export function writeGenerated(root: string, files: GeneratedFiles): string[] {
  return [...files].flatMap(([path, expected]) => {
    const file = join(root, path);
    if (read(file) === expected) return [];
    if (expected === undefined) {
      rmSync(file);
      if (readdirSync(dirname(file)).length === 0) rmdirSync(dirname(file));
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, expected);
    }
    return [path];
  });
}

/** What was generated for actions that are gone. */
function orphans(root: string, names: readonly string[]): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !names.includes(entry.name))
    .filter(({ name }) => read(join(root, name, 'action.yml'))?.startsWith(generatedFrom(name)))
    .flatMap(({ name }) => [join(name, 'action.yml'), join(name, 'README.md')])
    .filter((path) => existsSync(join(root, path)));
}

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
