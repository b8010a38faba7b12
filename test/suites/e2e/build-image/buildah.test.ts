import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchEngine } from '../../../../testbed/engine/programs.js';
import { recordedLog } from '../../../src/image/fake-buildx.js';
import { connectEngine, type EngineBed, processesWith } from './engine-bed.js';

let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
  bed.write(
    'Dockerfile',
    'FROM scratch\nARG VERSION=1\nCOPY busybox /bin/sh\nRUN echo $VERSION > /version\nCMD ["cat", "/version"]\n',
  );
  copyFileSync((await fetchEngine()).busybox, join(bed.workspace, 'busybox'));
});
afterAll(() => bed.close());

const buildah = { engine: 'buildah' };

test('an image is built and pushed without a daemon, under all its tags', async () => {
  const { outputs, failure, summary } = await bed.step({ ...buildah, tags: `${bed.tag('bh-1')},${bed.tag('bh-2')}` });
  expect(failure).toBeUndefined();
  expect([await bed.served('bh-1'), await bed.served('bh-2')]).toEqual([outputs.digest, outputs.digest]);
  expect(outputs.imageid).toMatch(/^sha256:/);
  expect(outputs.platforms).toBe('linux/amd64');
  expect(summary).toMatch(/Engine \| buildah 1\\?\./);
  expect(readdirSync(bed.temporary)).toEqual([]);
});

test('lists mean the same, and a base image comes from a registry of the own machine without TLS', async () => {
  expect((await bed.step({ ...buildah, tags: bed.tag('bh-base') })).failure).toBeUndefined();
  bed.write('on-base', `FROM ${bed.tag('bh-base')}\nARG MULTI=none\nLABEL multi=$MULTI\n`);
  const inputs = { file: 'on-base', 'build-args': '"MULTI=one\ntwo, three"', labels: '"authors=a, b"', review: 'off' };
  const { outputs, failure } = await bed.step({ ...buildah, tags: `"${bed.tag('bh-lists')}"`, ...inputs });
  expect(failure).toBeUndefined();
  expect((await bed.config(outputs.digest)).config.Labels).toMatchObject({ multi: 'one\ntwo, three', authors: 'a, b' });
});

test('a push by digest gives no name', async () => {
  const outputs = 'type=image,push-by-digest=true,name-canonical=true,push=true';
  const end = await bed.step({ ...buildah, tags: `${bed.engine.registry}/shop/bh-parts`, outputs });
  expect(end.failure).toBeUndefined();
  expect(await bed.served(end.outputs.digest, 'shop/bh-parts')).toBe(end.outputs.digest);
  expect(end.outputs.tags).toBe('');
});

test('an unchanged rebuild keeps its digest', async () => {
  const first = await bed.step({ ...buildah, tags: bed.tag('bh-same') });
  const second = await bed.step({ ...buildah, tags: bed.tag('bh-same') });
  expect(second.outputs.digest).toBe(first.outputs.digest);
  expect(second.summary).toMatch(/Steps from the cache \| [1-9] of/);
});

test('without a daemon and without having been asked for, buildah is taken, and the log says why', async () => {
  const variables = { DOCKER_HOST: `unix://${bed.root}/nosuch.sock` };
  const { failure, log } = await bed.step({ tags: bed.tag('bh-auto') }, { variables });
  expect(failure).toBeUndefined();
  expect(log.lines).toContainEqual(expect.stringMatching(/^The Docker daemon at .* does not answer\.$/));
  expect(log.lines).toContainEqual(expect.stringMatching(/^Engine: buildah 1\.\d+\.\d+ \(it needs no daemon\)$/));
});

test('two reproducible builds from nothing have one digest', async () => {
  const inputs = { ...buildah, reproducible: 'true', 'no-cache': 'true', tags: bed.tag('bh-reproducible') };
  const variables = { SOURCE_DATE_EPOCH: '1700000000' };
  const first = await bed.step(inputs, { variables });
  const second = await bed.step(inputs, { variables });
  expect(first.failure).toBeUndefined();
  expect(second.outputs.digest).toBe(first.outputs.digest);
});

test('what only buildx has is refused by name', async () => {
  const { failure } = await bed.step({ ...buildah, tags: bed.tag('bh-x'), 'cache-from': 'type=gha', provenance: 'true' });
  expect(failure).toMatch(/^buildah cannot honour `cache-from`, `provenance`: only buildx has those\./);
});

test('a step of the Dockerfile that fails is told with its last lines', async () => {
  bed.write('failing', 'FROM scratch\nCOPY busybox /bin/sh\nRUN echo soup is out; exit 7\n');
  const { failure, summary } = await bed.step({ ...buildah, tags: bed.tag('bh-failing'), file: 'failing' });
  expect(failure).toMatch(/^A RUN step of the Dockerfile ended with exit code 7: echo soup is out; exit 7\n[\s\S]*soup is out/);
  expect(summary).toContain('soup is out');
});

test('a cancelled build takes everything with it', async () => {
  bed.write('slow', 'FROM scratch\nCOPY busybox /bin/sh\nCOPY busybox /bin/sleep\nRUN echo cooking; sleep 87654\n');
  const controller = new AbortController();
  const log = recordedLog((line) => {
    if (line === 'cooking') controller.abort(new Error('cancelled'));
  });
  const step = bed.step({ ...buildah, tags: bed.tag('bh-cancelled'), file: 'slow' }, { signal: controller.signal, log });
  await expect(step).rejects.toThrow('cancelled');
  expect(processesWith('sleep 87654')).toEqual([]);
  expect(await bed.served('bh-cancelled')).toBeNull();
});
