import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deriveLabels, deriveName, deriveTags } from '../../../src/image/derive-names.js';
import type { BuildEvent } from '../../../src/image/event.js';
import { isTag } from '../../../src/image/reference.js';

const event: BuildEvent = {
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
  pullRequest: undefined,
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
  ])('%s', (_name, part, tags) => {
    expect(tagsOf(part)).toEqual(tags);
  });

  test('`latest` is for the default branch alone: not for a version, and not where the default is unknown', () => {
    expect(tagsOf({ ref: 'refs/tags/v1.2.3' })).not.toContain('latest');
    expect(tagsOf({ defaultBranch: '' })).not.toContain('latest');
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

test('the name follows from the repository where GitHub has a registry, in lower case', () => {
  expect(deriveName(event)).toBe('ghcr.io/shop/restaurant');
  expect(deriveName({ ...event, server: 'https://github.example' })).toBeUndefined();
});

describe('labels from the event', () => {
  test('they say where the image comes from, with the time of the commit and not of the build', () => {
    expect(deriveLabels(event, '1.2.3')).toEqual({
      'org.opencontainers.image.title': 'Restaurant',
      'org.opencontainers.image.description': 'Serves soup.',
      'org.opencontainers.image.url': 'https://github.com/Shop/Restaurant',
      'org.opencontainers.image.source': 'https://github.com/Shop/Restaurant',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.revision': event.sha,
      'org.opencontainers.image.created': '2023-11-14T22:13:20.000Z',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
  });

  test('what is unknown is left out; outside a workflow there are none', () => {
    expect(deriveLabels({ ...event, description: '', committedAt: undefined }, undefined)).not.toHaveProperty(
      'org.opencontainers.image.created',
    );
    expect(deriveLabels({ ...event, repository: '' }, '1')).toEqual({});
  });
});
