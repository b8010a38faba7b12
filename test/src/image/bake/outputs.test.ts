import { expect, test } from '@jest/globals';
import { outputFields } from '../../../../src/image/bake/outputs.js';
import { parseReference } from '../../../../src/image/reference.js';
import { NO_OUTPUTS, sortOutputs } from '../../../../src/image/wanted-outputs.js';

const tags = [parseReference('ghcr.io/o/web:1')];
const remote = { driver: 'remote', store: 'none' } as const;

test('how the image is made is kept; that it is pushed is this action’s business', () => {
  const outputs = sortOutputs(['type=registry,compression=zstd,annotation-index.a=b', { type: 'local', dest: 'out' }]);
  const fields = outputFields(
    { tags, outputs, load: false, sourceDateEpoch: undefined },
    { to: 'digest', repositories: ['ghcr.io/o/web'] },
    remote,
  );
  expect(fields.tags).toEqual([]);
  expect(fields.output?.[0]).toMatch(/^type=image,.*compression=zstd.*push-by-digest=true/);
  expect(fields.output?.[1]).toBe('type=local,dest=out');
});

test('an image that is not pushed keeps its names, for the engine', () => {
  const plan = { tags, outputs: NO_OUTPUTS, load: true, sourceDateEpoch: undefined };
  expect(outputFields(plan, { to: 'nowhere' }, remote)).toEqual({ tags: ['ghcr.io/o/web:1'], output: ['type=docker'] });
});
