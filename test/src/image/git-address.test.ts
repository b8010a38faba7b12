import { expect, test } from '@jest/globals';
import { refusePage } from '../../../src/image/git-address.js';

const ENTERPRISE = { GITHUB_SERVER_URL: 'https://git.corp.example' };

test.each([
  ['https://github.com/a/b/tree/main/app', 'https://github.com/a/b.git#main:app'],
  ['https://github.com/a/b/tree/main', 'https://github.com/a/b.git#main'],
  ['https://github.com/a/b/tree/main/', 'https://github.com/a/b.git#main'],
  ['https://github.com/a/b/blob/main/app/Dockerfile', 'https://github.com/a/b.git#main:app'],
  ['https://github.com/a/b/blob/main/Dockerfile?plain=1#L3', 'https://github.com/a/b.git#main'],
  ['github.com/a/b/tree/main/app', 'https://github.com/a/b.git#main:app'],
  ['https://gitlab.com/group/sub/b/-/tree/main/app', 'https://gitlab.com/group/sub/b.git#main:app'],
  ['https://bitbucket.org/a/b/src/main/app', 'https://bitbucket.org/a/b.git#main:app'],
  ['https://codeberg.org/a/b/src/branch/main/app', 'https://codeberg.org/a/b.git#main:app'],
  ['https://git.corp.example/a/b/tree/v1/app', 'https://git.corp.example/a/b.git#v1:app'],
  ['https://github.com/a/b', 'https://github.com/a/b.git'],
  ['https://github.com/a/b/', 'https://github.com/a/b.git'],
  ['https://github.com/a/b#main:app', 'https://github.com/a/b.git#main:app'],
])('%s is the page of %s', (page, meant) => {
  let said = '';
  try {
    refusePage(page, ENTERPRISE);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said.split('write ').at(-1)?.split('is written ').at(-1)).toBe(meant);
});

test.each([
  'https://github.com/a/b.git',
  'https://github.com/a/b.git#main:app',
  'https://github.com/a/b.git/#main',
  'https://github.com/a/b/archive/refs/heads/main.tar.gz',
  'https://github.com/a/b/releases/download/v1/context.tar',
  'https://elsewhere.example/a/b/tree/main',
  'github.com/a/b',
  'github.com/a/b#main:app',
  'git@github.com:a/b.git',
  'docker-image://alpine:3',
  './lib',
])('%s is none', (address) => {
  expect(refusePage(address, ENTERPRISE)).toBe(address);
});

test('a token in the address is not repeated', () => {
  expect(() => refusePage('https://u:correct-horse@github.com/a/b/tree/main', {})).toThrow(
    /^(?!.*correct-horse).*github\.com\/a\/b\.git#main/,
  );
});
