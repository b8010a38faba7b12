import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BuildEvent } from '../../../src/image/event.js';
import { applyRules } from '../../../src/image/names/apply-rules.js';
import { formatDate } from '../../../src/image/names/date-format.js';
import { readFlavor } from '../../../src/image/names/flavor.js';
import { inLowerCase } from '../../../src/image/names/lower-case.js';
import { nameImages } from '../../../src/image/names/naming.js';
import { DEFAULT_RULES, isRule, readRule } from '../../../src/image/names/tag-rules.js';
import { readPep440, readSemver } from '../../../src/image/names/versions.js';
import { isTag, parseName } from '../../../src/image/reference.js';

const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37';
const event: BuildEvent = {
  name: 'push',
  aboutCommit: true,
  ref: 'refs/heads/master',
  sha: SHA,
  runSha: SHA,
  baseRef: '',
  pullRequest: undefined,
  isPreRelease: false,
  defaultBranch: 'master',
  repository: 'octocat/Hello-World',
  server: 'https://github.com',
  committedAt: undefined,
  description: 'This your first repo!',
  license: 'MIT',
};
const NOW = Date.parse('2020-01-10T00:30:00Z');
const times = { nowMs: NOW, commitMs: NOW };
const tag = (name: string): Partial<BuildEvent> => ({ ref: `refs/tags/${name}`, baseRef: 'refs/heads/master' });
const branch = (name: string): Partial<BuildEvent> => ({ ref: `refs/heads/${name}` });
const schedule = { name: 'schedule' };
const pullRequest = { name: 'pull_request_target', pullRequest: 15, baseRef: 'master' };
const tagsOf = (part: Partial<BuildEvent>, rules: readonly string[] | undefined, flavor: readonly string[] = []) =>
  applyRules(rules?.map(readRule) ?? DEFAULT_RULES, readFlavor(flavor), { ...event, ...part }, times).tags;

/** The cases of docker/metadata-action's own tests (__tests__/meta.test.ts) and of the tables in its README: event, rules, flavor → tags. */
describe('tags by the rules of docker/metadata-action', () => {
  test.each<[string, Partial<BuildEvent>, string[] | undefined, string[], string[]]>([
    ['nothing said: branch', branch('releases/v1'), undefined, [], ['releases-v1']],
    ['nothing said: default branch', {}, undefined, [], ['master']],
    ['nothing said: tag', tag('v1.1.1'), undefined, [], ['v1.1.1', 'latest']],
    ['nothing said: pre-release', tag('v2.0.8-beta.67'), undefined, [], ['v2.0.8-beta.67', 'latest']],
    ['nothing said: pull request', pullRequest, undefined, [], ['pr-15']],
    ['nothing said: schedule', schedule, undefined, [], ['nightly', 'master']],
    [
      'semver',
      tag('v1.1.1'),
      ['type=semver,pattern={{version}}', 'type=semver,pattern={{major}}.{{minor}}', 'type=semver,pattern={{major}}'],
      [],
      ['1.1.1', '1.1', '1', 'latest'],
    ],
    [
      'semver: one tag twice',
      tag('v1.1.1'),
      ['type=semver,pattern={{version}}', 'type=semver,pattern={{major}}.{{minor}}.{{patch}}'],
      [],
      ['1.1.1', 'latest'],
    ],
    ['semver: as it is tagged', tag('v1.1.1'), ['type=semver,pattern={{raw}}'], [], ['v1.1.1', 'latest']],
    [
      'semver: pre-release',
      tag('v2.0.8-beta.67'),
      ['type=semver,pattern={{major}}.{{minor}}', 'type=semver,pattern={{major}}'],
      [],
      ['2.0.8-beta.67'],
    ],
    ['semver: pre-release as it is tagged', tag('v2.0.8-beta.67'), ['type=semver,pattern={{raw}}'], [], ['v2.0.8-beta.67']],
    ['semver: build metadata', tag('v9.5.7-alpha.2+fork.3.1.8'), ['type=semver,pattern={{version}}'], [], ['9.5.7-alpha.2']],
    [
      'semver: no version',
      tag('sometag'),
      ['type=ref,event=tag', 'type=semver,pattern={{version}}'],
      ['latest=false'],
      ['sometag'],
    ],
    ['semver: a value', {}, ['type=semver,pattern={{version}},value=v1.0.0'], [], ['1.0.0', 'latest']],
    ['semver: a branch', {}, ['type=semver,pattern={{version}}'], [], []],
    [
      'priority',
      tag('v2.0.8-beta.67'),
      ['type=raw,priority=2000,foo', 'type=semver,pattern={{version}}', 'type=match,"pattern=\\d.\\d"'],
      [],
      ['foo', '2.0.8-beta.67', '2.0'],
    ],
    [
      'the first decides on latest',
      tag('v1.1.1'),
      ['type=raw,priority=2000,foo', 'type=ref,event=tag', 'type=edge'],
      [],
      ['foo', 'v1.1.1'],
    ],
    [
      'match',
      tag('p1/v1.0.0'),
      [
        'type=match,"pattern=/^v(\\d.\\d.\\d)$/ig",group=1',
        'type=match,pattern=\\d.\\d.\\d',
        'type=match,pattern=\\d.\\d',
        'type=ref,event=pr',
        'type=sha',
      ],
      [],
      ['1.0.0', '1.0', 'sha-860c190', 'latest'],
    ],
    [
      'match: groups, of which one is not there',
      tag('p1/v1.0.0'),
      [
        'type=match,pattern=p1/v(\\d.\\d.\\d),group=1',
        'type=match,pattern=p1/v(\\d.\\d),group=1',
        'type=match,pattern=p1/v(\\d.\\d),group=3',
      ],
      [],
      ['1.0.0', '1.0', 'latest'],
    ],
    [
      'a suffix for all',
      tag('p1/v1.0.0'),
      ['type=match,pattern=p1/v(\\d.\\d.\\d),group=1', 'type=match,pattern=p1/v(\\d.\\d),group=1,suffix=', 'type=sha'],
      ['suffix=-dev'],
      ['1.0.0-dev', '1.0', 'sha-860c190-dev', 'latest'],
    ],
    ['a prefix and a suffix for all', schedule, ['type=schedule'], ['prefix=glo-', 'suffix=-bal'], ['glo-nightly-bal']],
    ['a prefix of its own', pullRequest, ['type=ref,event=pr,prefix='], ['prefix=glo-', 'suffix=-bal'], ['15-bal']],
    [
      'a suffix for latest too',
      tag('v1.1.1'),
      ['type=semver,pattern={{version}}'],
      ['prefix=foo-,onlatest=true', 'suffix=-dev,onlatest=true'],
      ['foo-1.1.1-dev', 'foo-latest-dev'],
    ],
    ['latest as it is asked for', branch('dev'), ['type=ref,event=branch'], ['latest=true'], ['dev', 'latest']],
    ['latest as it is refused', tag('v1.1.1'), ['type=semver,pattern={{version}}'], ['latest=false'], ['1.1.1']],
    [
      'expressions',
      tag('v1.1.1'),
      ['type=raw,{{tag}}-{{sha}}-foo', 'type=raw,{{base_ref}}-foo', 'type=raw,defbranch-foo,enable={{is_default_branch}}'],
      [],
      ['v1.1.1-860c190-foo', 'master-foo'],
    ],
    [
      'expressions of a branch',
      branch('my/feature'),
      ['type=raw,value=mytag-{{branch}}', 'type=sha,prefix={{branch}}-', 'type=raw,value=base-{{base_ref}}'],
      [],
      ['mytag-my-feature', 'base-', 'my-feature-860c190'],
    ],
    [
      'expressions of a pull request',
      pullRequest,
      ['type=raw,value=mytag-{{base_ref}}', 'type=raw,mytag-defbranch,enable={{is_default_branch}}'],
      [],
      ['mytag-master'],
    ],
    [
      'the default branch',
      {},
      ['type=raw,value=latest,enable={{is_default_branch}}', 'type=raw,other,enable={{is_not_default_branch}}'],
      [],
      ['latest'],
    ],
    [
      'pep440',
      tag('v1.1.1'),
      ['type=pep440,pattern={{raw}}', 'type=pep440,pattern={{major}}.{{minor}}'],
      [],
      ['v1.1.1', '1.1', 'latest'],
    ],
    [
      'pep440: two numbers',
      tag('1.2'),
      ['type=pep440,pattern={{version}}', 'type=pep440,pattern={{major}}.{{minor}}'],
      [],
      ['1.2', 'latest'],
    ],
    [
      'pep440: beta',
      tag('1.1beta2'),
      ['type=pep440,pattern={{major}}.{{minor}}', 'type=pep440,pattern={{major}}'],
      [],
      ['1.1b2'],
    ],
    ['pep440: dev', tag('1.0dev4'), ['type=pep440,pattern={{major}}.{{minor}}'], [], ['1.0.dev4']],
    ['pep440: rc', tag('1.2.3rc2'), ['type=pep440,pattern={{version}}'], [], ['1.2.3rc2']],
    ['pep440: rc as it is tagged', tag('v1.2.3rc2'), ['type=pep440,pattern={{raw}}'], [], ['v1.2.3rc2']],
    ['pep440: post', tag('1.2post1'), ['type=pep440,pattern={{major}}.{{minor}}'], [], ['1.2.post1']],
    [
      'dates',
      schedule,
      ["type=schedule,pattern={{date 'YYYYMMDD'}}", "type=schedule,pattern=source-date-{{commit_date 'YYYY-MM-DD'}}"],
      [],
      ['20200110', 'source-date-2020-01-10'],
    ],
    ['dates elsewhere', schedule, ["type=schedule,pattern={{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}"], [], ['20200110-093000']],
    ['a date without quotes', {}, ['type=raw,value=src-{{commit_date YYYY-MM-DD}}'], [], ['src-2020-01-10T00-30-00Z']],
    ['a schedule on another event', {}, ['type=schedule'], [], []],
    [
      'sha',
      schedule,
      ['type=schedule', 'type=sha,priority=2000', 'type=raw,value=defbranch,enable={{is_default_branch}}'],
      [],
      ['sha-860c190', 'nightly', 'defbranch'],
    ],
    ['sha in full', {}, ['type=sha,format=long'], [], [`sha-${SHA}`]],
    ['sha without a prefix', {}, ['type=sha,prefix='], [], ['860c190']],
    ['edge', {}, ['type=edge'], [], ['edge']],
    ['edge of another branch', branch('dev'), ['type=edge', 'type=edge,branch=dev,suffix=-x'], [], ['edge-x']],
    ['a tag as it stands', {}, ['foo', 'type=raw,value=bar,enable=false'], [], ['foo']],
    ['what a tag cannot hold', branch('my/feature#1245'), ['type=ref,event=branch'], [], ['my-feature-1245']],
    ['a long branch', branch('x'.repeat(200)), ['type=ref,event=branch'], [], ['x'.repeat(128)]],
  ])('%s', (_name, part, rules, flavor, tags) => {
    expect(tagsOf(part, rules, flavor)).toEqual(tags);
  });

  test('a rule that was meant for another tag says so', () => {
    const { notes } = applyRules(
      ['type=semver,pattern={{version}}', 'type=match,pattern=^v'].map(readRule),
      readFlavor([]),
      { ...event, ...tag('some') },
      times,
    );
    expect(notes).toEqual([
      expect.stringContaining('"some" is no version by semver.org'),
      expect.stringContaining('does not match "some"'),
    ]);
  });

  test.each([
    ['type=latest', /has the type "latest"; known are schedule/],
    ['type=semver', /needs pattern=/],
    ['type=ref', /needs event=/],
    ['type=ref,event=push', /has event=push; known are branch, tag, pr/],
    ['type=match,pattern=(', /is no regular expression/],
    ['type=match,pattern=x,group=a', /group=a, which is no number/],
    ['type=sha,format=middle', /known are short, long/],
    ['type=raw', /needs value=/],
    ['type=sha,length=8', /has length, which type=sha does not know/],
    ['type=raw,foo,priority=high', /is no number/],
    ['ghcr.io/owner/app:1', /names a whole image among rules/],
    ['type=raw,value=localhost:5000/app:1', /names a whole image among rules/],
  ])('%s is told', (line, message) => {
    expect(() => readRule(line)).toThrow(message);
  });

  test('a version inside a tag is where `match` says', () => {
    const at = { ref: 'refs/tags/docker-v1.2.3' };
    expect(tagsOf(at, ['type=semver,pattern={{version}},match=docker-(.*)'])).toEqual(['1.2.3', 'latest']);
  });

  test('a branch with slashes is what `type=raw` is often given', () => {
    expect(tagsOf({}, ['type=raw,value=dependabot/npm/@types/node-1.2'])).toEqual(['dependabot-npm-types-node-1.2']);
  });

  test.each([
    ['type=raw,value={{nosuch}}', /"\{\{nosuch\}\}" is not known; known are \{\{branch\}\}/],
    ['type=raw,foo,enable=maybe', /has enable=maybe/],
    ["type=raw,value={{date 'YYYY' tz='Moon'}}", /"Moon" is no time zone/],
    ["type=raw,value={{date 'YYYYwhen'}}", /has "w", which is not known/],
    ['type=raw,value=-a', /gives the tag "-a", which no registry takes/],
  ])('%s is told when it is applied', (line, message) => {
    expect(() => tagsOf({}, [line])).toThrow(message);
  });

  test.each([
    ['latest=yes', /has "yes"; known are auto, true, false/],
    ['onlatest=true', /without prefix= or suffix=/],
    ['infix=a', /has "infix"; known are/],
    ['prefix', /is not latest=/],
  ])('flavor: %s is told', (line, message) => {
    expect(() => readFlavor([line])).toThrow(message);
  });

  test('whatever the rules and the event, a registry takes the tags', () => {
    const rules = fc.constantFrom(
      'type=ref,event=branch',
      'type=ref,event=tag',
      'type=raw,value=x-{{branch}}-{{tag}}',
      'type=match,pattern=.+',
      'type=edge',
    );
    const ref = fc.tuple(fc.constantFrom('heads', 'tags'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(rules, { minLength: 1 }), ref, (lines, [kind, name]) => {
        try {
          expect(tagsOf({ ref: `refs/${kind}/${name}` }, lines).every(isTag)).toBe(true);
        } catch (error) {
          expect(String(error)).toMatch(/which no registry takes/);
        }
      }),
    );
  });
});

describe('versions', () => {
  test.each(['1.0.0', 'v1.2.3-rc.1', '=1.2.3', '1.0.0-0.3.7', '1.0.0+a.b'])('%s is one of semver', (text) => {
    expect(readSemver(text)).toBeDefined();
  });
  test.each(['1.2', '01.2.3', '1.2.3-01', '1.2.3-', 'v1.2.3.4', ''])('%j is none', (text) => {
    expect(readSemver(text)).toBeUndefined();
  });
  test.each([
    ['1.0.alpha', '1.0a0'],
    ['1.0-1', '1.0.post1'],
    ['1!2.0.RC.3', '1!2.0rc3'],
    ['1.0-preview_2', '1.0rc2'],
    ['2012.4+Ubuntu-1', '2012.4+ubuntu.1'],
    ['v1.0.rev', '1.0.post0'],
  ])('%s is %s of Python', (text, normal) => {
    expect(readPep440(text)?.version).toBe(normal);
  });
  test.each(['release', '1.0-x', ''])('%j is none of Python', (text) => {
    expect(readPep440(text)).toBeUndefined();
  });
});

test.each([
  ['YYYY-MM-DD[T]HH:mm:ss.SSSZ', 'UTC', '2024-12-30T05:07:09.045+00:00'],
  ['YY M D H h A dddd ddd Do DDDD GGGG-[W]WW Q', 'UTC', '24 12 30 5 5 AM Monday Mon 30th 365 2025-W01 4'],
  ['YYYYMMDD ZZ', 'America/New_York', '20241230 -0500'],
  ['HH:mm Z MMM MMMM', 'Asia/Kolkata', '10:37 +05:30 Dec December'],
  ['X x', 'UTC', '1735535229 1735535229045'],
  [undefined, 'UTC', '2024-12-30T05:07:09Z'],
])('a date as %s in %s', (format, zone, text) => {
  expect(formatDate(Date.parse('2024-12-30T05:07:09.045Z'), format, zone)).toBe(text);
});

describe('how the images of a step are called', () => {
  const naming = (inputs: Partial<Parameters<typeof nameImages>[0]>, part: Partial<BuildEvent> = {}) =>
    nameImages({ versionTags: 'semver', ...inputs }, { event: { ...event, ...part }, commit: undefined, nowMs: NOW });

  test('upper case is lowered, and said', () => {
    const { repositories, notes } = naming({ images: [inLowerCase('ghcr.io/MyOrg/App', parseName)] });
    expect(repositories[0]).toMatchObject({ repository: 'myorg/app' });
    expect(notes).toEqual(['ghcr.io/MyOrg/App goes to ghcr.io/myorg/app: names of repositories are lower case.']);
  });

  test('an image that is not enabled is passed over', () => {
    const images = [{ ...parseName('ghcr.io/o/a'), enabled: false }, parseName('ghcr.io/o/b')];
    expect(naming({ images }).repositories).toEqual([parseName('ghcr.io/o/b')]);
  });

  test('a flavor alone turns to the rules; without one the table of this action holds', () => {
    const image = [parseName('ghcr.io/o/a')];
    const tags = (inputs: Partial<Parameters<typeof nameImages>[0]>) =>
      naming(inputs)
        .references(image)
        .map((one) => one.tag);
    expect(tags({ flavor: readFlavor(['latest=false']) })).toEqual(['master']);
    expect(tags({})).toEqual(['sha-860c190', 'master', 'latest']);
  });

  test('with rules the labels are theirs', () => {
    const { labels, version } = naming(
      { tags: { kind: 'rules', rules: [readRule('type=semver,pattern={{version}}')] } },
      tag('v1.1.1'),
    );
    expect(version).toBe('1.1.1');
    expect(labels).toMatchObject({ 'org.opencontainers.image.version': '1.1.1', 'org.opencontainers.image.licenses': 'MIT' });
  });
});

test.each([
  ['type=ref,event=branch', true],
  ['"type=match,pattern=a,b"', true],
  ['foo,type=raw', true],
  ['ghcr.io/o/app:type', false],
])('%s is a rule: %s', (line, rule) => {
  expect(isRule(line)).toBe(rule);
});
