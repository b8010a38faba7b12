import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeBuildx, fakeBuildx } from '../src/image/fake-buildx.js';
import { FakeRegistry } from '../src/image/fake-registry.js';
import { runBundle } from './run-bundle.js';

let registry: FakeRegistry;
let digest: string;
let fake: FakeBuildx;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  digest = registry.addImage(['layer']);
  fake = fakeBuildx({
    build: { metadata: { 'containerimage.digest': digest }, pushes: registry.manifests.get(digest)?.content },
  });
});
afterEach(async () => {
  fake.remove();
  await registry.stop();
});

/** Runs the committed bundle with the fake in place of buildx. */
const step = (inputs: Record<string, string>) => {
  const { workspace, variables } = fake.environment;
  const given = { tags: `${registry.name}/shop/app:1`, 'retry-for': '0s', ...inputs };
  return runBundle('build-image', { inputs: given, cwd: workspace, env: variables as Record<string, string> });
};
const buildArguments = () => fake.calls().find(({ args }) => args[0] === 'build')?.args ?? [];
const valuesOf = (flag: string) => buildArguments().filter((_, index, args) => args[index - 1] === flag);

describe('lists', () => {
  test('values of several lines and in quotes reach the engine, and those of build arguments not the log', async () => {
    const { exitCode, stdout, outputs } = await step({
      'build-args': '"MULTI=line one\nhunter2\nline=three"\n"CLOUD=hunter3"',
      labels: '"org.opencontainers.image.authors=a, b"\n"note=x\n::error::y"',
    });
    expect(exitCode).toBe(0);
    expect(outputs.digest).toBe(digest);
    expect(valuesOf('--build-arg')).toEqual(['MULTI=line one\nhunter2\nline=three', 'CLOUD=hunter3']);
    expect(valuesOf('--label')).toEqual(['org.opencontainers.image.authors=a, b', 'note=x\n::error::y']);
    expect(stdout).not.toMatch(/hunter|line one|^::error/m);
  });

  test.each([
    [
      'a quote that is not closed',
      { 'build-args': 'A=1\n"B=hunter2' },
      /^Input `build-args`: line 2 opens a quote that is not closed/,
    ],
    ['an empty entry', { platforms: 'linux/amd64,,linux/arm64' }, /^Input `platforms`: line 1 has an empty entry/],
  ])('%s is one sentence, and nothing is built', async (_name, inputs, message) => {
    const { exitCode, stdout, errors } = await step(inputs as unknown as Record<string, string>);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(stdout).not.toContain('hunter2');
    expect(fake.calls()).toEqual([]);
    expect(registry.requests).toEqual([]);
  });
});
