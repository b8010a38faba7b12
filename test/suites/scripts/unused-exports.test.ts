import { expect, test } from '@jest/globals';
import { unusedExports } from '../../../scripts/checks/unused-exports.js';
import { inFolder } from './temporary-folder.js';

test('every function, constant and class that is exported has somebody who wants it', () => {
  expect(unusedExports(process.cwd())).toEqual([]);
});

test('what is exported for nobody, or for tests alone, is named', () =>
  inFolder(
    {
      'src/menu.ts': [
        'export function dishes() { return soup(); }',
        'export const soup = () => 1;',
        'export async function price() {}',
        'export class Kitchen {}',
        'export function lazily() {}',
      ].join('\n'),
      'src/cook.ts': "import {\n  type Kitchen,\n  dishes as today,\n} from './menu.js';\nexport const cook = today;\n",
      'src/door.ts': "export const open = () => import('./cook.js');\n",
      'test/menu.test.ts': "import { price, soup } from '../src/menu.js';\nimport * as door from '../src/door.js';\n",
    },
    (folder) => {
      expect(unusedExports(folder)).toEqual([
        'src/door.ts: open is used by tests alone',
        'src/menu.ts: price is used by tests alone',
        'src/menu.ts: lazily is exported, and no other file imports it',
      ]);
    },
  ));
