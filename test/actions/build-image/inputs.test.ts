import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildImage } from '../../../actions/build-image/action.js';
import { readEnvironment } from '../../../src/action/environment.js';
import { inputVariable, readInputs } from '../../../src/action/read-inputs.js';
import { formatReference } from '../../../src/image/reference.js';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'd9-inputs-'));
  mkdirSync(join(workspace, 'shop'));
  writeFileSync(join(workspace, 'shop/Dockerfile'), 'FROM scratch\n');
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const read = (given: Record<string, string>) =>
  readInputs(
    buildImage,
    readEnvironment(Object.fromEntries(Object.entries(given).map(([name, value]) => [inputVariable(name), value])), workspace),
  );

test('a tag is all that must be given; the image is then pushed without provenance', () => {
  expect(read({ tags: 'ghcr.io/owner/app:1' })).toEqual({
    context: workspace,
    tags: [{ registry: 'ghcr.io', repository: 'owner/app', tag: '1' }],
    push: true,
    load: false,
    provenance: 'false',
    noCache: false,
    pull: false,
  });
});

test('tags may stand on lines or between commas, as in docker/build-push-action, and count once', () => {
  const { tags } = read({ tags: 'ghcr.io/owner/app:1, ghcr.io/owner/app:2\n\nghcr.io/owner/app:1\n' });
  expect(tags.map(formatReference)).toEqual(['ghcr.io/owner/app:1', 'ghcr.io/owner/app:2']);
});

test('a build argument keeps its commas and equal signs', () => {
  expect(read({ tags: 'ghcr.io/o/a', 'build-args': 'A=1,2=3\nB' }).buildArgs).toEqual(['A=1,2=3', 'B']);
});

test('everything that is wrong is told at once', () => {
  const problems = () =>
    read({
      tags: 'ghcr.io/Owner/app:1\nghcr.io/owner/app:-',
      platforms: 'linux/amd64,linux/bogus99',
      context: '../elsewhere',
      labels: 'justaname',
      push: 'yes',
      provenance: 'max',
      'build-arg': 'A=1',
    });
  expect(problems).toThrow(/^7 things are wrong:/);
  expect(problems).toThrow(/upper-case letters in "Owner".*\n.*has the tag "-"/);
  expect(problems).toThrow(/linux\/bogus99" is not a known platform/);
  expect(problems).toThrow(/Did you mean `build-args`/);
});

test('no tags is told before anything is built', () => {
  expect(() => read({})).toThrow(/Input `tags` is missing/);
  expect(() => read({ tags: ',' })).toThrow(/there is no tag in it/);
});

test('a name without registry and owner is not sent to the official images, but may be built', () => {
  expect(() => read({ tags: 'app:1' })).toThrow(/"app:1" names no registry/);
  expect(read({ tags: 'app:1', push: 'false' }).push).toBe(false);
});

test('a context or Dockerfile outside the workspace is refused, through a link too', () => {
  symlinkSync('/', join(workspace, 'link'));
  expect(() => read({ tags: 'ghcr.io/o/a', context: 'link/tmp' })).toThrow(/lies outside the workspace/);
  expect(() => read({ tags: 'ghcr.io/o/a', file: 'shop' })).toThrow(/"shop" is not a file/);
  expect(() => read({ tags: 'ghcr.io/o/a', context: 'shop/Dockerfile' })).toThrow(/is not a directory/);
});

test('a bad build argument is named without its value, which may be a secret', () => {
  expect(() => read({ tags: 'ghcr.io/o/a', 'build-args': '=hunter2' })).toThrow(/is not NAME=value/);
  expect(() => read({ tags: 'ghcr.io/o/a', 'build-args': '=hunter2' })).not.toThrow(/hunter2/);
});
