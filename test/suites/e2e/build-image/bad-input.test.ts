import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchEngine } from '../../../../testbed/engine/programs.js';
import { BASE_IMAGE, connectEngine, type EngineBed, processesWith, REPOSITORY } from './engine-bed.js';

/** Every mistake by the committed bundle: exit code 1, one error annotation that says what to do, and no tag. */
let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nRUN --network=none echo soup > /soup\n`);
  copyFileSync((await fetchEngine()).busybox, join(bed.workspace, 'busybox'));
});
afterAll(() => bed.close());

/** @returns the only error of a step that failed and left no tag */
async function errorOf(
  tag: string,
  inputs: Record<string, string>,
  start: Parameters<EngineBed['bundle']>[1] = {},
): Promise<string> {
  const { exitCode, errors, outputs } = await bed.bundle({ tags: bed.tag(tag), 'retry-for': '1s', ...inputs }, start);
  expect(exitCode).toBe(1);
  expect(errors).toHaveLength(1);
  expect(outputs.digest ?? '').toBe('');
  expect(await bed.served(tag)).toBeNull();
  return errors[0] ?? '';
}

describe('a Dockerfile', () => {
  test('that is not there', async () => {
    bed.write('empty/readme', '');
    expect(await errorOf('no-dockerfile', { context: 'empty' })).toMatch(
      /^There is no Dockerfile in empty\.\nName it with the input `file`, or set `context` to the directory that has it\./,
    );
  });

  test('that has no such stage', async () => {
    expect(await errorOf('no-stage', { target: 'nosuch' })).toMatch(
      /^Input `target`: Dockerfile has no stage "nosuch"; none of its stages has a name\.$/,
    );
  });

  test('that is none', async () => {
    bed.write('broken', `FROM ${BASE_IMAGE}\nCOOK soup\n`);
    expect(await errorOf('broken', { file: 'broken' })).toMatch(
      /^Line 2 of the Dockerfile can't be read: unknown instruction: COOK \(did you mean COPY\?\)/,
    );
  });

  test('that copies what is not there', async () => {
    bed.write('copies', `FROM ${BASE_IMAGE}\nCOPY nosuch /soup\n`);
    expect(await errorOf('copies', { file: 'copies' })).toMatch(/^COPY or ADD names \/?nosuch, which is not in the context\./);
  });

  test('that needs a secret that was not given', async () => {
    bed.write('needy', `FROM ${BASE_IMAGE}\nRUN --network=none --mount=type=secret,id=npm,required=true true\n`);
    expect(await errorOf('needy', { file: 'needy' })).toMatch(
      /^The Dockerfile needs the secret "?npm"?\.\nGive it with `secrets: npm=…`/,
    );
  });
});

describe('a base image', () => {
  test('that nobody has', async () => {
    bed.write('baseless', `FROM ${bed.engine.registry}/shop/nosuch:1\n`);
    expect(await errorOf('baseless', { file: 'baseless' })).toMatch(
      /^The base image 127\.0\.0\.1:5000\/shop\/nosuch:1 does not exist\.\nCheck the name and the tag in the FROM line\./,
    );
  });

  test('that does not have the platform, of those that it has', async () => {
    bed.write('both', 'FROM scratch\nCOPY busybox /bin/sh\n');
    const base = `${bed.engine.registry}/shop/two-platforms:1`;
    const built = await bed.step({ file: 'both', tags: base, platforms: 'linux/amd64,linux/arm64' });
    expect(built.failure).toBeUndefined();
    bed.write('third', `FROM ${base}\nCOPY busybox /busybox\n`);
    expect(await errorOf('third', { file: 'third', platforms: 'linux/s390x' })).toMatch(
      /^The base image 127\.0\.0\.1:5000\/shop\/two-platforms:1 does not exist for a platform in `platforms`\./,
    );
  });

  test('that is for one other platform alone, which BuildKit would only warn of', async () => {
    const base = `${bed.engine.registry}/shop/one-platform:1`;
    expect((await bed.step({ file: 'both', tags: base })).failure).toBeUndefined();
    bed.write('other', `FROM ${base}\nCOPY busybox /busybox\n`);
    expect(await errorOf('other', { file: 'other', platforms: 'linux/arm64' })).toMatch(
      /^Base image .*one-platform:1 was pulled with platform "linux\/amd64", expected "linux\/arm64".*\nThe image would claim a platform/,
    );
  });
});

describe('a secret that would stand in the history of the image is refused, and is not repeated', () => {
  const token = `ghp_${'Ab1'.repeat(12)}`;

  test('in the Dockerfile', async () => {
    bed.write('leaky', `FROM ${BASE_IMAGE}\nENV TOKEN=${token}\n`);
    const { exitCode, stdout, errors } = await bed.bundle({ tags: bed.tag('leaky'), file: 'leaky' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^leaky:2 +SecretInDockerfile: ENV holds a GitHub token.*\nGive it with `secrets`/),
    ]);
    expect(stdout).not.toContain(token);
    expect(await bed.served('leaky')).toBeNull();
  });

  test('in a build argument, from the environment too', async () => {
    const error = await errorOf('leaky-arg', { 'build-args': 'TOKEN' }, { env: { TOKEN: token } });
    expect(error).toMatch(/^Input `build-args`: TOKEN holds a GitHub token.*RUN --mount=type=secret/);
    expect(error).not.toContain(token);
  });

  test('while a secret of a mount is read, and nothing of it is in the image', async () => {
    bed.write(
      'sound',
      `FROM ${BASE_IMAGE}\nRUN --network=none --mount=type=secret,id=a --mount=type=secret,id=b --mount=type=secret,id=c cat /run/secrets/a /run/secrets/b /run/secrets/c\n`,
    );
    bed.write('token', 'correct-horse-3');
    const inputs = { file: 'sound', secrets: 'a=correct-horse-1', 'secret-envs': 'b=TOKEN', 'secret-files': 'c=token' };
    const { errors, outputs, stdout } = await bed.bundle(
      { tags: bed.tag('sound'), ...inputs },
      { env: { TOKEN: 'correct-horse-2' } },
    );
    expect(errors).toEqual([]);
    expect(JSON.stringify(await bed.config(outputs.digest ?? ''))).not.toContain('correct-horse');
    // The runner hides what it was told to.
    for (const number of [1, 2, 3]) expect(stdout).toContain(`::add-mask::correct-horse-${number}`);
  });
});

describe('an engine', () => {
  const empty = () => mkdtempSync(join(bed.root, 'path-'));

  test('that is not there at all', async () => {
    const env = { PATH: empty(), DOCKER_CONFIG: empty() };
    const error = await errorOf('no-engine', {}, { env });
    expect(error).toMatch(
      /^There is no Docker on this runner: PATH has no docker command, and there is no buildx\. There is no buildah either\.\nUse a runner with Docker/,
    );
  });

  test('whose daemon does not answer', async () => {
    const env = { DOCKER_HOST: `unix://${bed.root}/nosuch.sock` };
    expect(await errorOf('no-daemon', { engine: 'buildx' }, { env })).toMatch(
      /^The Docker daemon at unix:.*nosuch\.sock does not answer\.\nStart it, or point DOCKER_HOST/,
    );
  });

  test('that is asked for and missing', async () => {
    const env = { PATH: empty() };
    expect(await errorOf('no-buildah', { engine: 'buildah' }, { env })).toMatch(
      /^There is no buildah on this runner: PATH has no such command\./,
    );
  });
});

test('a registry that is down is told within seconds, once with what to look at', async () => {
  const tags = `127.0.0.1:1/${REPOSITORY}:1`;
  expect(await errorOf('down', { tags })).toMatch(
    /^Registry 127\.0\.0\.1:1 cannot be reached from the engine: connection refused\.\nCheck the host in `tags`, and that the registry is up\./,
  );
});

test('a full disk of the runner is no defect of the action', async () => {
  const { execFileSync } = await import('node:child_process');
  const small = mkdtempSync(join(bed.root, 'small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
  try {
    bed.write('large', `FROM ${BASE_IMAGE}\nCOPY busybox /busybox-${Date.now()}\n`);
    // A size budget has the image written to a directory first.
    const error = await errorOf('disk', { file: 'large', 'max-size': '1GB' }, { env: { RUNNER_TEMP: small } });
    expect(error).toMatch(/^The disk is full|^The disk of this runner is full/);
  } finally {
    execFileSync('umount', [small]);
    rmSync(small, { recursive: true });
  }
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a step that gets %s ends with everything that it started, and no tag moves afterwards',
  async (name) => {
    const nap = name === 'SIGINT' ? 54321 : 54322;
    bed.write('slow', `FROM ${BASE_IMAGE}\nRUN --network=none echo cooking; sleep ${nap}\n`);
    const cancel = new AbortController();
    const { exitCode, errors } = await bed.bundle(
      { tags: bed.tag(`cancelled-${nap}`), file: 'slow' },
      { signal: cancel.signal, cancelWith: name, onStdout: (soFar) => /^#\d+ [\d.]+ cooking/m.test(soFar) && cancel.abort() },
    );
    expect(exitCode).toBe(1);
    expect(errors).toEqual([`The workflow run was cancelled (${name}).`]);
    expect(processesWith(`sleep ${nap}`)).toEqual([]);
    expect(processesWith(bed.tag(`cancelled-${nap}`))).toEqual([]);
    expect(await bed.served(`cancelled-${nap}`)).toBeNull();
  },
);
