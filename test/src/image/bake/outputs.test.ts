import { expect, test } from '@jest/globals';
import { outputFields, readOutputs } from '../../../../src/image/bake/outputs.js';
import { parseReference } from '../../../../src/image/reference.js';

const tags = [parseReference('ghcr.io/o/web:1')];

test('how the image is made is kept; that it is pushed is this action’s business', () => {
  const outputs = readOutputs({
    output: ['type=registry,compression=zstd,annotation-index.a=b', { type: 'local', dest: 'out' }],
  });
  expect(outputs).toEqual({
    image: { compression: 'zstd', 'annotation-index.a': 'b' },
    pushed: true,
    others: ['type=local,dest=out'],
  });
  const fields = outputFields(
    { tags, outputs, load: false, sourceDateEpoch: undefined },
    { to: 'digest', repositories: ['ghcr.io/o/web'] },
    'remote',
  );
  expect(fields.tags).toEqual([]);
  expect(fields.output?.[0]).toMatch(/^type=image,.*compression=zstd.*push-by-digest=true/);
  expect(fields.output?.[1]).toBe('type=local,dest=out');
});

test('names that the push would not have are refused by name', () => {
  expect(() => readOutputs({ output: ['type=image,name=ghcr.io/o/other,push-by-digest=true'] })).toThrow(
    /sets name, push-by-digest of the image; names come from `tags`/,
  );
});

test('an image that is not pushed keeps its names, for the engine', () => {
  const outputs = readOutputs({});
  expect(outputFields({ tags, outputs, load: true, sourceDateEpoch: undefined }, { to: 'nowhere' }, 'remote')).toEqual({
    tags: ['ghcr.io/o/web:1'],
    output: ['type=docker'],
  });
});
