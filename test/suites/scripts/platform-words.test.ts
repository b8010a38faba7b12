import { expect, test } from '@jest/globals';
import { platformWords } from '../../../scripts/checks/platform-words.js';
import { inFolder } from './temporary-folder.js';

test('a word of a platform in what all platforms share fails the check, wherever it stands', async () => {
  const files = {
    'src/release/record/a.ts': "/** Kept in a Lease. */\nexport const a = 'the canary';\n",
    'src/release/b.ts': "export const b = 'see kubectl';\n",
    'src/platforms/kubernetes/c.ts': "export const c = 'Deployment';\n",
  };
  expect(await inFolder(files, async (folder) => platformWords(folder))).toEqual([
    "src/release/b.ts:1: kubectl is a platform's word",
    "src/release/record/a.ts:1: Lease is a platform's word",
  ]);
});
