import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/kernel/errors.js';
import { type FakeBuildx, fakeBuildx, type RecordedLog, recordedLog } from '../../src/image/fake-buildx.js';
import { FakeRegistry, refuse } from '../../src/image/fake-registry.js';
import { runStep } from './run-step.js';

let fake: FakeBuildx;
let registry: FakeRegistry;
/** What the fake buildx builds: it lies in the registry, without a tag. */
let digest: string;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  digest = registry.addImage(['layer one', 'layer two']);
});
afterEach(async () => {
  fake.remove();
  await registry.stop();
});

const builds = (answer = {}) =>
  fakeBuildx({
    build: {
      metadata: { 'containerimage.digest': digest, 'buildx.build.provenance': { builder: {} } },
      pushes: registry.manifests.get(digest)?.content,
      ...answer,
    },
  });
const tags = (...names: string[]) => names.map((name) => `${registry.name}/shop/app:${name}`).join('\n');

const step = (given: Record<string, string> = {}, log: RecordedLog = recordedLog(), signal?: AbortSignal) =>
  runStep({ tags: tags('1'), 'retry-for': '0', ...given }, { environment: fake.environment, log, ...(signal && { signal }) });

test('what is handed on is the digest that the registry serves', async () => {
  fake = builds();
  const { outputs, failure } = await step({ tags: tags('1', '2') });
  expect(failure).toBeUndefined();
  expect(outputs).toEqual({
    image: `${registry.name}/shop/app@${digest}`,
    digest,
    tags: tags('1', '2'),
    imageid: `sha256:${'1'.repeat(64)}`,
    'metadata-json': JSON.stringify({ 'containerimage.digest': digest }),
    'size-bytes': String('layer onelayer two'.length + '{"os":"linux","architecture":"amd64","history":[]}'.length),
    platforms: 'linux/amd64',
    'images-json': JSON.stringify([
      {
        target: '',
        image: `${registry.name}/shop/app@${digest}`,
        digest,
        tags: tags('1', '2').split('\n'),
        imageid: `sha256:${'1'.repeat(64)}`,
        'size-bytes': 68,
        platforms: ['linux/amd64'],
      },
    ]),
    version: '',
    labels: '',
    annotations: '',
  });
  expect([...registry.tags.values()]).toEqual([digest, digest]);
});

const asked = () =>
  fake
    .calls()
    .map(({ args }) => args[0])
    .sort();

test('a build with a push costs one process, however many tags and repositories', async () => {
  fake = builds();
  await step({ tags: `${tags('1', '2')}\n${registry.name}/shop/other:1` });
  expect(asked()).toEqual(['build']);
});

test('buildx itself is asked which builder it would take when somebody has chosen one', async () => {
  fake = builds();
  await step({ builder: 'farm' });
  expect(asked()).toEqual(['build', 'inspect', 'version']);
});

test('a buildx that is too old is told when a build fails, which it then does in other words', async () => {
  fake = fakeBuildx({
    version: { stdout: 'github.com/docker/buildx v0.12.1 abc\n' },
    build: { code: 1, stderr: 'ERROR: invalid progress value: rawjson\n' },
  });
  await expect(step()).rejects.toThrow(/is buildx 0\.12\.1; 0\.13 or later is needed\.\nUpdate docker-buildx-plugin/);
});

test('without provenance git is not asked either', async () => {
  fake = builds();
  await step();
  await step({ provenance: 'true' });
  const variables = fake.calls().filter(({ args }) => args[0] === 'build');
  expect(variables.map((call) => call.variables.BUILDX_GIT_INFO)).toEqual(['false', undefined]);
});

test('an image that is not pushed has no digest that anybody could pull', async () => {
  fake = builds();
  const { outputs } = await step({ push: 'false', load: 'true' });
  expect(outputs).toMatchObject({ image: '', digest: '' });
  expect(registry.requests).toEqual([]);
});

test('nothing is left in the temporary directory, whether the build works or not', async () => {
  fake = builds();
  await step({ username: 'ci', password: 'hunter2' });
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
  fake.remove();
  fake = builds({ code: 1, stderr: 'ERROR: no' });
  expect((await step({ username: 'ci', password: 'hunter2' })).failure).toMatch(/^buildx ended with exit code 1/);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});

test('a push without a digest fails instead of handing on nothing', async () => {
  fake = builds({ metadata: {} });
  await expect(step()).rejects.toThrow(/did not say which digest/);
});

test('a context without Dockerfile is told before an engine is looked for', async () => {
  fake = builds();
  rmSync(join(fake.environment.workspace, 'Dockerfile'));
  await expect(step()).rejects.toThrow(/There is no Dockerfile in the root of the workspace\.\nName it with the input `file`/);
  expect(fake.calls()).toEqual([]);
});

test('the output of a build step cannot command the runner', async () => {
  fake = builds({ code: 1, stderr: '::set-output name=digest::x\nERROR: ##[error]no\n' });
  const log = recordedLog();
  expect((await step({}, log)).failure).toMatch(/^buildx ended with exit code 1\.\n[\s\S]*# #\[error\]no$/);
  expect(log.lines).toContain(': :set-output name=digest::x');
});

test('a cancelled build ends, and no tag is moved', async () => {
  fake = builds({ hangs: true, pushes: undefined });
  const controller = new AbortController();
  const log = recordedLog((line) => {
    if (line.startsWith('child ')) controller.abort(new Error('cancelled'));
  });
  await expect(step({}, log, controller.signal)).rejects.toThrow('cancelled');
  expect(registry.tags.size).toBe(0);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});

describe('before anything is built', () => {
  test('a registry that wants a login is told with what to do', async () => {
    fake = builds();
    registry.hook = (_, response) =>
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': 'Basic' });
    const failure = await step().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toMatch(
      /wants a login \(401 Unauthorized\), and there is none.*\n.*`username` and `password`/,
    );
    expect(fake.calls().map(({ args }) => args[0])).not.toContain('build');
  });
});
