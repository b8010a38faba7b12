import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildArguments } from '../../../src/image/buildx/arguments.js';
import { planned } from './planned.js';

/** The inputs of the table tests that docker/build-push-action has for its contexts (`__tests__/context.test.ts`), and what buildx is to get for them. */
let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'd9-incumbent-'));
  for (const directory of ['test', 'lib']) mkdirSync(join(workspace, directory));
  for (const file of ['Dockerfile', 'test/Dockerfile', 'a', 'b', 'c']) writeFileSync(join(workspace, file), 'FROM scratch\n');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const RUN = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'docker/menu',
  GITHUB_SHA: 'cafe',
  GITHUB_REF: 'refs/heads/main',
};
const DEFAULT_CONTEXT = 'https://github.com/docker/menu.git#cafe';
const GIT = 'https://github.com/docker/build-push-action.git#heads/master';

async function argumentsFor(given: Readonly<Record<string, string>>): Promise<string[]> {
  const plan = await planned(given, RUN, workspace);
  const files = { metadata: '/t/metadata', imageId: '/t/iidfile' };
  return buildArguments(plan, { to: 'nowhere' }, { driver: 'docker-container', store: undefined } as never, files);
}

/** The values of a flag, in order. */
const valuesOf = (args: readonly string[], flag: string): string[] =>
  args.flatMap((arg, index) =>
    arg === flag ? [args[index + 1] ?? ''] : arg.startsWith(`${flag}=`) ? [arg.slice(flag.length + 1)] : [],
  );
const secretsIn = (args: readonly string[]): string[] =>
  valuesOf(args, '--secret').map((secret) => /id=([^,]+)/.exec(secret)?.[1] ?? secret);

interface Row {
  readonly given: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly secrets?: readonly string[];
  readonly context?: string;
}

const SECRETS =
  'GIT_AUTH_TOKEN=abcdefghi,jklmno=0123456789\n"MYSECRET=aaaaaaaa\nbbbbbbb\nccccccccc"\nFOO=bar\n"EMPTYLINE=aaaa\n\nbbbb\nccc"';

test.each<[string, Row]>([
  ['a path as context', { given: { context: '.' } }],
  [
    'commas in a build-arg',
    { given: { 'build-args': 'MY_ARG=val1,val2,val3\nARG=val' }, flags: { '--build-arg': ['MY_ARG=val1,val2,val3', 'ARG=val'] } },
  ],
  [
    'a build-arg of several lines',
    {
      given: { 'build-args': '"MULTI=one\ntwo\nthree=3"\nARG=v' },
      flags: { '--build-arg': ['MULTI=one\ntwo\nthree=3', 'ARG=v'] },
    },
  ],
  [
    'labels with commas and blanks',
    {
      given: {
        labels: 'org.opencontainers.image.title=buildkit\norg.opencontainers.image.description=concurrent, cache-efficient',
      },
      flags: {
        '--label': [
          'org.opencontainers.image.title=buildkit',
          'org.opencontainers.image.description=concurrent, cache-efficient',
        ],
      },
    },
  ],
  [
    'several platforms',
    { given: { platforms: 'linux/amd64,linux/arm64' }, flags: { '--platform': ['linux/amd64,linux/arm64'] } },
  ],
  [
    'an output that is files',
    { given: { outputs: 'type=local,dest=./release-out' }, flags: { '--output': ['type=local,dest=./release-out'] } },
  ],
  ['a directory as output', { given: { outputs: '.' }, flags: { '--output': ['type=local,dest=.'] } }],
  ['a secret with `=` in it', { given: { secrets: 'GIT_AUTH_TOKEN=abcdefghijklmno=0123456789' }, secrets: ['GIT_AUTH_TOKEN'] }],
  [
    'secrets of several lines, with empty ones between',
    { given: { secrets: SECRETS }, secrets: ['GIT_AUTH_TOKEN', 'MYSECRET', 'FOO', 'EMPTYLINE'] },
  ],
  [
    'the default context with the token of the run',
    {
      given: { context: '{{defaultContext}}', 'github-token': 'abcdefghijklmno0123456789', file: 'Dockerfile' },
      secrets: ['GIT_AUTH_TOKEN.github.com'],
      context: DEFAULT_CONTEXT,
    },
  ],
  [
    'a Git context with a Dockerfile, a builder and a secret of its own',
    {
      given: {
        context: GIT,
        platforms: 'linux/amd64,linux/arm64',
        secrets: 'GIT_AUTH_TOKEN=a=0',
        file: './test/Dockerfile',
        builder: 'builder-git-context-2',
      },
      flags: { '--file': ['./test/Dockerfile'], '--builder': ['builder-git-context-2'] },
      secrets: ['GIT_AUTH_TOKEN'],
      context: GIT,
    },
  ],
  [
    'a subdirectory of a Git context',
    { given: { context: '{{ defaultContext }}:docker', file: 'Dockerfile' }, context: `${DEFAULT_CONTEXT}:docker` },
  ],
  [
    'hosts by lines',
    { given: { 'add-hosts': 'docker:10.180.0.1\nfoo:10.0.0.1' }, flags: { '--add-host': ['docker:10.180.0.1', 'foo:10.0.0.1'] } },
  ],
  [
    'a cgroup, a size and limits',
    {
      given: { 'cgroup-parent': 'foo', 'shm-size': '2g', ulimit: 'nofile=1024:1024\nnproc=3' },
      flags: { '--cgroup-parent': ['foo'], '--shm-size': ['2g'], '--ulimit': ['nofile=1024:1024', 'nproc=3'] },
    },
  ],
  [
    'named contexts',
    {
      given: { 'build-contexts': 'alpine=docker-image://alpine:3\nlib=./lib' },
      flags: { '--build-context': ['alpine=docker-image://alpine:3', 'lib=./lib'] },
    },
  ],
  ['stages without cache', { given: { 'no-cache-filters': 'foo,bar' }, flags: { '--no-cache-filter': ['foo', 'bar'] } }],
  [
    'an SSH agent with two keys',
    { given: { ssh: 'default=./a,./b,other=./c' }, flags: { '--ssh': ['default=./a,./b', 'other=./c'] } },
  ],
  [
    'an SBOM by a generator',
    { given: { sbom: 'generator=x', attests: 'type=provenance,mode=max' }, flags: { '--sbom': ['generator=x'] } },
  ],
])('%s', async (_, { given, flags = {}, secrets = [], context }) => {
  const args = await argumentsFor({ push: 'false', ...given });
  for (const [flag, values] of Object.entries(flags)) {
    // Labels that follow from the event stand before those that were given.
    const got = valuesOf(args, flag).slice(flag === '--label' ? -values.length : 0);
    expect([flag, got]).toEqual([flag, values]);
  }
  expect(secretsIn(args)).toEqual(secrets);
  expect(args.at(-1)).toBe(context ?? workspace);
});

test('secrets of several lines that stand in no quotes are refused, where the incumbent cuts them', async () => {
  await expect(argumentsFor({ push: 'false', secrets: 'FOO=bar\nbbbb\nccc' })).rejects.toThrow(
    /`secrets`: line 2 is not id=value/,
  );
});
