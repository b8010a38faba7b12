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
  ['type=image,name=a', undefined],
  ['type=local,dest=out', undefined],
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
  expect(sortOutputs(['type=docker,dest=a.tar'])).toMatchObject({ loaded: false, others: ['type=docker,dest=a.tar'] });
});

test.each([
  [
    'two compressions',
    ['type=image,compression=zstd', 'type=registry,compression=gzip'],
    /says both compression=zstd and compression=gzip/,
  ],
  ['two files', ['type=oci,dest=a.tar', 'type=docker,dest=a.tar'], /writes twice to "a\.tar"/],
  ['two directories', ['out', 'type=local,dest=out/'], /writes twice to "out"/],
  [
    'a push by digest and one under a name',
    ['type=image,push-by-digest=true,push=true', 'type=registry,name=a'],
    /by its digest in one place/,
  ],
])('%s contradict each other', (_name, outputs, message) => {
  expect(() => sortOutputs(outputs)).toThrow(message);
});
