import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Buildkitd, startBuildkitd } from '../../../../testbed/buildkit/buildkitd.js';
import { type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { type PrivateRegistry, REGISTRY_USER, startPrivateRegistry } from '../../../../testbed/engine/registry.js';
import { recordedLog } from '../../../src/image/fake-buildx.js';
import { connectEngine, type EngineBed, processesWith, REPOSITORY } from './engine-bed.js';

/**
 * BuildKit by itself, as docker/setup-buildx-action and build farms have it: the driver `remote`, which speaks to it as the driver `docker-container` does.
 */
let bed: EngineBed;
let buildkitd: Buildkitd;
let base: string;
let proxy: FaultProxy | undefined;
let privateRegistry: PrivateRegistry | undefined;
const builders: Record<string, string> = {};

beforeAll(async () => {
  [bed, buildkitd] = await Promise.all([connectEngine(), startBuildkitd()]);
  builders.BUILDX_CONFIG = mkdtempSync(join(bed.root, 'buildx-'));
  addBuilder('farm', buildkitd.endpoint);
  base = await pushBase(bed);
});
afterEach(async () => {
  await proxy?.close();
  await privateRegistry?.close();
  proxy = undefined;
  privateRegistry = undefined;
});
afterAll(async () => {
  await buildkitd.close();
  await bed.close();
});

/** BuildKit has no images of its own: what a Dockerfile builds on comes from a registry. */
async function pushBase({ engine, tag }: EngineBed): Promise<string> {
  const name = tag('base').replace(REPOSITORY, 'shop/busybox');
  const docker = (...args: string[]) =>
    execFileSync('docker', args, {
      env: { ...process.env, DOCKER_HOST: engine.dockerHost, PATH: `${engine.path}:${process.env.PATH}` },
    });
  docker('tag', 'localhost/d9-testbed/busybox:1', name);
  docker('push', name);
  return name;
}

function addBuilder(name: string, endpoint: string): void {
  const { engine } = bed;
  const env = { ...process.env, ...builders, DOCKER_HOST: engine.dockerHost, DOCKER_CONFIG: engine.dockerConfig };
  execFileSync(
    join(engine.dockerConfig, 'cli-plugins/docker-buildx'),
    ['create', '--name', name, '--driver', 'remote', endpoint],
    { env },
  );
}

const step = (inputs: Record<string, string>, options: Parameters<EngineBed['step']>[1] = {}) =>
  bed.step({ builder: 'farm', ...inputs }, { ...options, variables: { ...builders, ...options.variables } });

let content = 0;
function freshDockerfile(...lines: string[]): void {
  content += 1;
  bed.write('Dockerfile', [`FROM ${base}`, 'COPY content /content', ...lines, ''].join('\n'));
  bed.write('content', `${content} ${Math.random()}`);
}

test('the image goes up without a name, and all tags are given to it at the end', async () => {
  freshDockerfile('RUN echo soup > /soup');
  proxy = await startFaultProxy(bed.engine.registry, () => undefined);
  const host = proxy.registry;
  const tags = ['r1', 'r2'].map((name) => bed.tag(name, host)).join('\n');
  const { outputs, failure, log } = await step({ tags });
  expect(failure).toBeUndefined();
  expect(log.lines).toContainEqual(expect.stringMatching(/^Engine: buildx [\d.]+, builder farm \(driver remote\)/));
  expect([await bed.served('r1'), await bed.served('r2')]).toEqual([outputs.digest, outputs.digest]);
  const written = proxy.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'));
  expect(written.map(({ path }) => path.split('/').at(-1))).toEqual([outputs.digest, 'r1', 'r2']);
});

test('an unchanged rebuild keeps its digest and writes nothing', async () => {
  freshDockerfile();
  proxy = await startFaultProxy(bed.engine.registry, () => undefined);
  const tags = bed.tag('r-same', proxy.registry);
  const first = await step({ tags });
  const seen = proxy.requests.length;
  const second = await step({ tags });
  expect(second.outputs.digest).toBe(first.outputs.digest);
  const written = proxy.requests.slice(seen).filter(({ method, path }) => method === 'PUT' && path.endsWith('/r-same'));
  expect(written).toEqual([]);
});

test('an image for two platforms has one digest, and the size of the larger one', async () => {
  bed.write('Dockerfile', 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /data\n');
  bed.write('amd64', 'a'.repeat(10_000));
  bed.write('arm64', 'b');
  const { outputs, failure, summary } = await step({ tags: bed.tag('r-two'), platforms: 'linux/amd64,linux/arm64' });
  expect(failure).toBeUndefined();
  expect(outputs.platforms).toBe('linux/amd64\nlinux/arm64');
  const { manifests = [] } = await bed.manifest(outputs.digest);
  expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
  expect(summary).toMatch(/Size, linux\/amd64[\s\S]*Size, linux\/arm64/);
});

test('two reproducible builds from nothing have one digest, and every time in them is that of the commit', async () => {
  freshDockerfile('RUN date > /dev/null; echo soup > /soup');
  const inputs = { reproducible: 'true', 'no-cache': 'true', tags: bed.tag('r-reproducible') };
  const variables = { SOURCE_DATE_EPOCH: '1700000000' };
  const first = await step(inputs, { variables });
  const second = await step(inputs, { variables });
  expect(first.failure).toBeUndefined();
  expect(second.outputs.digest).toBe(first.outputs.digest);
  expect((await bed.config(first.outputs.digest)).created).toBe('2023-11-14T22:13:20Z');
});

test('a login of the inputs is good for the builder too', async () => {
  privateRegistry = await startPrivateRegistry();
  freshDockerfile();
  const { registry, served } = privateRegistry;
  const { outputs, failure } = await step({ tags: bed.tag('r-login', registry), ...REGISTRY_USER });
  expect(failure).toBeUndefined();
  expect(await served(REPOSITORY, 'r-login')).toBe(outputs.digest);
});

test('provenance is attached when it is asked for, and the platforms stay those of the image', async () => {
  freshDockerfile();
  const { outputs, summary } = await step({ tags: bed.tag('r-provenance'), provenance: 'mode=max' });
  expect(outputs.platforms).toBe('linux/amd64');
  const { manifests = [] } = await bed.manifest(outputs.digest);
  expect(manifests).toHaveLength(2);
  expect(summary).toMatch(/Provenance \| attached/);
});

test('another builder finds the steps of this one in the registry', async () => {
  freshDockerfile(`RUN echo ${Math.random()} > /number`);
  const cache = `type=registry,ref=${bed.engine.registry}/shop/cache:1`;
  const outcomeOfRun = ({ summary }: { readonly summary: string }) => /RUN [^|]*\| (\w+) \|/.exec(summary)?.[1];
  const first = await step({ tags: bed.tag('r-cached'), 'cache-to': `${cache},mode=max` });
  expect(outcomeOfRun(first)).toBe('built');
  const fresh = await startBuildkitd();
  try {
    addBuilder('fresh', fresh.endpoint);
    const second = await step({ tags: bed.tag('r-cached'), builder: 'fresh', 'cache-from': cache });
    expect(second.failure).toBeUndefined();
    expect(outcomeOfRun(second)).toBe('cached');
    expect(second.outputs.digest).toBe(first.outputs.digest);
  } finally {
    await fresh.close();
  }
});

test('a bill of materials is attached by the generator that is named', async () => {
  const statement = '{"spdxVersion":"SPDX-2.3","name":"soup"}';
  const generator = `${bed.engine.registry}/shop/generator:1`;
  bed.write(
    'generator',
    `FROM ${base}\nENTRYPOINT ["sh", "-c", "echo '{\\"_type\\":\\"https://in-toto.io/Statement/v0.1\\",\\"predicateType\\":\\"https://spdx.dev/Document\\",\\"predicate\\":${statement.replaceAll('"', '\\"')}}' > $BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"]\n`,
  );
  expect((await step({ tags: generator, file: 'generator', review: 'off' })).failure).toBeUndefined();
  freshDockerfile();
  const { outputs, failure, summary } = await step({ tags: bed.tag('r-sbom'), sbom: `generator=${generator}` });
  expect(failure).toBeUndefined();
  const { manifests = [] } = await bed.manifest(outputs.digest);
  const attestation = await bed.manifest(manifests[1]?.digest ?? '');
  expect(attestation.layers).toMatchObject([{ annotations: { 'in-toto.io/predicate-type': 'https://spdx.dev/Document' } }]);
  expect(summary).toMatch(/attached \(1 attestation manifest\)/);
});

describe('what goes wrong', () => {
  test('a builder that nobody made is named', async () => {
    freshDockerfile();
    const { failure } = await step({ tags: bed.tag('x'), builder: 'nosuch' });
    expect(failure).toMatch(/^There is no builder "nosuch" \(input `builder`\)\.\nMake it in a step before this one/);
  });

  test('a builder that does not answer is named, with where it should be', async () => {
    addBuilder('asleep', 'tcp://127.0.0.1:1');
    freshDockerfile();
    const { failure } = await step({ tags: bed.tag('r-asleep'), builder: 'asleep' });
    expect(failure).toMatch(/^The builder asleep \(driver remote\) does not answer at tcp:\/\/127\.0\.0\.1:1\./);
    expect(await bed.served('r-asleep')).toBeNull();
  });

  test('a full disk says where, and no tag is moved', async () => {
    const small = await startBuildkitd({ diskMegabytes: 12 });
    try {
      addBuilder('small', small.endpoint);
      bed.write(
        'Dockerfile',
        `FROM ${base}\nRUN cat /bin/busybox /bin/busybox /bin/busybox /bin/busybox > /a; cp /a /b; cp /a /c\n`,
      );
      const { failure } = await step({ tags: bed.tag('r-full'), builder: 'small' });
      expect(failure).toMatch(/^The disk is full where the engine keeps its images and its cache\.\nMake room/);
      expect(await bed.served('r-full')).toBeNull();
    } finally {
      await small.close();
    }
  });

  test('a cancelled build ends in the builder, and no tag is moved', async () => {
    freshDockerfile('RUN echo cooking; sleep 65432');
    const controller = new AbortController();
    const log = recordedLog((line) => {
      if (/^#\d+ [\d.]+ cooking/.test(line)) controller.abort(new Error('cancelled'));
    });
    await expect(step({ tags: bed.tag('r-cancelled') }, { signal: controller.signal, log })).rejects.toThrow('cancelled');
    expect(processesWith('sleep 65432')).toEqual([]);
    expect(await bed.served('r-cancelled')).toBeNull();
  });

  test('a push that is refused for a moment is tried again', async () => {
    freshDockerfile();
    let left = 12;
    proxy = await startFaultProxy(bed.engine.registry, ({ method, path }) =>
      method === 'PUT' && path.includes('/manifests/') && left-- > 0 ? { answer: 503 } : undefined,
    );
    const { outputs, failure } = await step({ tags: bed.tag('r-again', proxy.registry), 'retry-for': '1m' });
    expect(failure).toBeUndefined();
    expect(await bed.served('r-again')).toBe(outputs.digest);
  });
});

describe('the images of a bake file on it', () => {
  const images = ['web', 'api'];
  const served = (tag: string) => Promise.all(images.map((image) => bed.served(tag, `shop/${image}`)));

  /** Two images whose content is new each time. */
  function freshTargets(tag: string, host: string, ...apiLines: string[]): void {
    content += 1;
    const target = Object.fromEntries(
      images.map((image) => {
        const lines = image === 'api' ? apiLines : [];
        bed.write(`${image}/Dockerfile`, [`FROM ${base}`, 'COPY content /content', ...lines, ''].join('\n'));
        bed.write(`${image}/content`, `${content} ${Math.random()}`);
        return [image, { context: image, tags: [`${host}/shop/${image}:${tag}`] }];
      }),
    );
    bed.write('docker-bake.json', JSON.stringify({ group: { default: { targets: images } }, target }));
  }
  const entries = (json: string) => JSON.parse(json) as ReadonlyArray<{ readonly target: string; readonly digest: string }>;
  const tagsPut = ({ requests }: FaultProxy) =>
    requests.filter(({ method, path }) => method === 'PUT' && /\/manifests\/(?!sha256:)/.test(path));

  test('go up without names, and all names are given at the end', async () => {
    proxy = await startFaultProxy(bed.engine.registry, () => undefined);
    freshTargets('remote', proxy.registry);
    const { outputs, failure } = await step({ file: 'docker-bake.json' });
    expect(failure).toBeUndefined();
    const [api, web] = entries(outputs['images-json']);
    expect(await served('remote')).toEqual([web?.digest, api?.digest]);
    const written = proxy.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'));
    expect(written.map(({ path }) => path.split('/').at(-1)?.slice(0, 6))).toEqual(['sha256', 'sha256', 'remote', 'remote']);
  });

  test('are pushed again, all of them, when the registry is overloaded longer than the engine has patience', async () => {
    const log = recordedLog();
    let until: number | undefined;
    proxy = await startFaultProxy(bed.engine.registry, ({ method, path }) => {
      // The question before the build is answered.
      if (method !== 'POST' || !path.includes('/blobs/uploads/') || !log.lines.some((line) => line.includes('exporting')))
        return undefined;
      until ??= Date.now() + 2_000;
      return Date.now() < until ? { answer: 429 } : undefined;
    });
    freshTargets('patient', proxy.registry);
    const { outputs, failure } = await step({ file: 'docker-bake.json', 'retry-for': '1m' }, { log });
    expect(failure).toBeUndefined();
    expect(log.lines).toContainEqual(expect.stringMatching(/^The push failed; it is tried again/));
    const [api, web] = entries(outputs['images-json']);
    expect(await served('patient')).toEqual([web?.digest, api?.digest]);
  });

  test('get no name when one of them fails, though the other is in the registry already', async () => {
    proxy = await startFaultProxy(bed.engine.registry, () => undefined);
    freshTargets('half', proxy.registry, 'RUN echo soup is out; exit 7');
    const { failure } = await step({ file: 'docker-bake.json' });
    expect(failure).toMatch(/^Target api: A RUN step of the Dockerfile ended with exit code 7/);
    expect(tagsPut(proxy)).toEqual([]);
    expect(await served('half')).toEqual([null, null]);
  });
});
