import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildImage } from '../../../actions/build-image/action.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { formatReference } from '../../../src/image/reference.js';
import { readEnvironment } from '../../../src/kernel/environment.js';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'd9-inputs-'));
  mkdirSync(join(workspace, 'shop'));
  writeFileSync(join(workspace, 'shop/Dockerfile'), 'FROM scratch\n');
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const read = (given: Record<string, string>, variables: Record<string, string> = {}) => {
  const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [inputVariable(name), value]));
  return readInputs(buildImage, readEnvironment({ ...inputs, ...variables }, workspace));
};

test('a tag is enough; the image is then built without provenance', async () => {
  expect(await read({ tags: 'ghcr.io/owner/app:1' })).toMatchObject({
    context: { kind: 'directory', path: workspace },
    tags: { kind: 'names', names: [{ registry: 'ghcr.io', repository: 'owner/app', tag: '1' }] },
    engine: 'auto',
    call: 'build',
    load: false,
    provenance: 'false',
    sbom: 'false',
    noCache: false,
    pull: false,
    retryFor: 120_000,
    reproducible: false,
    summary: true,
  });
});

const namesOf = (tags: Awaited<ReturnType<typeof read>>['tags']) =>
  tags?.kind === 'names' ? tags.names.map(formatReference) : undefined;

test('tags may stand on lines or between commas, as in docker/build-push-action, and count once', async () => {
  const { tags } = await read({ tags: 'ghcr.io/owner/app:1, ghcr.io/owner/app:2\n\nghcr.io/owner/app:1\n' });
  expect(namesOf(tags)).toEqual(['ghcr.io/owner/app:1', 'ghcr.io/owner/app:2']);
});

test('a build argument keeps its commas and equal signs', async () => {
  expect((await read({ tags: 'ghcr.io/o/a', 'build-args': 'A=1,2=3\nB' }, { B: '1' })).buildArgs).toEqual(['A=1,2=3', 'B']);
});

test('everything that is wrong is told at once', async () => {
  const problems = () =>
    read({
      tags: 'ghcr.io/owner_/app:1\nghcr.io/owner/app:-',
      platforms: 'linux/amd64,linux/bogus99',
      context: '../elsewhere',
      labels: 'justaname',
      push: 'yes',
      provenance: 'max',
      'build-arg': 'A=1',
    });
  await expect(problems()).rejects.toThrow(/^7 things are wrong:/);
  await expect(problems()).rejects.toThrow(/has "owner_" in its name.*\n.*has the tag "-"/);
  await expect(problems()).rejects.toThrow(/linux\/bogus99" is not a known platform/);
  await expect(problems()).rejects.toThrow(/Did you mean `build-args`/);
});

test('a list of tags without a tag in it is a mistake', async () => {
  await expect(read({ tags: '# none' })).rejects.toThrow(/there is no tag in it/);
  await expect(read({ tags: ',' })).rejects.toThrow(/^Input `tags`: line 1 has an empty entry; .*\.$/);
});

test('a name without registry and owner is not sent to the official images, but may be built', async () => {
  await expect(read({ tags: 'app:1' })).rejects.toThrow(/"app:1" names no registry/);
  expect((await read({ tags: 'app:1', push: 'false' })).push).toBe(false);
});

test('a context or Dockerfile outside the workspace is refused, through a link too', async () => {
  symlinkSync('/', join(workspace, 'link'));
  await expect(read({ tags: 'ghcr.io/o/a', context: 'link/tmp' })).rejects.toThrow(/lies outside the workspace/);
  await expect(read({ tags: 'ghcr.io/o/a', file: 'shop' })).rejects.toThrow(/"shop" is not a file/);
  await expect(read({ tags: 'ghcr.io/o/a', context: 'shop/Dockerfile' })).rejects.toThrow(/is not a directory/);
});

test('a bad build argument is named without its value, which may be a secret', async () => {
  await expect(read({ tags: 'ghcr.io/o/a', 'build-args': '=hunter2' })).rejects.toThrow(/is not NAME=value/);
  await expect(read({ tags: 'ghcr.io/o/a', 'build-args': '=hunter2' })).rejects.not.toThrow(/hunter2/);
});

test('every list takes quotes around its lines, as in docker/build-push-action', async () => {
  writeFileSync(join(workspace, 'npm'), 'x');
  const inputs = await read(
    {
      'build-args': '"MULTI=line one\nline two\nline=three"\n"CLOUD=true"',
      labels: '"org.opencontainers.image.authors=a, b"\n"two=2"',
      annotations: '"a.b=c, d"',
      tags: '"ghcr.io/o/a:1"\n"ghcr.io/o/a:2","ghcr.io/o/a:3"',
      'secret-files': '"S=npm"',
      'secret-envs': '"E=NAME"',
      'build-contexts': '"lib=shop"',
      platforms: '"linux/amd64","linux/arm64"',
      'cache-from': '"type=gha"\ntype=registry,ref=r',
      'cache-to': '"type=registry,ref=r,mode=max"',
      outputs: 'type=local,"dest=a,b"\n"type=oci,dest=c"',
      attests: '"type=sbom,generator=g"',
      ulimit: '"nofile=1:2"',
      'add-hosts': '"db:10.0.0.1","web:10.0.0.2"',
      allow: '"network.host"',
      'no-cache-filters': '"deps", "build"',
      'review-ignore': '"RootUser"',
    },
    { NAME: 'x' },
  );
  expect({ ...inputs, tags: namesOf(inputs.tags) }).toMatchObject({
    buildArgs: ['MULTI=line one\nline two\nline=three', 'CLOUD=true'],
    labels: ['org.opencontainers.image.authors=a, b', 'two=2'],
    annotations: ['a.b=c, d'],
    tags: ['ghcr.io/o/a:1', 'ghcr.io/o/a:2', 'ghcr.io/o/a:3'],
    secretFiles: [{ id: 'S', path: join(workspace, 'npm') }],
    secretEnvs: [{ id: 'E', name: 'NAME' }],
    buildContexts: ['lib=shop'],
    platforms: ['linux/amd64', 'linux/arm64'],
    cacheFrom: ['type=gha', 'type=registry,ref=r'],
    cacheTo: ['type=registry,ref=r,mode=max'],
    outputs: ['type=local,"dest=a,b"', 'type=oci,dest=c'],
    attests: ['type=sbom,generator=g'],
    ulimit: ['nofile=1:2'],
    addHosts: ['db:10.0.0.1', 'web:10.0.0.2'],
    allow: ['network.host'],
    noCacheFilters: ['deps', 'build'],
    reviewIgnore: ['RootUser'],
  });
});

test.each([
  ['default=./a,other=./b', ['default=./a', 'other=./b']],
  ['default', ['default']],
  ['"default=./a,./b", other=a', ['default=./a,./b', 'other=a']],
  ['default=./a,./b,shop/../a\nother', ['default=./a,./b', 'shop/../a', 'other']],
  ['default=/dev/null,/dev/zero\nother', ['default=/dev/null,/dev/zero', 'other']],
])('commas of `ssh` separate entries, and the keys of one: %s', async (ssh, expected) => {
  for (const key of ['a', 'b']) writeFileSync(join(workspace, key), '');
  expect((await read({ ssh }, { SSH_AUTH_SOCK: '/run/agent' })).ssh).toEqual(expected);
});

test('the rest of a value whose quotes were forgotten is named by its line and not repeated', async () => {
  const value = 'KEY=-----BEGIN\nhunter2 hunter3\nx y=hunter4';
  await expect(read({ 'build-args': value })).rejects.toThrow(/^Input `build-args`: line 2 is not NAME=value; .*\nline 3 is not/);
  await expect(read({ 'build-args': value })).rejects.not.toThrow(/hunter/);
  await expect(read({ labels: 'a=b\nhunter2' })).rejects.toThrow(
    /^Input `labels`: line 2 is not NAME=value; a value of several lines/,
  );
  await expect(read({ labels: '"a=b\nhunter2' })).rejects.toThrow(/^Input `labels`: line 1 opens a quote that is not closed/);
});

test.each([
  ['build-args', 'NODE = 24', /line 1 is not NAME=value; write it without blanks around the "="\.$/],
  ['build-args', 'export NODE=24', /line 1 is not NAME=value; leave "export" out/],
  ['build-args', 'A=1\nARG NODE=24', /line 2 is not NAME=value; leave "ARG" out/],
  ['build-args', '--build-arg NODE=24', /leave "--build-arg" out/],
  ['build-args', 'NODE: 24', /write "=" and no colon/],
  ['labels', 'maintainer: me', /write "=" and no colon/],
  ['labels', 'org.opencontainers.image.title = Shop', /without blanks around the "="/],
  ['secrets', 'npm = correct-horse', /^(?!.*correct-horse).*without blanks around the "="/],
  ['build-contexts', 'lib = ./lib', /without blanks around the "="/],
])('%s in the notation of another tool is told as that: %s', async (input, value, message) => {
  await expect(read({ [input]: value })).rejects.toThrow(message);
});

test.each([
  ['ecr', 'auto', /^Input `ecr` is unknown: it belongs to another action\. Get the password with .* docs\/migrate-build\.md\.$/],
  ['workdir', 'app', /^Input `workdir` is unknown\. Did you mean `context`\?$/],
  ['colour', 'red', /build-image has: .* What inputs of other actions are called here: docs\/migrate-build\.md\.$/],
])('input `%s` leads to the page for those who come from elsewhere', async (input, value, message) => {
  await expect(read({ [input]: value })).rejects.toThrow(message);
});

describe('secrets', () => {
  const secrets = async (text: string) => (await read({ secrets: text })).secrets;

  test('a value keeps its equal signs; one of several lines stands in quotes, as in docker/build-push-action', async () => {
    expect(await secrets('npm=a=b\n"key=line 1\nsays ""hi"""\n\nlast=x')).toEqual([
      { id: 'npm', from: 'value', value: 'a=b' },
      { id: 'key', from: 'value', value: 'line 1\nsays "hi"' },
      { id: 'last', from: 'value', value: 'x' },
    ]);
  });

  test('a line that is not id=value may be a part of a secret, so it is not repeated', async () => {
    await expect(secrets('id=x\nhunter2')).rejects.toThrow(/line 2 is not id=value/);
    await expect(secrets('id=x\nhunter2')).rejects.not.toThrow(/hunter2/);
  });

  test('a secret can be in a variable or a file, and must be there', async () => {
    writeFileSync(join(workspace, 'netrc'), 'machine');
    expect((await read({ 'secret-files': 'netrc=netrc' })).secretFiles).toEqual([
      { id: 'netrc', from: 'file', path: join(workspace, 'netrc') },
    ]);
    await expect(read({ 'secret-files': 'netrc=nosuch' })).rejects.toThrow(/there is no file "nosuch"/);
    await expect(read({ 'secret-envs': 'pip=D9_NO_SUCH_VARIABLE' })).rejects.toThrow(/no variable D9_NO_SUCH_VARIABLE for "pip"/);
  });

  test('one that names nothing is no secret', async () => {
    await expect(read({ 'secret-files': 'A=' })).rejects.toThrow(/"A" names no file; write `A=path`, or leave the line out/);
    await expect(read({ 'secret-envs': 'A=' })).rejects.toThrow(/"A" names no variable; write `A=VARIABLE`/);
  });

  test('a value that an argument takes from the environment is looked at too', async () => {
    const token = { GITHUB_TOKEN: `ghs_${'a'.repeat(36)}`, NPM: 'correct-horse' };
    await expect(read({ tags: 'ghcr.io/o/a', 'build-args': 'GITHUB_TOKEN' }, token)).rejects.toThrow(
      /Input `build-args`: GITHUB_TOKEN holds a GitHub token/,
    );
    await expect(read({ tags: 'ghcr.io/o/a', 'secret-envs': 'npm=NPM', 'build-args': 'NPM' }, token)).rejects.toThrow(
      /Input `build-args`: NPM holds a value that another input keeps secret/,
    );
  });

  test('the content of a file that is secret is not written into the image', async () => {
    writeFileSync(join(workspace, 'npm'), 'correct-horse\n');
    await expect(read({ tags: 'ghcr.io/o/a', 'secret-files': 'npm=npm', labels: 'token=correct-horse' })).rejects.toThrow(
      /Input `labels`: token holds a value that another input keeps secret/,
    );
  });

  test('one id means one secret', async () => {
    writeFileSync(join(workspace, 'npm'), 'x');
    await expect(read({ secrets: 'npm=a', 'secret-files': 'npm=npm' })).rejects.toThrow(
      /The secret "npm" is given more than once/,
    );
  });

  test.each([
    ['a value that is also given as secret', { secrets: 'npm=correct-horse', 'build-args': 'X=correct-horse' }],
    ['the password of the registry', { username: 'ci', password: 'correct-horse', labels: 'note=my correct-horse' }],
    ['what has the form of a token', { 'build-args': `GH=ghp_${'a'.repeat(36)}` }],
    ['a private key', { annotations: 'key=-----BEGIN RSA PRIVATE KEY-----' }],
  ])('%s is not written into the image', async (_name, inputs) => {
    const given = () => read({ tags: 'ghcr.io/o/a', ...inputs } as Record<string, string>);
    await expect(given()).rejects.toThrow(/everybody who can pull the image could read it/);
    await expect(given()).rejects.not.toThrow(/correct-horse|ghp_a/);
  });
});

test.each([
  ['ghcr.io', 'ghcr.io'],
  ['https://GHCR.io/', 'ghcr.io'],
  ['registry.gitlab.com/group/project', 'registry.gitlab.com'],
  ['https://index.docker.io/v1/', 'docker.io'],
  ['localhost:5000', 'localhost:5000'],
])('the registry of a login may be written as other tools want it: %s', async (given, registry) => {
  expect((await read({ registry: given, username: 'ci', password: 'correct-horse' })).registry).toBe(registry);
});

test.each([
  [
    'the same image in two ways',
    { outputs: 'type=image,compression=zstd\ntype=registry,compression=gzip' },
    /^Input `outputs` says both compression=/,
  ],
  ['twice the same file', { outputs: 'type=oci,dest=a\ntype=docker,dest=a' }, /^Input `outputs` writes twice to "a"/],
  [
    'twice the same file, written in two ways',
    { outputs: 'type=oci,dest=./a\ntype=docker,dest=b/../a' },
    /writes twice to "\.\/a"/,
  ],
  ['twice the same directory', { outputs: 'out\ntype=local,dest=out/' }, /writes twice to "out"/],
  [
    'a digest that is not pushed',
    { outputs: 'type=image,push-by-digest=true' },
    /^Input `outputs` says push-by-digest=true, and nothing is pushed/,
  ],
  [
    'a push and none',
    { push: 'false', outputs: 'type=registry' },
    /^Input `push` is false, and `outputs` says that the image is pushed/,
  ],
  [
    'none and a push',
    { push: 'true', outputs: 'type=image,push=false' },
    /^Input `push` is true, and `outputs` says that the image is not pushed/,
  ],
  [
    'two compressions',
    { compression: 'gzip', outputs: 'type=image,compression=zstd' },
    /^Input `compression` is gzip, and `outputs` says compression=zstd/,
  ],
  [
    'a digest and a tag',
    { tags: 'ghcr.io/o/a:1', outputs: 'type=image,push-by-digest=true,push=true' },
    /gives the image no name, and ghcr\.io\/o\/a:1 has a tag/,
  ],
  ['a name that nobody owns', { outputs: 'type=image,name=app,push=true' }, /^Input `outputs`: "app:latest" names no registry/],
  ['a name that is none', { outputs: 'type=image,name=Ghcr.io/O/a,push=true' }, /^Input `outputs`.*upper-case letters in "O"/],
  [
    'an index annotation of one platform',
    { annotations: 'manifest,index:a=b' },
    /^"manifest,index:a" is for an index, and an image of one platform has none/,
  ],
  ['the same in outputs', { push: 'true', outputs: 'type=image,annotation-index.a=b' }, /^"annotation-index\.a" is for an index/],
])('%s: one sentence', async (_name, inputs, message) => {
  await expect(
    read({ tags: 'ghcr.io/o/a', ...inputs, ...('outputs' in inputs && inputs.outputs.includes('name=') ? { tags: '' } : {}) }),
  ).rejects.toThrow(message);
});

test.each<[string, Record<string, string>]>([
  ['index annotations of two platforms', { annotations: 'index:a=b', platforms: 'linux/amd64,linux/arm64' }],
  ['index annotations beside provenance', { annotations: 'index:a=b', provenance: 'true' }],
  ['annotations whose names only look like it', { annotations: 'org.example/index=b\nmanifest:index:a=b' }],
  ['a name without a registry that goes to a file', { tags: 'app:1', outputs: 'type=docker,dest=app.tar' }],
  ['a name without a registry that is only loaded', { tags: 'app:1', load: 'true' }],
  [
    'the line of GitHub’s documentation',
    {
      push: 'true',
      platforms: 'linux/amd64,linux/arm64',
      outputs: 'type=image,name=target,annotation-index.org.opencontainers.image.description=Soup',
    },
  ],
])('%s may be', async (_name, inputs) => {
  await expect(read({ tags: 'ghcr.io/o/a', ...inputs })).resolves.toBeDefined();
});

test.each([
  ['a registry that is none', { registry: 'ghcr', username: 'ci', password: 'x' }, /"ghcr" is not the host of a registry/],
  ['a user without password', { username: 'ci' }, /`password` is missing/],
  ['a registry without user', { registry: 'ghcr.io' }, /`registry` needs `username` and `password`/],
  ['provenance of a reproducible image', { reproducible: 'true', provenance: 'mode=max' }, /exclude each other/],
  ['a check that is pushed', { call: 'check', push: 'true' }, /builds nothing/],
  ['a size without unit', { 'max-size': '100' }, /"100" is not a size/],
  ['a budget for what is not pushed', { 'max-size': '1MB', push: 'false' }, /judge what is pushed/],
  ['two Dockerfiles', { file: 'shop/Dockerfile\nshop' }, /one Dockerfile can be built at a time/],
])('%s is refused', async (_name, inputs, message) => {
  await expect(read(inputs as unknown as Record<string, string>)).rejects.toThrow(message);
});

describe('lines that are cut, or hold signs of another keyboard', () => {
  const line = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0';
  test.each(['build-args', 'labels', 'secrets'])(
    'base64 over two lines in %s is refused, whatever its padding',
    async (input) => {
      for (const rest of ['NTY3ODkw', 'NTY3ODkwMQ==', 'NTY3ODkwMTI=']) {
        const given = read({ tags: 'ghcr.io/o/a', [input]: `CERT=${line}\n${rest}` });
        await expect(given).rejects.toThrow(/line 2 .*stands in double quotes/);
        await expect(given).rejects.not.toThrow(/NTY3/);
      }
    },
  );

  test('an empty value behind a commit is none of these, and neither is a name that a variable has', async () => {
    const commit = 'a1b2c3d4e5'.repeat(4);
    const { buildArgs } = await read({ tags: 'ghcr.io/o/a', 'build-args': `COMMIT=${commit}\nVERSION=\nNODE` }, { NODE: '24' });
    expect(buildArgs).toEqual([`COMMIT=${commit}`, 'VERSION=', 'NODE']);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['quotes', { 'build-args': '“MOTD=你好”' }, /line 1 is not NAME=value: "“" is a full-width quote; write the plain '"'/],
    ['an equals sign', { 'build-args': 'VERSION＝1' }, /"＝" is a full-width equals sign; write the plain "="/],
    ['an equals sign of a secret', { secrets: 'token＝correct-horse' }, /"＝" is a full-width equals sign/],
    ['a comma between platforms', { platforms: 'linux/amd64，linux/arm64' }, /"，" is a full-width comma; write the plain ","/],
    ['a colon of a tag', { tags: 'ghcr.io/o/a：1' }, /"：" is a full-width colon; write the plain ":"/],
    ['a name that no variable has', { 'build-args': 'NODE-VERSION=1' }, /line 1 is not NAME=value: a name has letters, digits/],
    ['a name alone', { 'build-args': 'NODE' }, /line 1 is a name alone, and no variable of this step has it/],
    ['an empty secret', { secrets: 'token=' }, /the secret "token" is empty/],
    [
      'a tag alone beside images',
      { images: 'ghcr.io/o/a', tags: 'latest' },
      /"latest" would be an image of Docker's own by that name\. Write a tag as `type=raw,value=latest`/,
    ],
    ['an empty variable', { 'secret-envs': 'token=EMPTY' }, /the variable EMPTY is empty for "token"/],
    [
      'a password of two lines',
      { username: 'ci', password: 'correct\nhorse' },
      /it has 2 lines, and a password or token has one/,
    ],
  ])('%s: one sentence', async (_name, inputs, message) => {
    const given = read({ tags: 'ghcr.io/o/a', ...inputs }, { EMPTY: '' });
    await expect(given).rejects.toThrow(message);
    await expect(given).rejects.not.toThrow(/horse/);
  });

  test.each<[string, Record<string, string>]>([
    ['the key file of a Google service account', { username: '_json_key', password: '{\n  "type": "service_account"\n}' }],
    ['a pull request that pushes no digest', { tags: 'ghcr.io/o/a', outputs: 'type=image,push-by-digest=true,push=false' }],
    [
      'a pinned image with its tag as a named context',
      { 'build-contexts': `lib=docker-image://alpine:3.20@sha256:${'a'.repeat(64)}` },
    ],
    ['Git over ssh by another user', { context: 'deploy@git.corp.example:team/app.git#main' }],
    ['Git in the oldest form', { context: 'github.com/owner/app#main' }],
  ])('%s is taken as other tools take it', async (_name, inputs) => {
    await read({ tags: 'ghcr.io/o/a:1', ...inputs });
  });

  test.each(['secret-envs', 'secret-files'])('the two sides of %s swapped: the token is not repeated', async (input) => {
    const token = `npm_${'a1B2'.repeat(9)}`;
    const given = read({ tags: 'ghcr.io/o/a', [input]: `NPM_TOKEN=${token}` });
    await expect(given).rejects.toThrow(/…/);
    await expect(given).rejects.not.toThrow(/npm_/);
  });
});
