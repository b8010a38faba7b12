import { describe, expect, test } from '@jest/globals';
import type { BakeTarget } from '../../../src/image/bake/definition.js';
import { fakeBuildx } from '../../src/image/fake-buildx.js';
import { runStep } from './run-step.js';
import { unpushedSteps } from './unpushed-step.js';

const bed = unpushedSteps();
const { built, step, write } = bed;

describe('what the engine would not take is told by its input before anything is built', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a limit', { ulimit: 'nofile' }, /^Input `ulimit`: "nofile" is no limit; write .*\.$/],
    ['a host', { 'add-hosts': 'db' }, /^Input `add-hosts`: "db" is no host/],
    ['a size', { 'shm-size': 'two' }, /^Input `shm-size`: "two" is no size/],
    ['a network', { network: 'bridge' }, /^Input `network`: "bridge" is not one of/],
    ['a right', { allow: 'security-insecure' }, /^Input `allow`: .*did you mean "security\.insecure"/],
    [
      'a right that bake files alone have',
      { allow: 'fs.read=/tmp' },
      /^Input `allow`: "fs\.read=\/tmp" is for bake and Compose files/,
    ],
    ['no SSH agent', { ssh: 'default' }, /^Input `ssh`: "default" means the SSH agent of this job, and there is none/],
    ['no SSH key', { ssh: 'default=nosuch' }, /^Input `ssh`: there is no socket or key at "nosuch" for "default"/],
    ['a key by a short path', { ssh: 'default=~/.ssh/id' }, /without ~, which nobody expands here/],
    ['no directory', { 'build-contexts': 'lib=./lib' }, /^Input `build-contexts`: lib: there is no directory "\.\/lib"/],
    ['an image without its scheme', { 'build-contexts': 'base=alpine' }, /An image is written docker-image:\/\/alpine/],
    [
      'a page as a named context',
      { 'build-contexts': 'lib=https://github.com/a/b' },
      /a Git repository is written https:\/\/github\.com\/a\/b\.git/,
    ],
    [
      'a page as the context',
      { context: 'https://github.com/a/b/tree/main/app' },
      /^Input `context`: .*write https:\/\/github\.com\/a\/b\.git#main:app/,
    ],
    ['a cache without a name', { 'cache-to': 'type=registry' }, /^Input `cache-to`: has type=registry without ref/],
    [
      "GitHub's cache where there is none",
      { 'cache-to': 'type=gha,mode=max' },
      /^Input `cache-to`: has type=gha, and this runner has no cache of GitHub/,
    ],
    [
      'a level beyond the last',
      { 'compression-level': '12', push: 'true' },
      /^Input `compression-level` is 12, and gzip ends at 9/,
    ],
    ['an attestation of no type', { attests: 'mode=max' }, /^Input `attests`: has no `type=`; write type=sbom/],
    ['an attestation that is misspelt', { attests: 'type=provenence' }, /did you mean "provenance"/],
    [
      'an annotation of no part',
      { annotations: 'manfest:a=b' },
      /^Input `annotations`: "manfest:a" is for "manfest", did you mean "manifest"/,
    ],
    ['a level of nothing', { compression: 'uncompressed', 'compression-level': '3', push: 'true' }, /exclude each other/],
  ])('%s', async (_name, given, message) => {
    await expect(step(given)).rejects.toThrow(message);
    expect(built()).toEqual([]);
  });

  test.each(['', '\n\n# nothing yet\n'])('a Dockerfile with nothing in it: %j', async (content) => {
    write('Dockerfile', content);
    await expect(step({})).rejects.toThrow(/^Dockerfile is empty: it has no instruction/);
    expect(built()).toEqual([]);
  });

  test('an agent, a key and a directory that are there are taken', async () => {
    write('key', '');
    await step({ ssh: 'default,other=key', 'build-contexts': 'lib=.' }, { SSH_AUTH_SOCK: '/run/agent' });
    expect(built()).toHaveLength(1);
  });

  test.each<[string, BakeTarget, RegExp]>([
    ['limits', { ulimits: ['nofile'] }, /Target web: `ulimits`: "nofile" is no limit/],
    ['hosts', { 'extra-hosts': { db: 'database' } }, /Target web: `extra-hosts`: "db=database" has no IP address/],
    ['size', { 'shm-size': 'two' }, /Target web: `shm-size`/],
    ['network', { network: 'bridge' }, /Target web: `network`/],
    ['rights', { entitlements: ['privileged'] }, /Target web: `entitlements`/],
    ['agent', { ssh: [{ id: 'default' }] }, /Target web: `ssh`: "default" means the SSH agent/],
    ['contexts', { contexts: { lib: './lib' } }, /Target web: `contexts\.lib`: there is no directory/],
    ['context', { context: 'https://github.com/a/b' }, /Target web: `context`: .* is written https:\/\/github\.com\/a\/b\.git/],
    ['cache', { 'cache-to': [{ type: 'registry' }] }, /Target web: `cache-to`: has type=registry without ref/],
    ["GitHub's cache", { 'cache-to': ['type=gha'] }, /Target web: `cache-to`: has type=gha, and this runner has no cache/],
  ])('so it is in a bake file: %s', async (_name, target, message) => {
    const plan = { group: { default: { targets: ['web'] } }, target: { web: { context: '.', ...target } } };
    bed.fake.remove();
    bed.fake = fakeBuildx({ bake: { stdout: JSON.stringify(plan), metadata: {} } });
    write('docker-bake.hcl', '');
    write('Dockerfile', 'FROM scratch\n');
    const asked = { file: 'docker-bake.hcl', push: 'false' };
    await expect(runStep(asked, { environment: bed.fake.environment, log: bed.log })).rejects.toThrow(message);
    expect(bed.fake.calls().filter(({ args }) => args[0] === 'bake' && !args.includes('--print'))).toEqual([]);
  });
});

describe('what is read and does nothing is said, and the step goes on', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a rule that nobody has',
      { 'review-ignore': 'RootUsr' },
      /^Input `review-ignore` .*"RootUsr" is no rule .*; did you mean RootUser\?$/,
    ],
    ['the same with a line', { 'review-ignore': 'RootUsr:3' }, /did you mean RootUser/],
    [
      'a stage that is not there',
      { 'no-cache-filters': 'biuld' },
      /^Input `no-cache-filters`: there is no stage "biuld" to build again; there are deps, build\. Did you mean build\?$/,
    ],
    [
      'a mirror of what is not asked',
      { 'hadolint-mirror': 'https://mirror.example' },
      /^Input `hadolint-mirror` has no effect without `hadolint: true`/,
    ],
    ['a compression of nothing', { compression: 'zstd' }, /^Input `compression`: nothing is pushed or written to an archive/],
    ['the same where it is loaded', { compression: 'zstd', load: 'true', push: '' }, /^Input `compression`/],
    [
      'the form of nothing',
      { 'oci-mediatypes': 'false', 'force-compression': 'true' },
      /^Inputs `force-compression`, `oci-mediatypes`/,
    ],
    [
      'a template of a label',
      { labels: "org.example.at={{commit_date 'YYYY'}}" },
      /^Input `labels`: org\.example\.at is written with its braces/,
    ],
    ['names beside names', { images: 'ghcr.io/shop/app' }, /^Input `images` has no effect beside whole names in `tags`/],
    [
      "GitHub's cache where there is none",
      { 'cache-from': 'type=gha' },
      /^Input `cache-from` has type=gha, and this runner has no cache of GitHub/,
    ],
  ])('%s', async (_name, given, message) => {
    write('Dockerfile', 'FROM scratch AS deps\nFROM scratch AS build\nUSER nobody\n');
    await step(given);
    expect(bed.log.warnings).toContainEqual(expect.stringMatching(message));
    expect(built()).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a compression of nothing', { compression: 'zstd', push: 'false' }, /^Input `compression`: nothing is pushed/],
    [
      'names beside names',
      { images: 'ghcr.io/shop/app', push: 'false' },
      /^Input `images` has no effect: each image that is pushed has `tags`/,
    ],
    [
      'a stage that is not there',
      { 'no-cache-filters': 'biuld', push: 'false' },
      /there is no stage "biuld" to build again; there is build/,
    ],
    ['a rule that nobody has', { 'review-ignore': 'RootUsr', push: 'false' }, /"RootUsr" is no rule/],
  ])('so it is in a bake file: %s', async (_name, given, message) => {
    const web = { context: '.', tags: ['ghcr.io/shop/web:1'] };
    bed.fake.remove();
    bed.fake = fakeBuildx({
      bake: { stdout: JSON.stringify({ group: { default: { targets: ['web'] } }, target: { web } }), metadata: {} },
    });
    write('docker-bake.hcl', '');
    write('Dockerfile', 'FROM scratch AS build\nUSER nobody\n');
    await runStep({ file: 'docker-bake.hcl', ...given }, { environment: bed.fake.environment, log: bed.log });
    expect(bed.log.warnings).toContainEqual(expect.stringMatching(message));
  });

  test.each<[string, Record<string, string>]>([
    [
      'rules of all three reviews',
      { 'review-ignore': 'RootUser,UndefinedVar:3,DL3008,SC2086,SecretInInput:APP,InvalidBaseImagePlatform' },
    ],
    ['a stage that is there', { 'no-cache-filters': 'Deps' }],
    ['an archive', { compression: 'zstd', outputs: 'type=oci,dest=a.tar' }],
    ['rules for names', { images: 'ghcr.io/shop/app', tags: 'type=raw,value=1' }],
    ["GitHub's cache", { 'cache-from': 'type=gha,token=t,url=https://cache' }],
  ])('nothing is said of %s', async (_name, given) => {
    write('Dockerfile', 'FROM scratch AS deps\nUSER nobody\n');
    await step(given);
    expect(bed.log.warnings.filter((text) => text.startsWith('Input'))).toEqual([]);
  });
});
