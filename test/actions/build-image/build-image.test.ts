import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildImage as definition } from '../../../actions/build-image/action.js';
import { buildImage } from '../../../actions/build-image/main.js';
import { UserError } from '../../../src/action/errors.js';
import { inputVariable, readInputs } from '../../../src/action/read-inputs.js';
import { run } from '../../../src/image/process.js';
import { type FakeBuildx, fakeBuildx, type RecordedLog, recordedLog } from '../../src/image/fake-buildx.js';

const digest = `sha256:${'d'.repeat(64)}`;
const built = { metadata: { 'containerimage.digest': digest, 'buildx.build.provenance': { builder: {} } } };
const served = { stdout: JSON.stringify({ digest }) };

let fake: FakeBuildx;
afterEach(() => fake.remove());

function step(given: Record<string, string> = {}, log: RecordedLog = recordedLog(), signal = new AbortController().signal) {
  const variables = Object.fromEntries(
    Object.entries({ tags: 'localhost:5000/shop/app:1', ...given }).map(([name, value]) => [inputVariable(name), value]),
  );
  const inputs = readInputs(definition, { ...fake.environment, variables });
  return buildImage(inputs, { log, signal, environment: fake.environment, run });
}

test('what is handed on is the digest that the registry serves', async () => {
  fake = fakeBuildx({ build: built, imagetools: served });
  expect(await step({ tags: 'localhost:5000/shop/app:1,localhost:5000/shop/app:2' })).toEqual({
    image: `localhost:5000/shop/app@${digest}`,
    digest,
    tags: 'localhost:5000/shop/app:1\nlocalhost:5000/shop/app:2',
    imageid: `sha256:${'1'.repeat(64)}`,
    'metadata-json': JSON.stringify({ 'containerimage.digest': digest }),
  });
});

test('a build with a push costs two processes, and one more for each further repository', async () => {
  fake = fakeBuildx({ build: built, imagetools: served });
  await step({ tags: 'localhost:5000/a:1,localhost:5000/a:2,localhost:5000/b:1' });
  expect(
    fake
      .calls()
      .map(({ args }) => args.slice(0, 3).join(' '))
      .sort(),
  ).toEqual([
    'build --progress=plain --provenance=false',
    'imagetools inspect localhost:5000/a:1',
    'imagetools inspect localhost:5000/b:1',
  ]);
});

test('without provenance git is not asked either', async () => {
  fake = fakeBuildx({ build: built, imagetools: served });
  await step();
  await step({ provenance: 'true' });
  const builds = fake.calls().filter(({ args }) => args[0] === 'build');
  expect(builds.map(({ variables }) => variables.BUILDX_GIT_INFO)).toEqual(['false', undefined]);
});

test('an image that is not pushed has no digest that anybody could pull', async () => {
  fake = fakeBuildx({ build: built });
  const outputs = await step({ push: 'false', load: 'true' });
  expect(outputs).toMatchObject({ image: '', digest: '' });
  expect(fake.calls()).toHaveLength(1);
});

test('nothing is left in the temporary directory, whether the build works or not', async () => {
  fake = fakeBuildx({ build: built, imagetools: served });
  await step();
  fake.remove();
  fake = fakeBuildx({ build: { code: 1, stderr: 'ERROR: no' } });
  await expect(step()).rejects.toThrow(UserError);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});

describe('what the registry says about the tag', () => {
  test('another digest fails the step: what would be deployed is not what was built', async () => {
    fake = fakeBuildx({ build: built, imagetools: { stdout: JSON.stringify({ digest: `sha256:${'e'.repeat(64)}` }) } });
    await expect(step()).rejects.toThrow(/is sha256:e+ in the registry, but this step pushed sha256:d+\.\nAnother run/);
  });

  test('a tag that is not there fails the step', async () => {
    fake = fakeBuildx({ build: built, imagetools: { code: 1, stderr: 'ERROR: localhost:5000/shop/app:1: not found\n' } });
    await expect(step()).rejects.toThrow(/the registry does not have it/);
  });

  test('a registry that only the engine reaches is a warning', async () => {
    fake = fakeBuildx({ build: built, imagetools: { code: 1, stderr: 'ERROR: dial tcp: connection refused\n' } });
    const log = recordedLog();
    expect((await step({}, log)).digest).toBe(digest);
    expect(log.warnings).toEqual([expect.stringContaining('cannot read it back: ERROR: dial tcp')]);
  });

  test('an answer that is no JSON is not taken for a confirmation', async () => {
    fake = fakeBuildx({ build: built, imagetools: { stdout: '<html>' } });
    await expect(step()).rejects.toThrow(/is unreadable in the registry/);
  });
});

test('a push without a digest fails instead of handing on nothing', async () => {
  fake = fakeBuildx({ build: { metadata: {} } });
  await expect(step()).rejects.toThrow(/did not say which digest/);
});

test('a context without Dockerfile is told before an engine is looked for', async () => {
  fake = fakeBuildx({});
  rmSync(join(fake.environment.workspace, 'Dockerfile'));
  await expect(step()).rejects.toThrow(/There is no Dockerfile in the root of the workspace\.\nName it with the input `file`/);
});

test('the output of a build step cannot command the runner', async () => {
  fake = fakeBuildx({ build: { code: 1, stderr: '::set-output name=digest::x\nERROR: ##[error]no\n' } });
  const log = recordedLog();
  await expect(step({}, log)).rejects.toThrow(/^buildx ended with exit code 1\.\n[\s\S]*# #\[error\]no$/);
  expect(log.lines).toContain(': :set-output name=digest::x');
});

test('a cancelled build ends, and nothing is asked of the registry', async () => {
  fake = fakeBuildx({ build: { hangs: true } });
  const controller = new AbortController();
  const log = recordedLog((line) => {
    if (line.startsWith('child ')) controller.abort(new Error('cancelled'));
  });
  await expect(step({}, log, controller.signal)).rejects.toThrow('cancelled');
  expect(fake.calls()).toHaveLength(1);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});
