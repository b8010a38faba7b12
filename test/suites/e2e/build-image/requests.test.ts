import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { BASE_IMAGE, connectEngine, type EngineBed } from './engine-bed.js';

let bed: EngineBed;
let proxy: FaultProxy;
beforeAll(async () => {
  bed = await connectEngine();
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nCOPY content /content\n`);
});
beforeEach(async () => {
  proxy = await startFaultProxy(bed.engine.registry, () => undefined);
});
afterEach(() => proxy.close());
afterAll(() => bed.close());

const tags = () => `${bed.tag('asked-1', proxy.registry)}\n${bed.tag('asked-2', proxy.registry)}`;

/**
 * What the bundle itself asks the registry, in order; the engine's own push is not in it. Reads that go out one after the other stand together, sorted,
 * because some go out side by side.
 */
async function requests(): Promise<string[]> {
  const before = proxy.requests.length;
  const { exitCode, outputs, errors } = await bed.bundle({ tags: tags() });
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
  const asked: string[] = [];
  let reads: string[] = [];
  const closeReads = () => {
    if (reads.length > 0) asked.push(`read ${reads.sort().join(' ')}`);
    reads = [];
  };
  for (const { method, path } of proxy.requests.slice(before).filter(({ userAgent }) => userAgent.startsWith('d9-actions/'))) {
    const name = shortened(path, outputs.digest);
    if (method === 'HEAD' || method === 'GET') reads.push(name);
    else {
      closeReads();
      asked.push(`${method} ${name}`);
    }
  }
  closeReads();
  return asked;
}

const shortened = (path: string, digest = ''): string =>
  path
    .replace('/v2/shop/restaurant/', '')
    .replace(digest, 'DIGEST')
    .replace(/sha256:[0-9a-f]{64}/, 'OTHER')
    .replace(/(uploads\/).+/, '$1UPLOAD');

test('a new image: whether it may be pushed is known before the build, and the tags move together at the end', async () => {
  bed.write('content', String(Math.random()));
  expect(await requests()).toEqual([
    'read manifests/asked-1 manifests/asked-2',
    'POST blobs/uploads/',
    'DELETE blobs/uploads/UPLOAD',
    'read blobs/OTHER manifests/DIGEST manifests/asked-1 manifests/asked-2',
    'PUT manifests/asked-2',
    'read manifests/asked-1 manifests/asked-2',
  ]);
});

test('the same image again: no tag is written', async () => {
  bed.write('content', 'always the same');
  await bed.bundle({ tags: tags() });
  expect(await requests()).toEqual([
    'read manifests/asked-1 manifests/asked-2',
    'POST blobs/uploads/',
    'DELETE blobs/uploads/UPLOAD',
    'read blobs/OTHER blobs/OTHER manifests/DIGEST manifests/asked-1 manifests/asked-1 manifests/asked-2 manifests/asked-2',
  ]);
});
