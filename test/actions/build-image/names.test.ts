import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeBuildx, fakeBuildx, type RecordedLog, recordedLog } from '../../src/image/fake-buildx.js';
import { runStep } from './run-step.js';

let fake: FakeBuildx;
let log: RecordedLog;
beforeEach(() => {
  fake = fakeBuildx({ build: { metadata: {} } });
  log = recordedLog();
});
afterEach(() => fake.remove());

/** An event as the runner tells it; not pushed, so that no registry is asked. */
function step(given: Record<string, string>, event: Record<string, string>, payload: object = {}) {
  const file = join(fake.environment.temporary, 'event.json');
  writeFileSync(file, JSON.stringify(payload));
  const variables = {
    ...fake.environment.variables,
    PATH: process.env.PATH,
    GITHUB_EVENT_PATH: file,
    GITHUB_SERVER_URL: 'https://github.com',
    ...event,
  };
  return runStep(given, { environment: { ...fake.environment, variables }, log });
}

/** Makes the workspace a repository. @returns its only commit */
function commit(): string {
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', ['-C', fake.environment.workspace, ...identity, ...args], {
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' },
    }).trim();
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  return git('rev-parse', 'HEAD');
}

const quiet = { push: 'false', review: 'off' };
const repository = { default_branch: 'main', description: 'Serves soup.', license: { spdx_id: 'MIT' } };
const main = { GITHUB_REPOSITORY: 'shop/app', GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_NAME: 'push' };

test('one commit is built with the same words whatever the event', async () => {
  const sha = commit();
  const asked = async (event: Record<string, string>, payload: object) => {
    await step(quiet, { ...main, GITHUB_SHA: sha, ...event }, payload);
    const { args = [] } =
      fake
        .calls()
        .filter((call) => call.args[0] === 'build')
        .at(-1) ?? {};
    return args.filter((_, index) => args[index - 1] === '--label').sort();
  };
  const push = await asked({}, { repository, head_commit: { timestamp: '2024-01-01T12:00:00+02:00' } });
  expect(push).toContain('org.opencontainers.image.created=2023-11-14T22:13:20.000Z');
  expect(push).toContain(`org.opencontainers.image.revision=${sha}`);
  expect(await asked({ GITHUB_EVENT_NAME: 'workflow_dispatch' }, { repository })).toEqual(push);
  expect(await asked({ GITHUB_EVENT_NAME: 'schedule' }, { schedule: '0 0 * * *' })).toEqual(push);
  expect(await asked({ GITHUB_REF: 'refs/tags/v1.2.3' }, { repository })).toEqual(push);
});

describe('an event that is about no commit', () => {
  test('moves neither `latest` nor the branch, and is called after what is checked out', async () => {
    const sha = commit();
    const event = { ...main, GITHUB_EVENT_NAME: 'issue_comment', GITHUB_SHA: 'f'.repeat(40) };
    const { outputs } = await step(quiet, event, { repository });
    expect(outputs.tags).toBe(`ghcr.io/shop/app:sha-${sha.slice(0, 7)}`);
    expect(outputs.labels).toContain(`image.revision=${sha}`);
  });
});

describe("a repository's name that no registry takes", () => {
  const event = { ...main, GITHUB_REPOSITORY: 'my-org/.github', GITHUB_SHA: 'a'.repeat(40) };

  test.each([[{ push: 'false' }], [{ call: 'check' }]])('is not needed where nothing is pushed: %j', async (given) => {
    expect((await step({ review: 'off', ...given }, event, { repository })).failure).toBeUndefined();
  });

  test('is told where something is', async () => {
    await expect(step({}, event, { repository })).rejects.toThrow(
      /^The image has no name to be pushed to: `tags` names none, and no registry takes the repository's own name, my-org\/\.github\.\nGive `tags`, such as ghcr\.io\/owner\/app:1\.2\.3, or `images`\.$/,
    );
  });
});

test('rules that have nothing for the event are told with what they wait for', async () => {
  const event = { ...main, GITHUB_SHA: 'a'.repeat(40) };
  await expect(step({ images: 'ghcr.io/o/app', tags: 'type=semver,pattern={{version}}' }, event, { repository })).rejects.toThrow(
    /: no rule of `tags` gives it a tag for refs\/heads\/main \(type=semver wants a Git tag with a version\)\.\n.*type=ref,event=branch or type=sha/,
  );
});

test('that a branch gives the image no name is in the log', async () => {
  const event = { ...main, GITHUB_REF: 'refs/heads/1.2', GITHUB_SHA: 'a'.repeat(40) };
  const { outputs } = await step({ ...quiet, images: 'ghcr.io/o/app' }, event, { repository });
  expect(outputs.tags).toBe('ghcr.io/o/app:sha-aaaaaaa');
  expect(log.lines).toContainEqual(expect.stringMatching(/^Branch "1\.2" would take the image tag "1\.2"/));
});

test('upper case is lowered, and the log says so', async () => {
  const { outputs } = await step(
    { ...quiet, images: 'ghcr.io/MyOrg/App' },
    { ...main, GITHUB_SHA: 'a'.repeat(40) },
    { repository },
  );
  expect(outputs.tags).toBe('ghcr.io/myorg/app:sha-aaaaaaa\nghcr.io/myorg/app:main\nghcr.io/myorg/app:latest');
  expect(log.lines).toContain('ghcr.io/MyOrg/App goes to ghcr.io/myorg/app: names of repositories are lower case.');
});

test('rules give the tags, the version and the labels, for other steps too', async () => {
  const rules = '# ours\ntype=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\ntype=sha,format=long';
  const event = { ...main, GITHUB_REF: 'refs/tags/v1.2.3', GITHUB_SHA: 'a'.repeat(40) };
  const { outputs } = await step(
    { ...quiet, images: 'name=ghcr.io/o/app\nname=ghcr.io/o/x,enable=false', tags: rules, flavor: 'suffix=-alpine' },
    event,
    { repository },
  );
  expect(outputs.tags.split('\n')).toEqual(
    ['1.2.3-alpine', '1.2-alpine', `sha-${'a'.repeat(40)}-alpine`, 'latest'].map((tag) => `ghcr.io/o/app:${tag}`),
  );
  expect(outputs.version).toBe('1.2.3-alpine');
  expect(outputs.labels).toContain('org.opencontainers.image.version=1.2.3-alpine\n');
  expect(outputs.annotations).toContain('manifest:org.opencontainers.image.licenses=MIT');
});

describe('names that contradict each other are told before anything runs', () => {
  test.each([
    [{ tags: 'ghcr.io/o/a:1', flavor: 'latest=true' }, /Inputs `tags` and `flavor`/],
    [{ tags: 'ghcr.io/o/a:1', 'version-tags': 'plain' }, /Input `version-tags: plain`.*`tags` names them/],
    [{ tags: 'type=sha', 'version-tags': 'plain' }, /Input `version-tags: plain`.*there are rules/],
    [{ tags: 'type=sha\nghcr.io/o/a:1' }, /Input `tags`: "ghcr\.io\/o\/a:1" names a whole image among rules/],
    [{ tags: 'type=nightly' }, /Input `tags`: "type=nightly" has the type "nightly"/],
    [{ flavor: 'latest=maybe' }, /Input `flavor`: "latest=maybe" has "maybe"/],
    [{ images: 'name=ghcr.io/o/a,enabled=true' }, /Input `images`: .*known are name and enable/],
  ])('%j', async (given, message) => {
    await expect(step(given, main)).rejects.toThrow(message);
    expect(fake.calls()).toEqual([]);
  });

  test('a rule that gives what no registry takes', async () => {
    await expect(step({ tags: 'type=raw,value=-x' }, main)).rejects.toThrow(
      /^Input `tags`: "type=raw,value=-x" gives the tag "-x"/,
    );
  });

  test('a pattern in one brace', async () => {
    const tagged = { ...main, GITHUB_REF: 'refs/tags/v1.2.3' };
    await expect(step({ tags: 'type=semver,pattern={{version}' }, tagged)).rejects.toThrow(/two braces, such as \{\{version\}\}/);
  });
});
