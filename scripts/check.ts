import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAll } from './bundling/bundle-all.js';
import { compareFolders } from './bundling/compare-folders.js';
import { strayKinds } from './checks/kinds.js';
import { addressesInLockfile } from './checks/lockfile.js';
import { platformWords } from './checks/platform-words.js';
import { strayCodes } from './checks/problem-codes.js';
import { problemsOf } from './checks/run-tool.js';
import { stalePaths } from './checks/stale-paths.js';
import { unusedExports } from './checks/unused-exports.js';
import { unsafeWorkflows } from './checks/workflows.js';
import { discoverActions, discoverPages } from './discover-actions.js';
import { discoverProblems } from './discover-problems.js';
import { drift, generatedFiles } from './generate/generated-files.js';

const root = process.cwd();
const modules = join(root, 'node_modules');

/** Everything that a reviewer should not have to look for. Each check gives its problems; none means that it passed. */
const CHECKS: Readonly<Record<string, () => Promise<string[]> | string[]>> = {
  'style and lint': () => problemsOf(root, join(modules, '@biomejs/biome/bin/biome'), ['ci', '--colors=off']),
  types: () => problemsOf(root, join(modules, 'typescript/bin/tsc'), ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false']),
  'import direction': () => cruise('.dependency-cruiser.mjs', ['actions', 'scripts', 'src', 'test', 'testbed']),
  'imports at run time': () => cruise('.dependency-cruiser.emitted.mjs', ['build/actions', 'build/src']),
  'generated files': async () =>
    drift(root, generatedFiles(root, await discoverActions(root), await discoverPages(root), await discoverProblems(root))),
  'codes of problems': async () => strayCodes(root, await discoverProblems(root)),
  'no export without a use': () => unusedExports(root),
  'paths that comments and pages name': () => stalePaths(root),
  'kinds and their contract tests': () => strayKinds(root),
  'no word of a platform in what all platforms share': () => platformWords(root),
  'dist is what the sources give': distProblems,
  'lockfile without addresses': () => addressesInLockfile(root),
  'workflows pinned and safe': () => unsafeWorkflows(root),
};

function cruise(config: string, folders: readonly string[]): Promise<string[]> {
  const present = folders.filter((folder) => existsSync(join(root, folder)));
  const cli = join(modules, 'dependency-cruiser/bin/dependency-cruise.mjs');
  return problemsOf(root, cli, ['--config', config, '--output-type', 'err', ...present]);
}

async function distProblems(): Promise<string[]> {
  const fresh = mkdtempSync(join(tmpdir(), 'd9-dist-'));
  try {
    await bundleAll(root, fresh);
    return compareFolders(fresh, join(root, 'dist'), 'dist');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const problems = await Promise.resolve()
    .then(check)
    .catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const problem of problems) console.log(problem.replaceAll(/^/gm, '     '));
  if (problems.length > 0) failed += 1;
}
console.log(`${Object.keys(CHECKS).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
