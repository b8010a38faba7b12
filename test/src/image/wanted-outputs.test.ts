import { expect, test } from '@jest/globals';
import { sortOutputs } from '../../../src/image/wanted-outputs.js';

test('a registry is an image that is pushed; archives and files are neither', () => {
  const { pushed, others } = sortOutputs(['type=registry', 'out', '-', 'type=oci,dest=a.tar', 'type=cacheonly']);
  expect([pushed, others]).toEqual([true, ['type=local,dest=out', 'type=tar,dest=-', 'type=oci,dest=a.tar', 'type=cacheonly']]);
});

test.each<[string, boolean | undefined]>([
  ['type=image,push=true', true],
  ['type=image,push=1', true],
  ['type=image,push=false', false],
  ['type=registry,push=false', false],
  ['type=image,name=a', undefined],
  ['type=local,dest=out', undefined],
  ['Type=registry', true],
  ['type=image,Push=True', true],
  ['type=image,PUSH=F', false],
])('whether %s pushes: %s', (output, pushed) => {
  expect(sortOutputs([output]).pushed).toBe(pushed);
});

test('several images are one, under all their names', () => {
  const outputs = sortOutputs([
    'type=image,"name=ghcr.io/o/a:1,ghcr.io/o/b:1",push=true,compression=zstd',
    'type=registry,name=ghcr.io/o/a:1',
  ]);
  expect(outputs).toMatchObject({ making: { compression: 'zstd' }, names: ['ghcr.io/o/a:1', 'ghcr.io/o/b:1'], byDigest: false });
});

test('a push by digest is told from one under names', () => {
  const output = 'type=image,name=ghcr.io/o/a,push-by-digest=true,name-canonical=true,push=true';
  expect(sortOutputs([output])).toMatchObject({ pushed: true, byDigest: true, making: {}, names: ['ghcr.io/o/a'] });
  // The push may be said by the input `push`.
  expect(sortOutputs(['type=image,push-by-digest=true'])).toMatchObject({ pushed: undefined, byDigest: true });
});

test('what `type=docker` loads has no file', () => {
  expect(sortOutputs(['type=docker'])).toMatchObject({ loaded: true, others: [] });
  expect(sortOutputs(['type=docker,name=o/a:1'])).toMatchObject({ loaded: true, names: ['o/a:1'] });
  expect(sortOutputs(['type=docker,dest=a.tar'])).toMatchObject({ loaded: false, others: ['type=docker,dest=a.tar'] });
});

test.each([
  [
    'two compressions',
    ['type=image,compression=zstd', 'type=registry,compression=gzip'],
    /says both compression=zstd and compression=gzip/,
  ],
  [
    'a push by digest and one under a name',
    ['type=image,push-by-digest=true,push=true', 'type=registry,name=a'],
    /by its digest in one place/,
  ],
])('%s contradict each other', (_name, outputs, message) => {
  expect(() => sortOutputs(outputs)).toThrow(message);
});

test.each([
  ['a push that is neither', 'type=image,push=yes', /"push=yes", which is neither true nor false/],
  ['one that Go does not read', 'type=image,push=tRUE', /"push=tRUE"/],
  ['a push without a value', 'type=image,push', /"push" without a value; write push=true/],
  ['a digest that is neither', 'type=image,push-by-digest=yes,push=true', /"push-by-digest=yes"/],
  ['an attribute that is misspelt', 'type=image,push=true,compresion=zstd', /"compresion", .* did you mean "compression"/],
  ['a push that is misspelt', 'type=image,pushed=true', /"pushed", .* did you mean "push"/],
  ['an attribute of another type', 'type=oci,dest=a.tar,push=true', /"push" beside type=oci, .* it is for type=image/],
  ['an unknown type', 'type=imgae,push=true', /the type "imgae", did you mean "image"/],
  ['a type that is forgotten', 'dest=out', /no `type=` beside dest; write type=local/],
  ['a type that is empty', 'type=,push=true', /no `type=`/],
  ['a compression that is misspelt', 'type=image,compression=zst', /did you mean "zstd"/],
  ['a level that is none', 'type=image,compression-level=max', /no number/],
])('%s is told', (_name, output, message) => {
  expect(() => sortOutputs([output])).toThrow(message);
  expect(() => sortOutputs([Object.fromEntries(output.split(',').map((one) => [...one.split('='), ''].slice(0, 2)))])).toThrow(
    message,
  );
});

test('annotations of every kind are known', () => {
  const output = 'type=image,annotation.a=b,annotation-index.c=d,annotation-manifest-descriptor[linux/amd64].e=f';
  expect(Object.keys(sortOutputs([output]).making)).toHaveLength(3);
});

test.each([
  ['type=image,name=ghcr.io/o/a:1,push=true\ntype=image,name=ghcr.io/o/b:1,push=false'],
  ['type=registry,name=ghcr.io/o/a:1\ntype=image,name=ghcr.io/o/b:1'],
])('what is not to be pushed does not go with what is: %s', (outputs) => {
  expect(() => sortOutputs(outputs.split('\n'))).toThrow(/pushes the image in one place and not in another/);
});
