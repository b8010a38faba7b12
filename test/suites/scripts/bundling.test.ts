import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bundleAll, refuseBroken } from '../../../scripts/bundling/bundle-all.js';
import { compareFolders } from '../../../scripts/bundling/compare-folders.js';
import { compileAtLoad } from '../../../scripts/bundling/compile-at-load.js';
import { inFolder } from './temporary-folder.js';

const corePackage = JSON.stringify({ name: '@actions/core', version: '1.0.0', license: 'MIT', main: 'index.js', type: 'module' });
const project = {
  'package.json': '{"type":"module"}',
  'actions/demo/action.ts': '',
  'actions/other/action.ts': '',
  'build/actions/start.js': "export const start = (action) => import('./' + action + '/index.js');",
  'build/actions/demo/index.js': `import { used } from '@actions/core';\nconsole.log('demo', used(), ${JSON.stringify('x'.repeat(12_000))});`,
  'build/actions/other/index.js': `import { used } from '@actions/core';\nconsole.log('other', used());`,
  'node_modules/@actions/core/package.json': corePackage,
  'node_modules/@actions/core/index.js': `export { used } from './used.js';\nexport { heavy } from './heavy.js';\n`,
  'node_modules/@actions/core/used.js': `export const used = () => 'what we use';\n`,
  'node_modules/@actions/core/heavy.js': `globalThis.heavy = 'what nobody uses';\nexport const heavy = 1;\n`,
  'dist/gone/index.js': 'a bundle of an action that was removed',
};

test('the same sources give the same bytes wherever they lie, start each action, without what nobody uses, and leave node_modules alone', async () => {
  await inFolder(project, async (first) => {
    await bundleAll(first, join(first, 'dist'));
    await inFolder(project, async (second) => {
      await bundleAll(second, join(second, 'dist'));
      expect(compareFolders(join(first, 'dist'), join(second, 'dist'), 'dist')).toEqual([]);
    });
    const files = readdirSync(join(first, 'dist/suite')).filter((file) => file.endsWith('.js'));
    const code = files.map((file) => readFileSync(join(first, 'dist/suite', file), 'utf8')).join('');
    expect(code).not.toContain('what nobody uses');
    for (const name of ['demo', 'other']) {
      const starter = join(first, 'dist', name, 'index.js');
      expect(execFileSync(process.execPath, [starter], { encoding: 'utf8' })).toMatch(new RegExp(`^${name} what we use`));
    }
    expect(readFileSync(join(first, 'node_modules/@actions/core/package.json'), 'utf8')).toBe(corePackage);
    expect(existsSync(join(first, 'dist/gone'))).toBe(false);
  });
}, 60_000);

test('what a chunk is loaded for is compiled as it is read, and nothing else of it', async () => {
  const inner = "const o={a:()=>1};e.o=o['é'];";
  const chunk = (open: string, close: string) =>
    `export const id=7;export const modules={12:${open}(e,t)=>{${inner}}${close},345:${open}function(e){return"(é)"}${close}};`;
  expect(await compileAtLoad(chunk('', ''))).toBe(chunk('(', ')'));
  // Twice, because the numbering of what is parsed goes on.
  expect(await compileAtLoad(chunk('', ''))).toBe(chunk('(', ')'));
});

test.each([
  ['lacks what it imports', `webpackMissingModule(); throw new Error("Cannot find module 'left-pad'");`],
  ['has only', 'export {};'],
  ['exists only on this machine', `${'x'.repeat(20_000)} file:///here/it/is`],
])('a bundle that %s is never shipped', async (reason, code) => {
  await inFolder({ 'demo/index.js': code }, (folder) => {
    expect(() => refuseBroken(join(folder, 'demo'), '/here/it')).toThrow(reason);
  });
});

test('a committed bundle that is missing, stale or edited by hand is named', async () => {
  const files = { 'fresh/a.js': '1', 'fresh/b.js': '2', 'dist/b.js': 'edited', 'dist/c.js': '3' };
  await inFolder(files, (folder) => {
    expect(compareFolders(join(folder, 'fresh'), join(folder, 'dist'), 'dist')).toEqual([
      'dist/a.js is missing',
      'dist/c.js belongs to nothing',
      'dist/b.js differs from what the sources give',
    ]);
  });
});
