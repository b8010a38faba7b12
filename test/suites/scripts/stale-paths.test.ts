import { expect, test } from '@jest/globals';
import { stalePaths } from '../../../scripts/checks/stale-paths.js';
import { inFolder } from './temporary-folder.js';

test('every path that a comment or a page names is there', () => {
  expect(stalePaths(process.cwd())).toEqual([]);
});

test('a path that is gone is named, in a block, at the end of a line and on a page; those of others are not', () =>
  inFolder(
    {
      'src/menu.ts': [
        '/** The dishes (src/menu.ts, src/kitchen/cook.ts). */',
        "const other = 'src/gone-in-code.ts';",
        ['const price = 1;', '//', 'as test/price.test.ts says'].join(' '),
        '/**',
        ' * All of src/kitchen/ and of src/cellar/; https://example.com/src/x.ts and @actions/core.js are not ours.',
        ' */',
      ].join('\n'),
      'src/kitchen/pan.ts': '',
      'docs/menu.md': 'See `scripts/bake.ts`, [the page](docs/dishes.md) and `src/<name>/action.ts`.',
    },
    (folder) => {
      expect(stalePaths(folder)).toEqual([
        'src/menu.ts: src/kitchen/cook.ts is named, and is not there',
        'src/menu.ts: test/price.test.ts is named, and is not there',
        'src/menu.ts: src/cellar/ is named, and is not there',
        'docs/menu.md: scripts/bake.ts is named, and is not there',
        'docs/menu.md: docs/dishes.md is named, and is not there',
      ]);
    },
  ));
