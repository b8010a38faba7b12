import { expect, test } from '@jest/globals';
import { explainNoPlan } from '../../../../src/image/bake/explain.js';

// The line is that of buildx 0.29.1.
test('an env_file that is not committed is told as that', () => {
  const lines = [
    '#1 reading docker-compose.yml 77B / 77B done',
    'ERROR: env file .env.local not found: stat .env.local: no such file or directory',
  ];
  const asked = { files: ['docker-compose.yml'], targets: [], directory: 'the root of the workspace', known: [] };
  expect(explainNoPlan(1, lines, asked)).toMatch(
    /^docker-compose\.yml names the env_file \.env\.local, which is not there; .*\nWrite it in a step before this one/,
  );
});

test('a target of `set` that is not there is told with those that are', () => {
  const asked = { files: ['docker-bake.hcl'], targets: [], directory: 'the root of the workspace', known: ['api', 'web'] };
  expect(explainNoPlan(1, ["ERROR: could not find any target matching 'apii'"], asked)).toBe(
    'Input `set` changes "apii", and docker-bake.hcl has no such target; `*` stands for all of them. It has api, web.',
  );
});

test.each(['ERROR: unknown key: platfrm', 'ERROR: invalid override key platfrm, expected target.name'])('%s', (line) => {
  const asked = { files: ['docker-bake.hcl'], targets: [], directory: 'the root of the workspace', known: [] };
  expect(explainNoPlan(1, [line], asked)).toMatch(/^Input `set` changes "platfrm", which is nothing that a target has/);
});
