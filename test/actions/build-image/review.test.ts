import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unpushedSteps } from './unpushed-step.js';

const bed = unpushedSteps();
const { built, step, write } = bed;

describe('what has the form of a secret', () => {
  const token = `ghp_${'a'.repeat(36)}`;

  test.each(['off', 'warn', 'fail'])('is refused in the Dockerfile with `review: %s`', async (review) => {
    write('Dockerfile', `FROM scratch\nENV TOKEN=${token}\n`);
    const refused = step({ review });
    await expect(refused).rejects.toThrow(/^Dockerfile:2 {2}SecretInDockerfile: ENV holds a GitHub token/);
    await expect(refused).rejects.toThrow(/review-ignore: SecretInDockerfile:2/);
    await expect(refused).rejects.not.toThrow(token);
    expect(built()).toEqual([]);
  });

  test.each(['SecretInDockerfile:3', 'SecretInDockerfile:Dockerfile:3'])(
    'is let through by %s, and the log says so',
    async (ignored) => {
      write('Dockerfile', `FROM scratch\nCOPY <<K /example\nAKIAIOSFODNN7EXAMPLE\nK\n`);
      await step({ 'review-ignore': ignored });
      expect(bed.log.lines).toContainEqual(
        expect.stringMatching(/^Dockerfile:3 {2}SecretInDockerfile: .* is let through by `review-ignore`\.$/),
      );
      expect(built()).toHaveLength(1);
    },
  );

  test.each(['SecretInDockerfile', 'SecretInDockerfile:2', 'SecretInDockerfile:other:3'])(
    'is not let through by %s',
    async (ignored) => {
      write('Dockerfile', `FROM scratch\nCOPY <<K /example\nAKIAIOSFODNN7EXAMPLE\nK\n`);
      await expect(step({ 'review-ignore': ignored })).rejects.toThrow(/^Dockerfile:3 {2}SecretInDockerfile/);
    },
  );

  test('is refused in a build argument, but for a name that is let through', async () => {
    const given = { review: 'off', 'build-args': 'EXAMPLE=AKIAIOSFODNN7EXAMPLE' };
    await expect(step(given)).rejects.toThrow(
      /`build-args`: EXAMPLE holds an AWS access key.*review-ignore: SecretInInput:EXAMPLE/,
    );
    await step({ ...given, 'review-ignore': 'SecretInInput:EXAMPLE' });
    expect(bed.log.lines).toContainEqual(expect.stringContaining('lets SecretInInput:EXAMPLE through'));
    expect(built()).toHaveLength(1);
  });

  test('and is kept secret by another input is let through by its name alone, and the log says so', async () => {
    write('Dockerfile', 'FROM scratch\n');
    const given = { 'secret-envs': 'user=DB_USER', 'build-args': 'APP=restaurant' };
    await expect(step(given, { DB_USER: 'restaurant' })).rejects.toThrow(/APP holds a value that another input keeps secret/);
    await step({ ...given, 'review-ignore': 'SecretInInput:APP' }, { DB_USER: 'restaurant' });
    expect(bed.log.lines).toContainEqual(expect.stringMatching(/`review-ignore` lets SecretInInput:APP through/));
  });
});

test('a rule is passed over for one line alone', async () => {
  write('Dockerfile', 'FROM alpine AS a\nFROM alpine\nCOPY --from=a /a /a\n');
  await step({ 'review-ignore': 'BaseImageLatest:1' });
  expect(bed.log.warnings.filter((text) => text.includes('whatever is newest'))).toHaveLength(1);
});

test('a build argument without a value pins a base image by the environment', async () => {
  write('Dockerfile', 'ARG BASE=alpine\nFROM $BASE\n');
  await step({ 'build-args': 'BASE' }, { BASE: `alpine@sha256:${'0'.repeat(64)}` });
  expect(bed.log.warnings.filter((text) => text.includes('alpine'))).toEqual([]);
});

test('a Dockerfile that is a link keeps its name, which its ignore file goes by', async () => {
  symlinkSync('Dockerfile', join(bed.fake.environment.workspace, 'link'));
  await step({ file: 'link' });
  const { args = [] } = built()[0] ?? {};
  expect(args[args.indexOf('--file') + 1]).toBe(join(bed.fake.environment.workspace, 'link'));
});

test('a link that leads out of the workspace is still refused', async () => {
  symlinkSync('/etc/passwd', join(bed.fake.environment.workspace, 'link'));
  await expect(step({ file: 'link' })).rejects.toThrow(/link/);
});

test.each([
  ['asked by itself', { call: 'check' }],
  ['before the build', { review: 'fail', 'review-ignore': 'RootUser,NoHealthcheck' }],
])('the checks get the secrets that the build gets: %s', async (_name, given) => {
  write('Dockerfile', 'FROM scratch\n');
  await step({ ...given, secrets: 'GIT_AUTH_TOKEN=correct-horse' } as Record<string, string>).catch(() => undefined);
  const check = bed.fake.calls().find(({ args }) => args.some((arg) => arg.startsWith('--call=check')));
  const variable = /env=(\w+)/.exec(check?.args.find((arg) => arg.startsWith('id=GIT_AUTH_TOKEN')) ?? '')?.[1] ?? '';
  expect(check?.variables[variable]).toBe('correct-horse');
});

test('a stage that is not there is told with those that are, and nothing is built', async () => {
  write('Dockerfile', 'FROM scratch AS deps\nFROM deps AS run\n');
  await expect(step({ target: 'runn' })).rejects.toThrow(
    /^Input `target`: Dockerfile has no stage "runn"; it has deps, run\. Did you mean run\?$/,
  );
  await step({ target: '0' });
  expect(built()).toHaveLength(1);
});
