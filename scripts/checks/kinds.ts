import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The contracts that each folder of kinds is held to, in test/contracts/. */
const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  routers: ['router'],
  sources: ['source'],
  strategies: ['strategy'],
  platforms: ['platform', 'ledger'],
};

/** An index file: it lists descriptions of kinds, and nothing else knows all of them. */
const LISTS_KINDS = /\bsatisfies readonly \w+Description\[\]/;

/** What is wrong with the index files: two kinds of one name, a kind outside the folder of its name, one that no contract test tries. */
export async function strayKinds(root: string): Promise<string[]> {
  const files = globSync('src/**/index.ts', { cwd: root }).filter((file) =>
    LISTS_KINDS.test(readFileSync(join(root, file), 'utf8')),
  );
  const problems = await Promise.all(
    files
      .sort()
      .map(async (file) => problemsOfIndex(root, file, await kindsIn(join(root, 'build', file.replace(/\.ts$/, '.js'))))),
  );
  return problems.flat();
}

/** Every `kind` of the first list of descriptions that a compiled index file exports. */
async function kindsIn(compiled: string): Promise<string[]> {
  const exported = Object.values((await import(pathToFileURL(compiled).href)) as Record<string, unknown>);
  const lists = exported.filter((value): value is { readonly kind: string }[] => Array.isArray(value) && isDescribed(value[0]));
  return lists[0]?.map(({ kind }) => kind) ?? [];
}

const isDescribed = (value: unknown): boolean => typeof value === 'object' && value !== null && 'kind' in value;

/** @param kinds as the index file lists them */
export function problemsOfIndex(root: string, file: string, kinds: readonly string[]): string[] {
  const folder = dirname(file);
  const contracts = CONTRACTS[basename(folder)];
  if (contracts === undefined)
    return [`${file}: it lists kinds, and no contract in test/contracts/ is known for ${basename(folder)}`];
  if (kinds.length === 0) return [`${file}: it should list kinds, and exports no list of them`];
  return kinds.flatMap((kind, index) => [
    ...(kinds.indexOf(kind) === index ? [] : [`${file}: ${kind} is listed twice`]),
    ...(existsSync(join(root, folder, kind)) ? [] : [`${file}: ${kind} has no folder of its name`]),
    ...contracts
      .filter((contract) => !existsSync(join(root, 'test/contracts', contract, `${kind}.ts`)))
      .map((contract) => `${file}: ${kind} has no contract test; write test/contracts/${contract}/${kind}.ts`),
  ]);
}
