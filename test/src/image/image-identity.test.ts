import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, isSameImage } from '../../../src/image/image-identity.js';

const [ONE, OTHER] = [`sha256:${'a1'.repeat(32)}`, `sha256:${'b2'.repeat(32)}`];

test.each([
  ['a mirror has the same digest', `registry.test/shop@${ONE}`, `mirror.test/proxy/shop@${ONE}`],
  ['a tag stands before the digest', `registry.test/shop:v2@${ONE}`, `registry.test/shop@${ONE}`],
  ['the runtime says how it pulled it', `docker-pullable://registry.test/shop@${ONE}`, `registry.test/shop@${ONE}`],
  ['the runtime says the digest alone', ONE, `registry.test/shop@${ONE}`],
  ['Docker Hub goes without saying', 'nginx:1.29', 'docker.io/library/nginx:1.29'],
  ['Docker Hub has an older name', 'index.docker.io/acme/shop:v2', 'acme/shop:v2'],
  ['latest goes without saying', 'registry.test/shop', 'registry.test/shop:latest'],
  ['the registry has a port', 'localhost:5000/shop', 'localhost:5000/shop:latest'],
  ['hosts are written in capitals', 'Registry.Test/shop:v2', 'registry.test/shop:v2'],
])('two names are of one image when %s', (_why, a, b) => {
  expect(isSameImage(a, b)).toBe(true);
  expect(isSameImage(b, a)).toBe(true);
});

test.each([
  ['their digests differ', `registry.test/shop@${ONE}`, `registry.test/shop@${OTHER}`],
  ['their digests differ behind one tag', `registry.test/shop:v2@${ONE}`, `registry.test/shop:v2@${OTHER}`],
  ['their tags differ', 'registry.test/shop:v1', 'registry.test/shop:v2'],
  ['only one has a digest, and nobody asked what the tag leads to', 'registry.test/shop:v2', `registry.test/shop:v2@${ONE}`],
  ['a tag is of another repository', 'registry.test/shop:v2', 'mirror.test/shop:v2'],
  ['the port of a registry is no tag', 'localhost:5000', 'localhost:5001'],
  ['a private path is not the library', 'acme/nginx', 'nginx'],
])('two names are of different images, as far as they tell, when %s', (_why, a, b) => {
  expect(isSameImage(a, b)).toBe(false);
  expect(isSameImage(b, a)).toBe(false);
});

test('every name is of the image that it names, and order does not matter', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}([.:]?[a-z0-9]{1,4})?$/);
  const name = fc
    .tuple(part, fc.array(part, { maxLength: 2 }), fc.constantFrom('', ':v1', ':latest', `@${ONE}`, `:v1@${OTHER}`))
    .map(([host, path, end]) => [host, ...path].join('/') + end);
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(isSameImage(a, a)).toBe(true);
      expect(isSameImage(a, b)).toBe(isSameImage(b, a));
    }),
  );
});

test('a digest is only what stands at the end', () => {
  expect(digestOf(`registry.test/shop:v2@${ONE}`)).toBe(ONE);
  expect(digestOf('registry.test/shop:sha256')).toBeUndefined();
  expect(digestOf(`registry.test/shop@${ONE.slice(0, -1)}`)).toBeUndefined();
});
