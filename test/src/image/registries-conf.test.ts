import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withOwnRegistries } from '../../../src/image/buildah/registries-conf.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'd9-conf-'));
  mkdirSync(join(root, 'containers'));
});
afterEach(() => rmSync(root, { recursive: true }));

const entry = (host: string) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`;

/** @returns the file that buildah is pointed at; undefined when it is pointed at none of ours */
function written(
  dockerfile: string,
  configured = '# mine\n',
  variables: Record<string, string> = {},
  buildContexts: string[] = [],
) {
  writeFileSync(join(root, 'Dockerfile'), dockerfile);
  writeFileSync(join(root, 'containers/registries.conf'), configured);
  const plan = { file: join(root, 'Dockerfile'), context: { kind: 'directory', path: root }, buildContexts } as const;
  const { CONTAINERS_REGISTRIES_CONF: path } = withOwnRegistries(
    plan,
    { variables: { XDG_CONFIG_HOME: root, ...variables } },
    root,
  );
  return path?.startsWith(root) ? readFileSync(path, 'utf8') : path;
}

test('registries of the own machine are added to what is configured, each once', () => {
  const dockerfile =
    'FROM localhost:5000/base:1\nFROM --platform=linux/amd64 127.0.0.1:5001/a AS a\nCOPY --from=127.0.0.1:5001/b /x /x\n';
  expect(written(dockerfile)).toBe(['# mine\n', entry('localhost:5000'), entry('127.0.0.1:5001')].join('\n'));
  expect(written('FROM base\n', '', {}, ['base=docker-image://localhost:5000/base'])).toBe(
    ['', entry('localhost:5000')].join('\n'),
  );
});

test.each<[string, string, string, Record<string, string>]>([
  ['other registries', 'FROM ghcr.io/o/a:1\nFROM notlocalhost:5000/a\nFROM my.127.0.0.1:5000/b\n', '', {}],
  ['one that is configured', 'FROM localhost:5000/a\n', '[[registry]]\nlocation = "localhost:5000"\ninsecure = false\n', {}],
  ['a file of the older form', 'FROM localhost:5000/a\n', '[registries.search]\nregistries = []\n', {}],
])('nothing is said of %s', (_name, dockerfile, configured, variables) => {
  expect(written(dockerfile, configured, variables)).toBeUndefined();
});

test('a file that somebody named stays the one', () => {
  expect(written('FROM localhost:5000/a\n', '', { CONTAINERS_REGISTRIES_CONF: '/theirs' })).toBe('/theirs');
});
