import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPullable, formatReference, parseReference, repositoryName } from '../../../src/image/reference.js';

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const host = fc.tuple(word, fc.constantFrom('.example', '.internal:5000', ':5000')).map(([name, end]) => `${name}${end}`);
const path = fc.array(fc.tuple(word, fc.constantFrom('', '-x', '__y', '.z')), { minLength: 1, maxLength: 4 });
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}$/);

describe('a name to push to', () => {
  test('every well-formed name is read into the parts it was written with, and written back unchanged', () => {
    fc.assert(
      fc.property(host, path, tag, (registry, components, tagText) => {
        const repository = components.map((pair) => pair.join('')).join('/');
        const text = `${registry}/${repository}:${tagText}`;
        expect(parseReference(text)).toEqual({ registry, repository, tag: tagText });
        expect(formatReference(parseReference(text))).toBe(text);
      }),
    );
  });

  test('whatever is typed is either refused with a RangeError or means the same when read again in full', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:/_@[\]-]{1,30}$/)), (text) => {
        try {
          const reference = parseReference(text);
          expect(parseReference(formatReference(reference))).toEqual(reference);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['app', 'docker.io/library/app:latest'],
    ['owner/app:1', 'docker.io/owner/app:1'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['GHCR.io/owner/app:V1', 'ghcr.io/owner/app:V1'],
    ['[::1]:5000/app:1', '[::1]:5000/app:1'],
  ])('%s means what docker takes it for', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });

  test('the name in front of a digest has no tag', () => {
    expect(repositoryName(parseReference('localhost:5000/shop/app:1'))).toBe('localhost:5000/shop/app');
  });

  test.each([
    ['ghcr.io/Owner/app:1', /upper-case letters in "Owner"/],
    ['ghcr.io/owner/app:', /has the tag ""/],
    ['ghcr.io/owner/app:-x', /has the tag "-x"/],
    [`ghcr.io/app:${'x'.repeat(129)}`, /1 to 128/],
    ['ghcr.io//app:1', /empty part/],
    ['ghcr.io/owner/app_:1', /"app_" in its name/],
    ['https://ghcr.io/owner/app:1', /without https/],
    ['ghcr.io:99999/app:1', /no valid registry in "ghcr.io:99999"/],
    ['-bad.io/app:1', /no valid registry/],
    [`ghcr.io/app@sha256:${'0'.repeat(64)}`, /its digest is an output/],
    [`ghcr.io/${'x'.repeat(250)}`, /at most 255/],
    ['', /empty part/],
    ['--push', /"--push" in its name/],
  ])('%s is refused with what is wrong in it', (text, message) => {
    expect(() => parseReference(text)).toThrow(message);
    expect(() => parseReference(text)).toThrow(RangeError);
  });
});

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image to pull', () => {
  test.each(['menu', 'menu:v2', `menu@${DIGEST}`, `registry.example:5000/org/menu:v2@${DIGEST}`, 'ghcr.io/org/menu:v2'])(
    '%s is one',
    (text) => expect(() => checkPullable(text)).not.toThrow(),
  );

  test.each([
    ['registry.example/menu v2', /a blank/],
    ['$' + '{{ steps.build.outputs.image }}', /placeholder/],
    ['{{ .Values.image }}', /placeholder/],
    ['registry.example/menu:$' + '{TAG}', /placeholder/],
    ['https://ghcr.io/org/menu:v2', /registry/],
    [`[{"target":"web","image":"ghcr.io/org/menu@${DIGEST}"}]`, /begins as JSON.*`image` of one entry.*fromJSON.*matrix/],
    ['["ghcr.io/org/menu:v2"]', /begins as JSON/],
    ['[\n  {\n    "image": "a"\n  }\n]', /begins as JSON/],
    ['{"image":"ghcr.io/org/menu:v2"}', /begins as JSON/],
    ['[]', /begins as JSON/],
    ['menu@sha256:abc', /no whole digest/],
    [`menu@${DIGEST}@${DIGEST}`, /no whole digest/],
    ['registry.example/Menu:v2', /upper-case/],
    ['menu:', /the tag ""/],
    [':v2', /empty part/],
    ['@sha256:', /digest/],
  ])('%s is none, and the message says why', (text, message) => {
    expect(() => checkPullable(text)).toThrow(RangeError);
    expect(() => checkPullable(text)).toThrow(message);
  });

  test('whatever can be pushed can be pulled, by its digest too', () => {
    fc.assert(
      fc.property(host, path, tag, (registry, components, tagText) => {
        const text = `${registry}/${components.map((pair) => pair.join('')).join('/')}:${tagText}`;
        checkPullable(text);
        checkPullable(`${text}@${DIGEST}`);
      }),
    );
  });
});

test.each([
  [`ghcr.io/o/a:$\{{ github.sha }}`, /still has a placeholder in it.*such as \$\{\{ github\.sha \}\}/],
  ['ghcr.io/o/a:$GITHUB_SHA', /still has a placeholder/],
  ['ghcr.io/$OWNER/a:1', /still has a placeholder/],
  ['ghcr.io/o/a:$(git rev-parse HEAD)', /still has a placeholder/],
  ['ghcr.io/o/a:1 ghcr.io/o/a:2', /has a blank in it; write one name per line, or commas between them/],
])('%s has something left in it', (text, message) => {
  expect(() => parseReference(text)).toThrow(message);
});
