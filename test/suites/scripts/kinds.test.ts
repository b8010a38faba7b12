import { expect, test } from '@jest/globals';
import { problemsOfIndex, strayKinds } from '../../../scripts/checks/kinds.js';
import { inFolder } from './temporary-folder.js';

test('every kind is listed once, and is tried by the contract of its kind', async () => {
  expect(await strayKinds(process.cwd())).toEqual([]);
});

const INDEX = 'src/platforms/kubernetes/routers/index.ts';
const FILES = {
  [INDEX]: 'export const ROUTERS = [istio] as const satisfies readonly RouterDescription[];',
  'build/src/platforms/kubernetes/routers/index.js':
    "export const ROUTERS = [{ kind: 'istio' }, { kind: 'istio' }, { kind: 'alb' }];",
  'build/package.json': '{ "type": "module" }',
  'src/platforms/kubernetes/routers/istio/index.ts': '',
  'test/contracts/router/istio.ts': '',
};

test('a kind that is listed twice is named, and one without folder or contract test', () =>
  inFolder(FILES, async (folder) => {
    expect(await strayKinds(folder)).toEqual([
      `${INDEX}: istio is listed twice`,
      `${INDEX}: alb has no folder of its name`,
      `${INDEX}: alb has no contract test; write test/contracts/router/alb.ts`,
    ]);
  }));

test('an index file whose kinds nobody finds does not pass for one without problems, nor does a list without contract', () =>
  inFolder(FILES, (folder) => {
    expect(problemsOfIndex(folder, INDEX, [])).toEqual([`${INDEX}: it should list kinds, and exports no list of them`]);
    expect(problemsOfIndex(folder, 'src/menus/index.ts', ['soup'])).toEqual([
      'src/menus/index.ts: it lists kinds, and no contract in test/contracts/ is known for menus',
    ]);
  }));
