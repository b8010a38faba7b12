import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Loaded by name and not by an import: definitions of actions, pages and starts, and tables of problems. */
const LOADED_BY_NAME = /(^actions\/.*(action|index|page|start)|problem-codes)\.ts$/;
/** Ready for the gate, and wired by nothing yet. */
const NOT_WIRED = /^src\/slo\/judge\/(mann-whitney|burn-rate)\.ts$/;

const EXPORTED = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
const IMPORTED = /(?:import|export)\s+(?:type\s+)?(\{[^}]*\}|\*(?: as \w+)?|\w+)\s+from\s+'(\.[^']+)'/g;
const LOADED = /import\('(\.[^']+)'\)/g;

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Functions, constants and classes that are exported for nobody: no file imports them, or tests alone do and their own file has no use for them. */
export function unusedExports(root: string): string[] {
  const read = (pattern: string): Source[] =>
    globSync(pattern, { cwd: root })
      .sort()
      .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const sources = read('{src,actions,scripts}/**/*.ts');
  const ours = new Set(sources.flatMap(importsOf));
  const theirs = new Set(read('{test,testbed}/**/*.ts').flatMap(importsOf));
  const isUsed = (uses: ReadonlySet<string>, file: string, name: string) => uses.has(`${file} ${name}`) || uses.has(`${file} *`);
  return sources.flatMap(({ file, text }) =>
    LOADED_BY_NAME.test(file) || NOT_WIRED.test(file)
      ? []
      : [...text.matchAll(EXPORTED)].flatMap(([, name = '']) => {
          if (isUsed(ours, file, name)) return [];
          if (!isUsed(theirs, file, name)) return [`${file}: ${name} is exported, and no other file imports it`];
          const isCalled = text.split(new RegExp(`\\b${name}\\b`)).length > 2;
          return isCalled ? [] : [`${file}: ${name} is used by tests alone`];
        }),
  );
}

/** What a file takes from others, each as `file name`; `*` for all that a file has. */
function importsOf({ file, text }: Source): string[] {
  const target = (path: string) => join(dirname(file), path).replace(/\.js$/, '.ts');
  const named = [...text.matchAll(IMPORTED)].flatMap(([, clause = '', path = '']) =>
    clause.startsWith('{')
      ? clause
          .slice(1, -1)
          .split(',')
          .map(
            (part) =>
              part
                .trim()
                .replace(/^type /, '')
                .split(' as ')[0] ?? '',
          )
          .map((name) => `${target(path)} ${name}`)
      : [`${target(path)} *`],
  );
  return [...named, ...[...text.matchAll(LOADED)].map(([, path = '']) => `${target(path)} *`)];
}
