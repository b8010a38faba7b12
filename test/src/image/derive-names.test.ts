import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deriveLabels, deriveName, deriveTags, type VersionTags, whyNoName } from '../../../src/image/derive-names.js';
import { type BuildEvent, readEvent } from '../../../src/image/event.js';
import { ofCheckout } from '../../../src/image/names/of-checkout.js';
import { isTag } from '../../../src/image/reference.js';

const event: BuildEvent = {
  name: 'push',
  aboutCommit: true,
  runSha: '0123456789abcdef0123456789abcdef01234567',
  baseRef: '',
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
  pullRequest: undefined,
  isPreRelease: false,
  defaultBranch: 'main',
  repository: 'Shop/Restaurant',
  server: 'https://github.com',
  committedAt: 1_700_000_000,
  description: 'Serves soup.',
  license: 'Apache-2.0',
};
const tagsOf = (part: Partial<BuildEvent>) => deriveTags({ ...event, ...part });

describe('tags from the event', () => {
  test.each<[string, Partial<BuildEvent>, string[]]>([
    ['the default branch', {}, ['sha-0123456', 'main', 'latest']],
    ['another branch', { ref: 'refs/heads/feature/Soup#1' }, ['sha-0123456', 'feature-Soup-1']],
    ['a version', { ref: 'refs/tags/v1.2.3' }, ['1.2.3', '1.2', '1', 'sha-0123456']],
    ['a version without v', { ref: 'refs/tags/1.2.3' }, ['1.2.3', '1.2', '1', 'sha-0123456']],
    ['a version before 1.0', { ref: 'refs/tags/v0.4.1' }, ['0.4.1', '0.4', 'sha-0123456']],
    ['a pre-release', { ref: 'refs/tags/v2.0.0-rc.1' }, ['2.0.0-rc.1', 'sha-0123456']],
    ['build metadata, which a tag cannot hold', { ref: 'refs/tags/v1.2.3+build.5' }, ['1.2.3', '1.2', '1', 'sha-0123456']],
    ['another tag', { ref: 'refs/tags/nightly/1' }, ['nightly-1', 'sha-0123456']],
    ['a pull request', { ref: 'refs/pull/7/merge', pullRequest: 7 }, ['pr-7', 'sha-0123456']],
    ['a merge queue', { ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc' }, ['sha-0123456']],
    ['nothing', { ref: '', sha: '' }, []],
    ['a version behind characters that a tag cannot hold', { ref: 'refs/tags/版本1.2.3' }, ['sha-0123456']],
    ['a number behind such', { ref: 'refs/tags/发布-2' }, ['sha-0123456']],
    ['a branch behind such', { ref: 'refs/heads/功能/1.2' }, ['sha-0123456']],
    ['such at its end', { ref: 'refs/heads/fix-错误' }, ['sha-0123456']],
    ['a branch called as a version', { ref: 'refs/heads/1.2.3' }, ['sha-0123456']],
    ['a branch called as what versions move', { ref: 'refs/heads/1.2' }, ['sha-0123456']],
    ['a branch called latest', { ref: 'refs/heads/latest' }, ['sha-0123456']],
    ['a branch called as a pull request', { ref: 'refs/heads/pr-17' }, ['sha-0123456']],
    ['a default branch called as a version', { ref: 'refs/heads/2.0', defaultBranch: '2.0' }, ['sha-0123456', 'latest']],
    ['a branch about a version', { ref: 'refs/heads/release/1.2' }, ['sha-0123456', 'release-1.2']],
    ['a line of versions', { ref: 'refs/heads/1.2.x' }, ['sha-0123456', '1.2.x']],
    ['a version with a zero in front', { ref: 'refs/tags/v01.2.3' }, ['v01.2.3', 'sha-0123456']],
    ['a release that GitHub calls a pre-release', { ref: 'refs/tags/v4.0.5', isPreRelease: true }, ['4.0.5', 'sha-0123456']],
  ])('%s', (_name, part, tags) => {
    expect(tagsOf(part)).toEqual(tags);
  });

  test('`latest` is for the default branch alone: not for a version, and not where the default is unknown', () => {
    expect(tagsOf({ ref: 'refs/tags/v1.2.3' })).not.toContain('latest');
    expect(tagsOf({ defaultBranch: '' })).not.toContain('latest');
  });

  test('whatever a branch is called, it takes no name of a version, a pull request or the default branch', () => {
    const unit = fc.constantFrom('1', '.', '-', 'v', '版', '/', 'latest', 'pr-', 'x');
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 8 }), (parts) => {
        const name = parts.join('');
        expect(
          tagsOf({ ref: `refs/heads/${name}`, sha: '' }).filter((tag) => /^(v?\d+(\.\d+){0,2}|latest|pr-\d+)$/.test(tag)),
        ).toEqual([]);
      }),
    );
  });

  test('a name that gives none is named, and why', () => {
    const why = (ref: string) => whyNoName({ ...event, ref });
    expect(why('refs/tags/版本1.2.3')).toEqual([expect.stringMatching(/^Git tag "版本1\.2\.3" has characters/)]);
    expect(why('refs/heads/1.2')).toEqual([expect.stringMatching(/^Branch "1\.2" would take the image tag "1\.2"/)]);
    expect(
      ['refs/heads/main', 'refs/tags/v1.2.3+b', 'refs/tags/app@1.0.0', 'refs/heads/gh-readonly-queue/1'].flatMap(why),
    ).toEqual([]);
  });

  test('whatever a branch or tag is called, the registry takes the names', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('heads', 'tags'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
        (kind, name) => {
          expect(tagsOf({ ref: `refs/${kind}/${name}` }).every(isTag)).toBe(true);
        },
      ),
    );
  });
});

describe('versions as their tags have them', () => {
  test.each<[string, VersionTags, string[]]>([
    ['v1.2.0', 'as-tagged', ['v1.2.0', 'latest', 'sha-0123456']],
    ['v1.2.0', 'plain', ['1.2.0', 'latest', 'sha-0123456']],
    ['1.2.0', 'as-tagged', ['1.2.0', 'latest', 'sha-0123456']],
    ['v1.2.1-hotfix', 'as-tagged', ['v1.2.1-hotfix', 'sha-0123456']],
    ['v1.2.1-hotfix', 'plain', ['1.2.1-hotfix', 'sha-0123456']],
    ['v1.2.1-hotfix', 'semver', ['1.2.1-hotfix', 'sha-0123456']],
    ['nightly', 'as-tagged', ['nightly', 'sha-0123456']],
  ])('%s, %s', (tag, versions, tags) => {
    expect(deriveTags({ ...event, ref: `refs/tags/${tag}` }, versions)).toEqual(tags);
  });

  test('`latest` follows either the default branch or the versions', () => {
    expect(deriveTags(event, 'as-tagged')).toEqual(['sha-0123456', 'main']);
  });
});

describe('a tag of one package among several', () => {
  const tags = (tag: string, image: string) => deriveTags({ ...event, ref: `refs/tags/${tag}` }, 'semver', image);
  test.each(['p1/v1.0.0', 'p1@1.0.0', 'p1-v1.0.0', '@shop/p1@1.0.0', 'packages/p1/v1.0.0', 'P1/1.0.0'])(
    '%s gives versions to the image of that name',
    (tag) => {
      expect(tags(tag, 'shop/p1')).toEqual(['1.0.0', '1.0', '1', 'sha-0123456']);
    },
  );
  test.each([
    ['p1/v1.0.0', 'shop/p2', 'p1-v1.0.0'],
    ['app@1.2.3', 'shop/other', 'app-1.2.3'],
    ['@shop/p1@1.0.0', 'shop/p2', 'shop-p1-1.0.0'],
    ['release1', 'shop/release', 'release1'],
    ['20200110-RC2', 'shop/20200110', '20200110-RC2'],
  ])('%s is a name for %s', (tag, image, expected) => {
    expect(tags(tag, image)).toEqual([expected, 'sha-0123456']);
  });
});

test('an event about no commit gives the commit alone', () => {
  expect(tagsOf({ name: 'issue_comment', aboutCommit: false })).toEqual(['sha-0123456']);
});

describe('the event as the runner tells it', () => {
  const read = (variables: Record<string, string>, checkedOut?: string) =>
    readEvent({ variables, workspace: '/w', temporary: '/t', debug: false }, checkedOut);
  test.each(['issues', 'issue_comment', 'discussion', 'workflow_run', 'label'])('%s is about what is checked out', (name) => {
    expect(read({ GITHUB_EVENT_NAME: name, GITHUB_SHA: 'a' }, 'b')).toMatchObject({ aboutCommit: false, sha: 'b', runSha: 'a' });
  });
  test.each(['push', 'schedule', 'workflow_dispatch', 'merge_group', 'pull_request_target', 'release', ''])(
    '%s is about its commit',
    (name) => {
      expect(read({ GITHUB_EVENT_NAME: name, GITHUB_SHA: 'a' }, 'b')).toMatchObject({ aboutCommit: true, sha: 'a' });
    },
  );
});

test('the name follows from the repository where GitHub has a registry, in lower case', () => {
  expect(deriveName(event)).toEqual({ registry: 'ghcr.io', repository: 'shop/restaurant' });
  expect(deriveName({ ...event, server: 'https://github.example' })).toEqual({
    why: expect.stringContaining('only on github.com'),
  });
});

test.each(['my-org/.github', 'o/my_repo_', 'o/-x', 'o/a..b'])('a repository called %s gives no name, and why', (repository) => {
  expect(deriveName({ ...event, repository })).toEqual({ why: `no registry takes the repository's own name, ${repository}` });
});

describe('labels from the commit', () => {
  const commit = { sha: event.sha, committedAt: 1_700_000_000 };

  test('they say where the image comes from, with the time of the commit and not of the build', () => {
    expect(deriveLabels(event, commit)).toEqual({
      'org.opencontainers.image.title': 'Restaurant',
      'org.opencontainers.image.url': 'https://github.com/Shop/Restaurant',
      'org.opencontainers.image.source': 'https://github.com/Shop/Restaurant',
      'org.opencontainers.image.revision': event.sha,
      'org.opencontainers.image.created': '2023-11-14T22:13:20.000Z',
    });
  });

  test.each<[string, Partial<BuildEvent>]>([
    ['workflow_dispatch', { name: 'workflow_dispatch', committedAt: undefined }],
    ['schedule', { name: 'schedule', committedAt: undefined, description: '', license: '', defaultBranch: '' }],
    ['a version', { ref: 'refs/tags/v1.2.3' }],
    ['a merge queue', { name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-1' }],
  ])('one commit has the same whatever the event: %s', (_name, part) => {
    expect(deriveLabels({ ...event, ...part }, commit)).toEqual(deriveLabels(event, commit));
  });

  test('what is unknown is left out; outside a workflow there are none', () => {
    expect(deriveLabels(event, undefined)).not.toHaveProperty('org.opencontainers.image.created');
    expect(deriveLabels({ ...event, repository: '' }, commit)).toEqual({});
  });
});

describe('where another commit is checked out than the event’s', () => {
  const other = { sha: 'f'.repeat(40), committedAt: 1_800_000_000 };
  const checked = (part: Partial<BuildEvent>, sha = other.sha) => ofCheckout({ ...event, ...part }, { ...other, sha });

  test('names and labels are of that alone, and it is said', () => {
    const { event: built, notes } = checked({ name: 'workflow_dispatch' });
    expect(deriveTags(built)).toEqual(['sha-fffffff']);
    expect(deriveLabels(built, other)['org.opencontainers.image.revision']).toBe(other.sha);
    expect(notes).toEqual([expect.stringMatching(/^The commit in the workspace is fffffff, and the event is about 0123456/)]);
  });

  test.each<[string, Partial<BuildEvent>, string]>([
    ['the event’s commit', {}, event.sha],
    ['the merge of a pull request', { name: 'pull_request', pullRequest: 7, sha: 'a'.repeat(40) }, event.runSha],
    ['the head of a pull request', { name: 'pull_request', pullRequest: 7, sha: 'a'.repeat(40) }, 'a'.repeat(40)],
    ['whatever an issue runs at', { name: 'issues', aboutCommit: false }, other.sha],
    ['what nobody knows', { sha: '' }, other.sha],
  ])('it is right for %s', (_name, part, sha) => {
    expect(checked(part, sha).notes).toEqual([]);
  });

  test('the base of `pull_request_target` is not its pull request', () => {
    const { event: built } = checked({ name: 'pull_request_target', pullRequest: 7, sha: 'a'.repeat(40) }, event.runSha);
    expect(deriveTags(built)).toEqual(['sha-0123456']);
  });
});
