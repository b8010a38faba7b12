import { spawnSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { inFolder } from './temporary-folder.js';

const base = {
  'package.json': '{"type":"module","dependencies":{"@actions/core":"*","@kubernetes/client-node":"*"}}',
  'src/kernel/clock.ts': 'export interface Clock {}',
  'src/kernel/errors.ts': 'export class UserError extends Error {}',
  'src/platforms/cluster.ts': 'export class Cluster {}',
  'src/platforms/kubernetes/going-back/undo.ts': 'export interface Undo {}',
  'src/platforms/kubernetes/routers/http-route/kind.ts': 'export interface Kind {}',
  'src/platforms/kubernetes/work.ts': 'export interface Work {}',
  'actions/demo/action.ts': 'export const demo = 1;',
};

/** What dependency-cruiser prints for the house with these files added. */
function cruise(files: Readonly<Record<string, string>>, config = '.dependency-cruiser.mjs'): Promise<string> {
  return inFolder({ ...base, ...files }, (folder) => {
    copyFileSync(config, join(folder, config));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const cli = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const top = config.includes('emitted') ? ['build'] : ['src', 'actions'];
    return spawnSync(process.execPath, [cli, '--config', config, ...top], { cwd: folder, encoding: 'utf8' }).stdout;
  });
}

test('imports downward are fine', async () => {
  const downward = `import { UserError } from '../../kernel/errors.js'; import type { Clock } from '../../kernel/clock.js'; export type { Clock, UserError };`;
  expect(await cruise({ 'src/slo/gate/gate.ts': downward })).toContain('no dependency violations found');
});

test.each([
  [
    'a value from above',
    'src/kernel/a.ts',
    `import { Cluster } from '../platforms/cluster.js'; new Cluster();`,
    'kernel stands on nothing',
  ],
  [
    'a type from beside',
    'src/slo/a.ts',
    `import type { Cluster } from '../platforms/cluster.js'; export type X = Cluster;`,
    'slo stands on',
  ],
  ['a type that is passed on', 'src/slo/a.ts', `export type { Cluster } from '../platforms/cluster.js';`, 'slo stands on'],
  [
    'a platform, by what every platform has',
    'src/release/record/a.ts',
    `export type { Cluster } from '../../platforms/cluster.js';`,
    'release stands on',
  ],
  ['an import that waits', 'src/slo/a.ts', `export const x = () => import('../platforms/cluster.js');`, 'slo stands on'],
  [
    'an action',
    'src/report/a.ts',
    `import { demo } from '../../actions/demo/action.js'; export { demo };`,
    'the library knows no action',
  ],
  [
    'the toolkit',
    'src/slo/a.ts',
    `import type { SummaryTableRow } from '@actions/core'; export type X = SummaryTableRow;`,
    'only the host',
  ],
  [
    'a development package',
    'src/kernel/a.ts',
    `import { test } from '@jest/globals'; test('x', () => {});`,
    'what is bundled is a dependency',
  ],
  [
    'a room above',
    'src/platforms/kubernetes/ledger/a.ts',
    `export type { Undo } from '../going-back/undo.js';`,
    'platforms/kubernetes/ledger stands below',
  ],
  [
    'a room above, from a room within a room',
    'src/platforms/kubernetes/ledger/room/a.ts',
    `export type { Work } from '../../work.js';`,
    'platforms/kubernetes/ledger stands below',
  ],
  [
    'a room above that waits, by another file than a description',
    'src/platforms/kubernetes/ledger/a.ts',
    `export const undo = () => import('../going-back/undo.js');`,
    'platforms/kubernetes/ledger stands below',
  ],
  [
    'a room above, by a description that does not wait',
    'src/platforms/kubernetes/strategies/index.ts',
    `export type { Undo } from '../going-back/undo.js';`,
    'platforms/kubernetes/strategies/index stands below',
  ],
  [
    'itself in a circle that waits',
    'src/kernel/a.ts',
    `import type { B } from './b.js'; export const a = () => import('./b.js'); export type A = B;`,
    'no cycles',
  ],
  [
    'what a kind has inside, past its index',
    'src/release/a.ts',
    `export type { Kind } from '../platforms/kubernetes/routers/http-route/kind.js';`,
    'is imported by its index alone',
  ],
  [
    'another kind of the same port',
    'src/platforms/kubernetes/routers/traefik/a.ts',
    `export type { Kind } from '../http-route/kind.js';`,
    'knows no other',
  ],
  ['itself in a circle', 'src/kernel/a.ts', `import type { B } from './b.js'; export type A = B;`, 'no cycles'],
])('an import of %s fails the check', async (_, path, source, rule) => {
  expect(
    await cruise({ [path]: source, 'src/kernel/b.ts': `import type { A } from './a.js'; export type B = A | 1;` }),
  ).toContain(rule);
});

test('a module that would slow every start down fails the check', async () => {
  const slow = `import { get } from 'node:http'; import { KubeConfig } from '@kubernetes/client-node'; get(KubeConfig);`;
  const printed = await cruise({ 'build/src/kernel/a.js': slow }, '.dependency-cruiser.emitted.mjs');
  expect(printed).toContain('node:https instead of node:http');
  expect(printed).toContain('loaded only by the lazy chunk');
});
