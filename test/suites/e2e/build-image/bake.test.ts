import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublishedEntry } from '../../../../actions/build-image/outcome.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { recordedLog } from '../../../src/image/fake-buildx.js';
import { BASE_IMAGE, connectEngine, type EngineBed, processesWith, type StepEnd } from './engine-bed.js';

let bed: EngineBed;
let proxy: FaultProxy | undefined;
let content = 0;

beforeAll(async () => {
  bed = await connectEngine();
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
afterAll(() => bed.close());

const WEB = 'shop/web';
const API = 'shop/api';
const name = (repository: string, tag: string, registry = proxy?.registry ?? bed.engine.registry) =>
  `${registry}/${repository}:${tag}`;
const served = (tag: string) => Promise.all([bed.served(tag, WEB), bed.served(tag, API)]);
const entries = ({ outputs }: StepEnd) => JSON.parse(outputs['images-json']) as PublishedEntry[];

/** Two images whose content is new each time. */
function freshContexts(apiStep = 'COPY content /content'): void {
  content += 1;
  for (const directory of ['web', 'api']) bed.write(`${directory}/content`, `${content} ${Math.random()}`);
  bed.write('web/Dockerfile', `FROM ${BASE_IMAGE}\nARG GREETING=hello\nCOPY content /content\nLABEL greeting=$GREETING\n`);
  bed.write('api/Dockerfile', `FROM ${BASE_IMAGE}\n${apiStep}\n`);
}

/** A target in HCL, which wants each attribute on a line of its own. */
const target = (name: string, attributes: Readonly<Record<string, unknown>>): string => {
  const lines = Object.entries(attributes).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}`);
  return [`target "${name}" {`, ...lines, '}'].join('\n');
};

function bakeFile(...tags: string[]): void {
  const names = (repository: string) => tags.map((tag) => name(repository, tag));
  bed.write(
    'docker-bake.hcl',
    [
      'group "default" { targets = ["web", "api"] }',
      'variable "GREETING" { default = "hello" }',
      target('web', { context: 'web', tags: names(WEB), args: { GREETING: `$${'{GREETING}'}` } }),
      target('api', { context: 'api', tags: names(API) }),
    ].join('\n'),
  );
}

/** Both images exist under both tags before the step that is tested. */
async function publishedBefore(...tags: string[]): Promise<Record<string, Array<string | null>>> {
  freshContexts();
  bakeFile(...tags);
  expect((await bed.step({ file: 'docker-bake.hcl' })).failure).toBeUndefined();
  return Object.fromEntries(await Promise.all(tags.map(async (tag) => [tag, await served(tag)] as const)));
}

const standing = async (...tags: string[]) =>
  Object.fromEntries(await Promise.all(tags.map(async (tag) => [tag, await served(tag)] as const)));

test('a group of an HCL file: each image under all its tags, by the digest that the registry serves', async () => {
  freshContexts();
  bakeFile('g1', 'g2');
  const end = await bed.step({ file: 'docker-bake.hcl' }, { variables: { GREETING: 'good evening' } });
  expect(end.failure).toBeUndefined();
  const [api, web] = entries(end);
  expect([api?.target, web?.target]).toEqual(['api', 'web']);
  expect(await served('g1')).toEqual([web?.digest, api?.digest]);
  expect(await served('g2')).toEqual([web?.digest, api?.digest]);
  expect(web?.image).toBe(`${bed.engine.registry}/${WEB}@${web?.digest}`);
  expect(web).toMatchObject({ platforms: ['linux/amd64'], tags: [name(WEB, 'g1'), name(WEB, 'g2')] });
  expect(web?.['size-bytes']).toBeGreaterThan(100_000);
  expect(web?.imageid).toMatch(/^sha256:/);
  expect(end.outputs).toMatchObject({ image: '', digest: '' });
  expect((await bed.config(web?.digest ?? '', WEB)).config.Labels).toMatchObject({ greeting: 'good evening' });
  expect(end.summary).toMatch(/### web: published[\s\S]*### api: published|### api: published[\s\S]*### web: published/);
  expect(readdirSync(bed.temporary)).toEqual([]);
});

test('an unchanged rebuild keeps all digests', async () => {
  const before = await publishedBefore('same');
  const end = await bed.step({ file: 'docker-bake.hcl' });
  expect(end.failure).toBeUndefined();
  expect(await standing('same')).toEqual(before);
});

test('the services of a Compose file, of which one builds on the other; what they do not say, the inputs do', async () => {
  freshContexts();
  bed.write('web/Dockerfile', 'FROM api\nCOPY content /web\n');
  bed.write(
    'compose.yml',
    `services:
  web:
    image: ${name(WEB, 'c')}
    build: { context: web, additional_contexts: { api: 'service:api' } }
  api:
    image: ${name(API, `$${'{TAG:-c}'}`)}
    build: { context: api, labels: { made.by: compose } }
  cache:
    image: ${BASE_IMAGE}
`,
  );
  const end = await bed.step({ file: 'compose.yml', labels: `shop.example/price=$${'{5}'}` });
  expect(end.failure).toBeUndefined();
  const [api, web] = entries(end);
  expect(await served('c')).toEqual([web?.digest, api?.digest]);
  expect((await bed.config(api?.digest ?? '', API)).config.Labels).toMatchObject({
    'made.by': 'compose',
    'shop.example/price': `$${'{5}'}`,
  });
  const layersOf = async (digest = '', repository: string) =>
    (await bed.manifest(digest, repository)).layers.map((layer) => layer.digest);
  expect((await layersOf(web?.digest, WEB)).slice(0, 2)).toEqual(await layersOf(api?.digest, API));
});

test('one target of a file: its digest is the output, and it alone is published', async () => {
  freshContexts();
  bakeFile('one');
  const { outputs, failure } = await bed.step({ targets: 'web' });
  expect(failure).toBeUndefined();
  expect(outputs.image).toBe(`${bed.engine.registry}/${WEB}@${outputs.digest}`);
  expect(await served('one')).toEqual([outputs.digest, null]);
});

test('what is not pushed leaves the registry as it was', async () => {
  freshContexts();
  bakeFile('local');
  const { outputs, failure } = await bed.step({ file: 'docker-bake.hcl', push: 'false', load: 'true' });
  expect(failure).toBeUndefined();
  expect(outputs).toMatchObject({ image: '', 'images-json': '', tags: [name(API, 'local'), name(WEB, 'local')].join('\n') });
  expect(await served('local')).toEqual([null, null]);
});

test('two reproducible builds from nothing have the same digests', async () => {
  const inputs = { file: 'docker-bake.hcl', reproducible: 'true', 'no-cache': 'true' };
  const variables = { SOURCE_DATE_EPOCH: '1700000000' };
  freshContexts('RUN --network=none date > /dev/null; touch /now');
  bakeFile('epoch');
  const first = entries(await bed.step(inputs, { variables }));
  const second = entries(await bed.step(inputs, { variables }));
  expect(second.map(({ digest }) => digest)).toEqual(first.map(({ digest }) => digest));
  const { created, history } = await bed.config(first[0]?.digest ?? '', API);
  expect([created, history.at(-1)?.created]).toEqual(['2023-11-14T22:13:20Z', '2023-11-14T22:13:20Z']);
});

describe('no tag of any image moves', () => {
  test('when one target fails; the failure names it, and shows its last lines', async () => {
    const before = await publishedBefore('a', 'b');
    freshContexts('RUN --network=none echo soup is out; exit 7');
    const { failure, summary } = await bed.step({ file: 'docker-bake.hcl' });
    expect(failure).toMatch(/^Target api: A RUN step of the Dockerfile ended with exit code 7: .*\n[\s\S]*soup is out/);
    expect(summary).toMatch(/### api, web: failed[\s\S]*soup is out/);
    expect(await standing('a', 'b')).toEqual(before);
  });

  test('when one image is too large', async () => {
    const before = await publishedBefore('a', 'b');
    freshContexts();
    bed.write('api/content', 'x'.repeat(1000) + Math.random().toString(36).repeat(50_000));
    const { failure } = await bed.step({ file: 'docker-bake.hcl', 'max-growth': '1kB' });
    expect(failure).toMatch(/has grown by .* more than `max-growth` allows/);
    expect(await standing('a', 'b')).toEqual(before);
  });

  test('when the step is cancelled, and nothing of it runs on', async () => {
    const before = await publishedBefore('a', 'b');
    freshContexts('RUN --network=none echo cooking; sleep 98764');
    const controller = new AbortController();
    const log = recordedLog((line) => {
      if (/^#\d+ [\d.]+ cooking/.test(line)) controller.abort(new Error('cancelled'));
    });
    const step = bed.step({ file: 'docker-bake.hcl' }, { signal: controller.signal, log });
    await expect(step).rejects.toThrow('cancelled');
    expect(processesWith('sleep 98764')).toEqual([]);
    expect(processesWith(bed.temporary)).toEqual([]);
    expect(await standing('a', 'b')).toEqual(before);
  });

  test('when the registry takes all tags but one', async () => {
    const before = await publishedBefore('a', 'b');
    const refused = ({ method, path }: { method: string; path: string }) =>
      method === 'PUT' && path.includes('shop/web') && path.endsWith('/manifests/b');
    proxy = await startFaultProxy(bed.engine.registry, (request) => (refused(request) ? { answer: 403 } : undefined));
    freshContexts();
    bakeFile('a', 'b');
    const { failure } = await bed.step({ file: 'docker-bake.hcl' });
    expect(failure).toMatch(/may not push the tag b in .*shop\/web[\s\S]*All other tags stand for what they stood for/);
    expect(await standing('a', 'b')).toEqual(before);
  });
});

describe('a registry that is not well for a moment', () => {
  test.each<[string, Fault]>([
    ['uploads are refused with 503', { answer: 503 }],
    ['connections are reset', 'reset'],
  ])('%s: all images arrive all the same', async (label, fault) => {
    const tag = label.replaceAll(' ', '-');
    // More than the look before the build bears with, all in one repository.
    let left = 4;
    proxy = await startFaultProxy(bed.engine.registry, ({ method, path }) =>
      method === 'POST' && path.includes('shop/web/blobs/uploads/') && left-- > 0 ? fault : undefined,
    );
    freshContexts();
    bakeFile(tag);
    const end = await bed.step({ file: 'docker-bake.hcl', 'retry-for': '1m' });
    expect(end.failure).toBeUndefined();
    const [api, web] = entries(end);
    expect(await served(tag)).toEqual([web?.digest, api?.digest]);
    expect(left).toBeLessThanOrEqual(0);
  });
});

test('the checks look through the Dockerfile of each target, and `review: fail` builds nothing', async () => {
  freshContexts('ARG api_token=x\nCOPY content /content');
  bakeFile('checked');
  const { failure } = await bed.step({ file: 'docker-bake.hcl', review: 'fail', 'review-ignore': 'DL3002' });
  expect(failure).toMatch(/api\/Dockerfile:2 {2}SecretsUsedInArgOrEnv:/);
  expect(await served('checked')).toEqual([null, null]);
});

describe('one clear error, and nothing is built', () => {
  const files: Readonly<Record<string, string>> = {
    'unknown.hcl': 'target "web" {}',
    'empty.hcl': 'group "default" { targets = [] }',
    'cycle.hcl': 'target "a" { contexts = { b = "target:b" } }\ntarget "b" { contexts = { a = "target:a" } }',
    'broken.hcl': 'target "web" { tags = [ }',
    'other.json': '{"hello": 1}',
    'other.yml': 'hello: 1',
    'twice.hcl': ['a', 'b'].map((one) => target(one, { context: 'web', args: { ONE: one }, tags: ['ghcr.io/o/x:1'] })).join('\n'),
    'untagged.hcl': target('default', { context: 'web' }),
    'platform.hcl': target('default', { context: 'web', tags: ['ghcr.io/o/x'], platforms: ['linux/bogus99'] }),
    'nowhere.hcl': target('default', { context: 'nosuch', tags: ['ghcr.io/o/x'] }),
    'greedy.hcl': target('default', { context: 'web', tags: ['ghcr.io/o/x'], entitlements: ['security.insecure'] }),
    'curious.hcl': target('default', { context: 'web', tags: ['ghcr.io/o/x'], secret: ['id=x,src=/etc/hostname'] }),
    'nobuild.yml': `services: { cache: { image: ${BASE_IMAGE} } }`,
  };
  test.each([
    [
      'an unknown target',
      { file: 'unknown.hcl', targets: 'api' },
      /^Input `targets` names "api", and unknown\.hcl has no target or group of that name\. It has web\./,
    ],
    [
      'no default',
      { file: 'unknown.hcl' },
      /^unknown\.hcl has no group and no target "default".*\nName what is to be built with `targets`\. It has web\./,
    ],
    ['an empty group', { file: 'empty.hcl' }, /^empty\.hcl names nothing to build/],
    [
      'targets that need each other',
      { file: 'cycle.hcl', targets: 'a' },
      /^In cycle\.hcl the targets [ab] and [ab] need each other/,
    ],
    [
      'a file with a mistake',
      { file: 'broken.hcl' },
      /^broken\.hcl cannot be read as a bake or Compose file:[\s\S]*Invalid expression/,
    ],
    ['some other JSON', { file: 'other.json', targets: 'web' }, /^Input `targets` names "web", and other\.json has no target/],
    ['some other YAML', { file: 'other.yml' }, /^other\.yml cannot be read as a bake or Compose file/],
    ['one tag for two images', { file: 'twice.hcl', targets: 'a,b' }, /^The targets a and b have the same tag ghcr\.io\/o\/x:1/],
    ['no tag', { file: 'untagged.hcl' }, /^Target default: it has no tag to be pushed to\./],
    ['an unknown platform', { file: 'platform.hcl' }, /^Target default: "linux\/bogus99" is not a known platform/],
    ['no Dockerfile', { file: 'nowhere.hcl' }, /^Target default: there is no Dockerfile at nosuch\/Dockerfile\./],
    [
      'a right that was not granted',
      { file: 'greedy.hcl', push: 'false' },
      /^Target default asks for more than a build may do by itself: security\.insecure\. If that is meant, grant it with `allow: security\.insecure`\./,
    ],
    ['a file of the runner', { file: 'curious.hcl' }, /grant it with `allow: fs\.read=\/etc\/hostname`/],
    [
      'services that build nothing',
      { file: 'nobuild.yml' },
      /^nobuild\.yml names nothing to build: no target, or no service with `build:`\./,
    ],
    ['no file at all', { context: 'empty', targets: 'web' }, /^There is no bake file and no Compose file in empty\./],
  ])('%s', async (_label, inputs, message) => {
    freshContexts();
    for (const [file, text] of Object.entries(files)) bed.write(file, text);
    bed.write('empty/.keep', '');
    const variables = { GITHUB_SERVER_URL: 'https://ghes.example', GITHUB_REPOSITORY: '' };
    const end = await bed.step(inputs as Record<string, string>, { variables });
    expect(end.failure).toMatch(message);
    expect(end.log.lines.filter((line) => line.includes('exporting'))).toEqual([]);
  });
});
