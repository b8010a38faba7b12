import { expect, test } from '@jest/globals';
import { parseSources } from './apt-sources.js';

test('the mirror is found in deb822 sources, and the security archive and other vendors are not taken for it', () => {
  const text = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;
  expect(parseSources(text, 'deb822')).toEqual([
    { url: 'http://mirror.example/debian', signedBy: '/usr/share/keyrings/debian.gpg' },
  ]);
});

test('the mirror is found in one-line sources, with and without options', () => {
  const text = `# deb http://old.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
deb http://second.example/debian bookworm main
`;
  expect(parseSources(text, 'one-line')).toEqual([
    { url: 'http://mirror.example/debian', signedBy: '/k.gpg' },
    { url: 'http://second.example/debian', signedBy: undefined },
  ]);
});
