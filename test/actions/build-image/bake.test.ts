import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublishedEntry } from '../../../actions/build-image/outcome.js';
import type { BakeDefinition, BakeTarget } from '../../../src/image/bake/definition.js';
import { type FakeBuildx, fakeBuildx, type RecordedLog, recordedLog } from '../../src/image/fake-buildx.js';
import { FakeRegistry } from '../../src/image/fake-registry.js';
import { runStep } from './run-step.js';

let fake: FakeBuildx;
let registry: FakeRegistry;
let web: string;
let api: string;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  web = registry.addImage(['web layer']);
  api = registry.addImage(['api layer']);
});
afterEach(async () => {
  fake.remove();
  await registry.stop();
});

const names = (...tags: string[]) => tags.map((tag) => `${registry.name}/${tag}`);

const REMOTE_BUILDER =
  'Name:   builder\nDriver: docker-container\n\nNodes:\nName:     builder0\nEndpoint: unix:///var/run/docker.sock\n';

/** A builder, by default one that pushes by digest, for which buildx resolves the file to these targets. */
function resolves(target: Readonly<Record<string, BakeTarget>>, answer = {}, inspected = REMOTE_BUILDER): void {
  const targets = Object.keys(target).filter((name) => name !== 'base');
  const plan: BakeDefinition = { group: { default: { targets } }, target };
  fake = fakeBuildx({
    inspect: { stdout: inspected },
    bake: {
      stdout: JSON.stringify(plan),
      metadata: {
        web: {
          'containerimage.digest': web,
          'containerimage.config.digest': `sha256:${'2'.repeat(64)}`,
          'buildx.build.provenance': {},
        },
        api: { 'containerimage.digest': api },
      },
      ...answer,
    },
  });
  for (const file of ['docker-bake.hcl', 'compose.yml', 'web/Dockerfile', 'api/Dockerfile', 'Dockerfile.json']) {
    mkdirSync(dirname(join(fake.environment.workspace, file)), { recursive: true });
    writeFileSync(join(fake.environment.workspace, file), 'FROM scratch\nUSER nobody\n');
  }
}

/** What the runner gives to actions. */
const GITHUB_CACHE = { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'https://results' };

const two = () => ({
  web: { context: 'web', tags: names('shop/web:1', 'shop/web:latest') },
  api: { context: 'api', tags: names('shop/api:1') },
});

function step(
  given: Record<string, string> = {},
  { variables = {}, log = recordedLog(), signal = new AbortController().signal } = {} as {
    variables?: Record<string, string>;
    log?: RecordedLog;
    signal?: AbortSignal;
  },
) {
  const asked = { file: 'docker-bake.hcl', 'retry-for': '0', ...given };
  const environment = {
    ...fake.environment,
    variables: { ...fake.environment.variables, BUILDX_BUILDER: 'builder', ...variables },
  };
  return runStep(asked, { environment, log, signal });
}

const refusal = (given: Record<string, string> = {}, variables: Record<string, string> = {}) =>
  step(given, { variables }).then(
    ({ failure }) => failure ?? 'it worked',
    (error: Error) => error.message,
  );
const builds = () => fake.calls().filter(({ args }) => args[0] === 'bake' && !args.includes('--print'));

test('each image is handed on by the digest that the registry serves, and all tags stand for theirs', async () => {
  resolves(two());
  const { outputs, failure, summary } = await step();
  expect(failure).toBeUndefined();
  const entries = JSON.parse(outputs['images-json']) as PublishedEntry[];
  expect(entries).toEqual([
    {
      target: 'web',
      image: `${registry.name}/shop/web@${web}`,
      digest: web,
      tags: names('shop/web:1', 'shop/web:latest'),
      imageid: `sha256:${'2'.repeat(64)}`,
      'size-bytes': 59,
      platforms: ['linux/amd64'],
    },
    expect.objectContaining({ target: 'api', image: `${registry.name}/shop/api@${api}`, tags: names('shop/api:1') }),
  ]);
  expect(outputs).toMatchObject({ image: '', digest: '', imageid: '', 'size-bytes': '', platforms: '' });
  expect(outputs.tags.split('\n')).toEqual(names('shop/web:1', 'shop/web:latest', 'shop/api:1'));
  expect(JSON.parse(outputs['metadata-json'])).toEqual({
    web: { 'containerimage.digest': web, 'containerimage.config.digest': `sha256:${'2'.repeat(64)}` },
    api: { 'containerimage.digest': api },
  });
  expect([...registry.tags.values()].sort()).toEqual([web, web, api].sort());
  expect(summary).toMatch(/### web: published[\s\S]*### api: published/);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});

test('a single image fills the outputs of one', async () => {
  resolves({ web: two().web });
  const { outputs } = await step({ targets: 'web' });
  expect(outputs).toMatchObject({ image: `${registry.name}/shop/web@${web}`, digest: web, platforms: 'linux/amd64' });
});

test('however many images there are, it costs four processes, and the definition is no file', async () => {
  resolves(two());
  await step();
  expect(
    fake
      .calls()
      .map(({ args }) => args[0])
      .sort(),
  ).toEqual(['bake', 'bake', 'inspect', 'version']);
  expect(builds()[0]?.args).toContain('--file=-');
});

test('a target without a tag gets the names that follow from the event, with its own after them', async () => {
  resolves({ web: { context: 'web' }, api: { context: 'api' } });
  const variables = { GITHUB_REF: 'refs/tags/v1.2.3', GITHUB_SHA: 'abcdef0123456' };
  const { outputs } = await step({ images: `${registry.name}/shop` }, { variables });
  expect(outputs.tags.split('\n')).toEqual(
    names(...['web', 'api'].flatMap((one) => ['1.2.3', '1.2', '1', 'sha-abcdef0'].map((tag) => `shop/${one}:${tag}`))),
  );
});

test('a target that is pushed by its digest gets no tag, and one without `tags` the name of its output', async () => {
  const byDigest = 'type=image,push-by-digest=true,name-canonical=true,push=true';
  resolves({
    web: { context: 'web', output: [`${byDigest},name=${registry.name}/shop/web`] },
    api: { ...two().api, output: ['type=registry,compression=zstd'] },
  });
  const { outputs, failure } = await step({ 'compression-level': '3' });
  expect(failure).toBeUndefined();
  const entries = JSON.parse(outputs['images-json']) as PublishedEntry[];
  expect(entries.map(({ image, tags }) => [image, tags])).toEqual([
    [`${registry.name}/shop/web@${web}`, []],
    [`${registry.name}/shop/api@${api}`, names('shop/api:1')],
  ]);
  expect([...registry.tags.keys()]).toEqual(['shop/api:1']);
  const { target } = JSON.parse(builds()[0]?.input ?? '') as { target: Record<string, { output: string[] }> };
  expect(target.api?.output[0]).toMatch(/^type=image,oci-mediatypes=true,compression=zstd,compression-level=3,name=/);
});

test('outputs of a target that contradict each other, and a digest with a tag, are one sentence each', async () => {
  resolves({
    web: { ...two().web, output: ['type=image,push-by-digest=true,push=true'] },
    api: { ...two().api, output: ['type=image,compression=zstd', 'type=registry,compression=gzip'] },
  });
  const text = await refusal();
  expect(text).toMatch(
    /Target web: push-by-digest=true gives the image no name, and .*shop\/web:1, .*shop\/web:latest has a tag/,
  );
  expect(text).toMatch(/Target api: `output` says both compression=zstd and compression=gzip of the image/);
  expect(builds()).toEqual([]);
});

test('a target that goes to a directory is built and not pushed', async () => {
  resolves({ ...two(), api: { context: 'api', output: ['type=local,dest=out'] } });
  const { outputs } = await step();
  expect((JSON.parse(outputs['images-json']) as PublishedEntry[]).map(({ target }) => target)).toEqual(['web']);
  expect(outputs.image).toBe(`${registry.name}/shop/web@${web}`);
});

test('a build that fails moves no tag, and the failure names the target', async () => {
  const error = 'ERROR: target api: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2\n';
  resolves(two(), { code: 1, stderr: error });
  const { failure, outputs } = await step();
  expect(failure).toMatch(/^Target api: A RUN step of the Dockerfile ended with exit code 2: \/bin\/sh -c make\n/);
  expect(outputs['images-json']).toBe('');
  expect(registry.tags.size).toBe(0);
});

test('a cancelled build ends, and no tag is moved', async () => {
  resolves(two(), { hangs: true });
  const controller = new AbortController();
  const log = recordedLog((line) => {
    if (line.startsWith('child ')) controller.abort(new Error('cancelled'));
  });
  await expect(step({}, { log, signal: controller.signal })).rejects.toThrow('cancelled');
  expect(registry.tags.size).toBe(0);
  expect(readdirSync(fake.environment.temporary)).toEqual([]);
});

test('what goes for all goes for the targets too that others build on, but for what is about the image', async () => {
  resolves({ web: { ...two().web, contexts: { base: 'target:base' } }, base: { context: 'api' } });
  const given = {
    platforms: 'linux/amd64',
    'build-args': 'A=1',
    labels: 'l=1',
    'cache-to': 'type=gha\ntype=gha,scope={target}',
    reproducible: 'true',
  };
  const { outputs } = await step(given, { variables: { SOURCE_DATE_EPOCH: '17', ...GITHUB_CACHE } });
  expect((JSON.parse(outputs['images-json']) as PublishedEntry[]).map(({ target }) => target)).toEqual(['web']);
  const { target } = JSON.parse(builds()[0]?.input ?? '') as { target: Record<string, BakeTarget> };
  expect(target.base).toMatchObject({
    platforms: ['linux/amd64'],
    args: { A: '1', SOURCE_DATE_EPOCH: '17' },
    labels: {},
    'cache-to': ['type=gha,scope=base'],
  });
});

test('the Dockerfile of a target outside of the workspace is read, too', async () => {
  resolves({ web: { context: '../elsewhere', tags: names('shop/web:1') } });
  const elsewhere = join(fake.environment.workspace, '../elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'Dockerfile'), `FROM scratch\nENV T=ghp_${'a'.repeat(36)}\n`);
  await expect(step({ allow: 'fs.read=../elsewhere' })).rejects.toThrow(/elsewhere\/Dockerfile:2 {2}SecretInDockerfile/);
  expect(registry.tags.size).toBe(0);
});

test('that a Dockerfile is fetched by the engine, and so not looked through here, is said', async () => {
  resolves({ web: { context: 'https://github.com/o/r.git#main', tags: names('shop/web:1') } });
  const log = recordedLog();
  await step({}, { log });
  expect(log.lines.join('\n')).toContain('Target web: its Dockerfile is fetched by the engine');
});

test('labels that follow from the repository are no secrets, whatever secret is a part of them', async () => {
  resolves({ web: { context: 'web', tags: names('shop/web:1') } });
  const repository = { GITHUB_REPOSITORY: 'shop/restaurant-group', GITHUB_SERVER_URL: 'https://github.com' };
  const { failure } = await step({ secrets: 'group=restaurant-group' }, { variables: repository });
  expect(failure).toBeUndefined();
});

test('a secret goes by the environment, and is in no argument and no definition', async () => {
  resolves({ web: two().web });
  await step({ secrets: 'npm=correct-horse-battery' });
  const [build] = builds();
  expect(build?.args.join(' ')).not.toContain('correct-horse');
  expect(build?.variables.D9_BUILD_SECRET_0).toBe('correct-horse-battery');
  expect(build?.input).toContain('id=npm,env=D9_BUILD_SECRET_0');
  expect(build?.input).not.toContain('correct-horse');
});

describe('before anything is built, all at once', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'inputs of one image',
      { tags: 'ghcr.io/o/a', target: 'x' },
      /Inputs `target`, `tags`: a bake or Compose file says that for each of its images/,
    ],
    [
      'a stage in the place of a target',
      { file: 'web/Dockerfile', targets: 'web' },
      /"web\/Dockerfile" is no bake or Compose file .* A stage of a Dockerfile is named with `target`/,
    ],
    [
      'a Dockerfile beside the file',
      { file: 'docker-bake.hcl\nweb/Dockerfile' },
      /"web\/Dockerfile" is no bake or Compose file .*, and the others are/,
    ],
    ['a file that is not there', { file: 'nosuch.hcl' }, /Input `file`: there is no file "nosuch\.hcl"/],
    ['a remote context', { context: 'https://github.com/o/r.git' }, /read in the workspace/],
    ['buildah', { engine: 'buildah' }, /bake and Compose files need buildx/],
    ['a whole name to compare with', { 'compare-to': 'ghcr.io/o/a:1' }, /only a tag has a meaning for all of them/],
    [
      'one cache for all',
      { 'cache-to': 'type=registry,ref=r' },
      /2 targets would write "type=registry,ref=r", each over the one before.*type=gha,scope=\{target\}/,
    ],
  ])('%s', async (_name, given, message) => {
    resolves(two());
    expect(await refusal(given)).toMatch(message);
    expect(builds()).toEqual([]);
  });

  test.each<[string, () => Record<string, BakeTarget>, RegExp]>([
    [
      'one tag for two images',
      () => ({ a: { tags: ['ghcr.io/o/x'] }, b: { tags: ['ghcr.io/o/x:latest'] } }),
      /The targets a and b have the same tag ghcr\.io\/o\/x:latest/,
    ],
    [
      'a name without an owner',
      () => ({ a: { tags: ['web'] } }),
      /Target a: the tag "web:latest" names no registry and no owner/,
    ],
    ['a bad tag', () => ({ a: { tags: ['ghcr.io/o_/x'] } }), /Target a: .*has "o_" in its name/],
    [
      'no tag at all',
      () => ({ a: {} }),
      /Target a: it has no tag to be pushed to\. Give it `tags` \(in a Compose file `image`\)/,
    ],
    [
      'an unknown platform',
      () => ({ a: { tags: ['ghcr.io/o/x'], platforms: ['linux/bogus99'] } }),
      /Target a: "linux\/bogus99" is not a known platform/,
    ],
    [
      'no Dockerfile',
      () => ({ a: { tags: ['ghcr.io/o/x'], context: 'nosuch' } }),
      /Target a: there is no Dockerfile at web\/nosuch\/Dockerfile/,
    ],
    [
      'a token in an argument',
      () => ({ a: { tags: ['ghcr.io/o/x'], args: { T: `ghp_${'a'.repeat(36)}` } } }),
      /^((?!ghp_)[\s\S])*Target a, `args`: T holds a GitHub token/,
    ],
    [
      'a secret of the file in a label',
      () => ({ a: { tags: ['ghcr.io/o/x'], secret: [{ id: 'x', env: 'HORSE' }], labels: { l: 'a correct-horse' } } }),
      /Target a, `labels`: l holds a value that another input keeps secret/,
    ],
    [
      'a file of the runner',
      () => ({ a: { tags: ['ghcr.io/o/x'], secret: [{ id: 'x', src: '/etc/hostname' }] } }),
      /Target a asks for more than a build may do by itself: fs\.read=\/etc\/hostname/,
    ],
    ['nothing to build', () => ({}), /^docker-bake\.hcl names nothing to build/],
  ])('%s', async (_name, target, message) => {
    resolves(target());
    expect(await refusal({ context: 'web' }, { HORSE: 'correct-horse' })).toMatch(message);
    expect(builds()).toEqual([]);
    expect(registry.requests).toEqual([]);
  });

  test('provenance of a reproducible image', async () => {
    resolves({ web: { ...two().web, attest: ['type=provenance,mode=max'] } });
    expect(await refusal({ reproducible: 'true' })).toMatch(/^Target web asks for provenance.*`reproducible` excludes it/);
  });

  test('Docker’s classic image store cannot hold an image back', async () => {
    resolves(two(), {}, 'Name:   default\nDriver: docker\n\nNodes:\nName:     default\nEndpoint: default\n');
    expect(await refusal()).toMatch(
      /classic image store cannot export an image\.\nTurn on the containerd image store.*\n.*several images/,
    );
    expect(builds()).toEqual([]);
  });
});

test.each(['--push', 'https://github.com/o/r.git', ','])('"%s" is no target', async (targets) => {
  resolves(two());
  expect(await refusal({ targets })).toMatch(/Input `targets`: (".*" is not the name of a target|line 1 has an empty entry)/);
  expect(fake.calls()).toEqual([]);
});

test('files of earlier steps may lie in the temporary directory, as docker/metadata-action leaves them', async () => {
  resolves({ web: two().web });
  const generated = join(fake.environment.temporary, 'metadata-bake.json');
  writeFileSync(generated, '{}');
  expect((await step({ file: `docker-bake.hcl\ncwd://${generated}` })).failure).toBeUndefined();
  const [plan] = fake.calls().filter(({ args }) => args.includes('--print'));
  expect(plan?.args.join(' ')).toContain('--file docker-bake.hcl --file ../temporary/metadata-bake.json');
});

test('a file named Dockerfile.json is a Dockerfile', async () => {
  resolves(two());
  await refusal({ file: 'Dockerfile.json', tags: `${registry.name}/shop/app:1` });
  expect(fake.calls().map(({ args }) => args[0])).not.toContain('bake');
});

test('what `set` says is in the plan that buildx resolves', async () => {
  resolves(two());
  await step({ set: '*.platform=linux/arm64\nweb.args.LIST=a,b' });
  const [plan] = fake.calls().filter(({ args }) => args.includes('--print'));
  expect(plan?.args.join(' ')).toContain('--print --set *.platform=linux/arm64 --set web.args.LIST=a,b --');
  await expect(step({ set: 'platform=linux/arm64' })).rejects.toThrow(/pattern\.key=value/);
  await expect(step({ set: '*.args.A=1', file: 'web/Dockerfile' })).rejects.toThrow(
    /`set` changes what a bake or Compose file says/,
  );
});

describe('services that are no image of their own', () => {
  const compose = (content: string) => writeFileSync(join(fake.environment.workspace, 'compose.yml'), content);

  test('a worker of the same image is built once, and the log says so', async () => {
    const tags = names('shop/web:1');
    resolves({ web: { context: 'web', tags }, worker: { context: 'web', tags } });
    const log = recordedLog();
    const { outputs } = await step({ file: 'compose.yml' }, { log });
    expect(outputs.tags).toBe(tags[0]);
    expect(builds()[0]?.args.slice(-1)).toEqual(['web']);
    expect(Object.keys((JSON.parse(builds()[0]?.input ?? '') as BakeDefinition).target ?? {})).toEqual(['web']);
    expect(log.lines).toContain('worker is the same image as web, which is built once.');
  });

  test('a service of a profile is left out, unless the profile is active or its name is given', async () => {
    resolves({ web: two().web, api: two().api });
    compose('services:\n  web: { build: web }\n  api: { build: api, profiles: [debug] }\n');
    const log = recordedLog();
    await step({ file: 'compose.yml' }, { log });
    await step({ file: 'compose.yml' }, { variables: { COMPOSE_PROFILES: 'a,debug' } });
    await step({ file: 'compose.yml', targets: 'web,api' });
    const asked = builds().map(({ args }) => args.slice(args.indexOf('--') + 1));
    expect(asked).toEqual([['web'], ['web', 'api'], ['web', 'api']]);
    expect(log.lines).toContainEqual(expect.stringMatching(/^Left out: api, whose profile is not active\./));
  });

  test('where paths are meant from the directory of the file, that is said', async () => {
    resolves({ web: { ...two().web, context: '..' } });
    mkdirSync(join(fake.environment.workspace, 'deploy'));
    writeFileSync(join(fake.environment.workspace, 'deploy/compose.yml'), 'services: {}\n');
    await expect(step({ file: 'deploy/compose.yml' })).rejects.toThrow(/fs\.read=[\s\S]*set `context: deploy`\./);
  });

  test('rules of `tags` name the targets that have none', async () => {
    resolves({ web: { context: 'web' }, api: two().api });
    const rules = { tags: 'type=raw,value=soup-{{sha}}', images: `${registry.name}/shop` };
    const { outputs } = await step(rules, { variables: { GITHUB_SHA: 'a'.repeat(40) } });
    expect(outputs.tags.split('\n')).toEqual([...names('shop/web:soup-aaaaaaa'), ...names('shop/api:1')]);
  });
});

test('outputs that are misspelt, not pushed, or go to one file are told of each target, and nothing is built', async () => {
  resolves({
    web: { context: 'web', output: [{ type: 'image', push: 'yes' }] },
    api: { context: 'api', output: ['type=oci,dest=out.tar'] },
    jobs: { context: 'api', output: [{ type: 'oci', dest: './out.tar' }] },
    more: { context: 'api', output: ['type=image,push-by-digest=true', 'type=oci,dest=more.tar'] },
  });
  const failing = step();
  await expect(failing).rejects.toThrow(/Target web: `output` has "push=yes", which is neither true nor false/);
  await expect(failing).rejects.toThrow(/Target api and Target jobs write to the same place "out\.tar"/);
  await expect(failing).rejects.toThrow(/Target more: `output` says push-by-digest=true, and nothing is pushed/);
});

test('one platform on a named context of another one is found before the driver docker pushes it under its tag', async () => {
  const base = registry.addImage(['base'], [], 'lib/base:1', { rootfs: { diff_ids: ['sha256:b'] } });
  const built = registry.addImage(['base', 'x'], [], undefined, {
    architecture: 'arm64',
    rootfs: { diff_ids: ['sha256:b', 'sha256:x'] },
  });
  const name = `${registry.name}/lib/base:1`;
  const vertex = { digest: 'sha256:1', name: `[web context base] ${name}@${base}`, completed: '2026-01-01T00:00:00Z' };
  const target = { context: 'web', platforms: ['linux/arm64'], contexts: { base: `docker-image://${name}` } };
  resolves(
    { web: { ...target, tags: names('shop/web:1') } },
    {
      metadata: { web: { 'containerimage.digest': built } },
      stderr: `${JSON.stringify({ vertexes: [vertex] })}\n`,
      layout: registry.layoutOf(built),
    },
    'Name:   default\nDriver: docker\n\nNodes:\nName:     default\nLabels:\n org.mobyproject.buildkit.worker.snapshotter:          overlayfs\n',
  );
  const { failure } = await step();
  expect(failure).toMatch(/is for linux\/amd64 alone, and it is built on for linux\/arm64[\s\S]*\nNo tag has been moved\.$/);
  expect(fake.calls().filter(({ input = '' }) => input.includes('push=true'))).toEqual([]);
});
