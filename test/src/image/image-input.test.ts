import { expect, test } from '@jest/globals';
import { pullableImage } from '../../../src/image/image-input.js';
import { readEnvironment } from '../../../src/kernel/environment.js';

const input = pullableImage({ text: 'Image.' });
const read = (raw: string) => input.parse(raw, readEnvironment({}, '/w'));
const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['the tag alone', 'v2', /"v2" is one word, and would be docker\.io\/library\/v2:latest; write the whole name/],
  ['the digest alone', DIGEST, /is a digest alone; write the repository in front of it: REPOSITORY@sha256:aaaaaaa/],
  ['several tags', 'ghcr.test/a/b:1\nghcr.test/a/b:latest', /there are 2 lines, and it is one image/],
  ['a blank', 'ghcr.test/a/b: 1', /has a blank in it/],
])('%s, as other actions hand it on, is refused before anything is asked of a cluster', (_what, raw, message) => {
  expect(() => read(raw)).toThrow(message);
});

test.each(['nginx:1.27', 'team/app', `app@${DIGEST}`, `registry.test:5000/team/app:v2@${DIGEST}`])('%s is an image', (raw) => {
  expect(read(raw)).toBe(raw);
});
