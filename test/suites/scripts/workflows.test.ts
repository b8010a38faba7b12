import { expect, test } from '@jest/globals';
import { addressesInLockfile } from '../../../scripts/checks/lockfile.js';
import { unsafeParts } from '../../../scripts/checks/workflows.js';
import { inFolder } from './temporary-folder.js';

const workflow = (steps: string, permissions = 'permissions:\n  contents: read\n') =>
  `${permissions}jobs:\n  build:\n    steps:\n${steps}`;

test('a step that could be swapped under us is named', () => {
  expect(unsafeParts(workflow('      - uses: actions/checkout@v7\n'))).toEqual([
    '`uses: actions/checkout@v7` is not pinned to a commit',
  ]);
  expect(
    unsafeParts(workflow(`      - uses: actions/checkout@${'a'.repeat(40)}\n      - uses: ./demo\n      - uses: $/demo\n`)),
  ).toEqual([]);
});

test('text that a stranger can write does not reach a shell', () => {
  const [problem] = unsafeParts(workflow(`      - run: echo "\${{ github.head_ref }}"\n`));
  expect(problem).toContain('an expression inside `run:`');
});

test('a workflow with the default permissions of the repository is named', () => {
  expect(unsafeParts(workflow('      - run: ls\n', ''))[0]).toContain('no top-level `permissions:`');
});

test('a lockfile that only installs from one registry is refused', async () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { resolved: 'https://registry.example/b.tgz' },
    },
  };
  await inFolder({ 'package-lock.json': JSON.stringify(lock) }, (root) => {
    expect(addressesInLockfile(root)).toEqual([
      'package-lock.json: node_modules/b is resolved to https://registry.example/b.tgz',
    ]);
  });
});
