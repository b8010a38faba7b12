import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Bed } from '../../../testbed/bed/description.js';
import { fetchEngine } from '../../../testbed/engine/programs.js';

const execute = promisify(execFile);
const { registry } = JSON.parse(process.env.D9_TESTBED ?? '{}') as Bed;
let context: string;

beforeAll(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'd9-buildah-'));
});
afterAll(() => rm(context, { recursive: true, force: true }));

test('buildah builds an image with a RUN step and pushes it to the registry of the bed', async () => {
  await copyFile((await fetchEngine()).busybox, path.join(context, 'busybox'));
  const steps = ['FROM scratch', 'COPY busybox /bin/sh', 'RUN echo built > /built', 'CMD ["cat", "/built"]'];
  await writeFile(path.join(context, 'Containerfile'), `${steps.join('\n')}\n`);
  const image = `${registry}/buildah-test:1`;
  const digestFile = path.join(context, 'digest');
  await execute('buildah', ['build', '--tag', image, context]);
  await execute('buildah', ['push', '--tls-verify=false', '--digestfile', digestFile, image]);

  const answer = await fetch(`http://${registry}/v2/buildah-test/manifests/1`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  expect(answer.headers.get('docker-content-digest')).toBe(await readFile(digestFile, 'utf8'));
  expect(await answer.json()).toMatchObject({ layers: [expect.anything()] });
});
