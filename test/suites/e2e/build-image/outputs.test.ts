import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EngineBed, REPOSITORY } from './engine-bed.js';
import { connectFarm, type Farm } from './farm.js';

/** Where an image goes and how it is made, on Docker and on a BuildKit by itself, with the same inputs. */
let bed: EngineBed;
let farm: Farm;
let content = 0;

beforeAll(async () => {
  farm = await connectFarm();
  ({ bed } = farm);
});
afterAll(async () => {
  await farm.close();
});

/** An image that is a new one each time, for each platform. */
function freshDockerfile(...lines: string[]): void {
  content += 1;
  bed.write(
    'Dockerfile',
    ['FROM scratch', 'ARG TARGETARCH', 'LABEL arch=$TARGETARCH', 'COPY content /content', ...lines, ''].join('\n'),
  );
  bed.write('content', `${content} ${Math.random()}`.repeat(50));
}

interface Described {
  readonly mediaType: string;
  readonly annotations?: Record<string, string>;
  readonly layers?: ReadonlyArray<{ readonly mediaType: string }>;
}
const described = async (reference: string) => (await bed.manifest(reference)) as unknown as Described;
const docker = (...args: string[]) => {
  const { engine } = bed;
  const env = { ...process.env, PATH: `${engine.path}:${process.env.PATH}`, DOCKER_HOST: engine.dockerHost };
  return execFileSync('docker', args, { env, encoding: 'utf8' });
};

describe.each(['docker', 'remote'])('driver %s', (driver) => {
  const step = (inputs: Record<string, string>) =>
    bed.step({ ...(driver === 'remote' ? { builder: 'farm' } : {}), review: 'off', ...inputs }, { variables: farm.builders });
  const named = (name: string) => `${driver}-${name}`;

  test('a push by digest gives a digest that the registry serves, and no tag', async () => {
    freshDockerfile();
    const outputs = 'type=image,push-by-digest=true,name-canonical=true,push=true';
    const end = await step({ tags: `${bed.engine.registry}/shop/${named('parts')}`, outputs });
    expect(end.failure).toBeUndefined();
    expect(await bed.served(end.outputs.digest, `shop/${named('parts')}`)).toBe(end.outputs.digest);
    expect(end.outputs).toMatchObject({ tags: '', image: `${bed.engine.registry}/shop/${named('parts')}@${end.outputs.digest}` });
    const listed = await fetch(`http://${bed.engine.registry}/v2/shop/${named('parts')}/tags/list`);
    expect(((await listed.json()) as { tags?: string[] | null }).tags ?? []).toEqual([]);
  });

  test('a push of `outputs` has its digest beside archives of the same image', async () => {
    freshDockerfile();
    const out = mkdtempSync(join(bed.root, 'out-'));
    const outputs = `type=registry\ntype=docker,dest=${out}/docker.tar\ntype=oci,compression=zstd,dest=${out}/oci.tar`;
    const end = await step({ tags: bed.tag(named('beside')), outputs });
    expect(end.failure).toBeUndefined();
    expect(await bed.served(named('beside'))).toBe(end.outputs.digest);
    expect(docker('load', '--input', `${out}/docker.tar`)).toContain(bed.tag(named('beside')));
  });

  test('the one push has the compression and the media types that are asked for', async () => {
    freshDockerfile();
    const shaped = 'type=image,name=target,compression=zstd,force-compression=true,annotation-manifest.shop.example/menu=lunch';
    const zstd = await step({ tags: bed.tag(named('zstd')), push: 'true', outputs: shaped });
    expect(zstd.failure).toBeUndefined();
    expect(await described(zstd.outputs.digest)).toMatchObject({
      annotations: { 'shop.example/menu': 'lunch' },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' }],
    });
    freshDockerfile();
    const plain = await step({ tags: bed.tag(named('docker-types')), 'oci-mediatypes': 'false', 'force-compression': 'true' });
    expect(plain.failure).toBeUndefined();
    expect((await described(plain.outputs.digest)).mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
    expect(await bed.served(named('docker-types'))).toBe(plain.outputs.digest);
  });

  test('so has one that this action sends itself', async () => {
    freshDockerfile();
    const inputs = { compression: 'zstd', 'force-compression': 'true', 'max-size': '1GB' };
    const zstd = await step({ tags: bed.tag(named('sent')), ...inputs });
    expect(zstd.failure).toBeUndefined();
    expect((await described(zstd.outputs.digest)).layers?.[0]?.mediaType).toMatch(/zstd$/);
    freshDockerfile();
    const plain = await step({ tags: bed.tag(named('sent-docker')), 'oci-mediatypes': 'false', 'max-size': '1GB' });
    expect(plain.failure).toBeUndefined();
    expect((await described(plain.outputs.digest)).mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  test('the index of two platforms is described where GitHub looks for it', async () => {
    freshDockerfile();
    const outputs = 'type=image,name=target,annotation-index.org.opencontainers.image.description=Soup';
    const end = await step({ tags: bed.tag(named('index')), push: 'true', platforms: 'linux/amd64,linux/arm64', outputs });
    expect(end.failure).toBeUndefined();
    expect((await described(end.outputs.digest)).annotations).toEqual({ 'org.opencontainers.image.description': 'Soup' });
  });

  test('what is loaded beside a push is there under all its names, again and again', async () => {
    for (const run of ['a', 'b', 'c', 'd']) {
      freshDockerfile();
      const tags = [`${named('both')}-${run}`, `${named('both')}-${run}-2`].map((name) => bed.tag(name));
      const end = await step({ tags: tags.join('\n'), load: 'true', push: 'true' });
      expect(end.failure).toBeUndefined();
      for (const tag of tags) expect(docker('image', 'inspect', '--format', '{{.Id}}', tag)).toMatch(/^sha256:/);
    }
  });

  test('what is only loaded is in no registry', async () => {
    freshDockerfile();
    const end = await step({ tags: bed.tag(named('tested-first')), load: 'true' });
    expect(end.failure).toBeUndefined();
    expect(docker('image', 'inspect', '--format', '{{.Id}}', bed.tag(named('tested-first')))).toMatch(/^sha256:/);
    expect(await bed.served(named('tested-first'), REPOSITORY)).toBeNull();
  });

  test('an archive of an image with a name of its own needs no registry', async () => {
    freshDockerfile();
    const out = mkdtempSync(join(bed.root, 'out-'));
    const end = await step({ tags: `${named('myimage')}:latest`, outputs: `type=docker,dest=${out}/a.tar` });
    expect(end.failure).toBeUndefined();
    expect(docker('load', '--input', `${out}/a.tar`)).toContain(`${named('myimage')}:latest`);
  });
});

test('values of several lines, in quotes and after commas arrive as they are meant', async () => {
  bed.write('Dockerfile', 'FROM scratch\nARG MULTI=none\nARG CLOUD=none\nLABEL multi=$MULTI cloud=$CLOUD\n');
  const end = await bed.step({
    tags: `"${bed.tag('lists')}"`,
    review: 'off',
    'build-args': '# two\n"MULTI=line one\nline two\nline=three"\n"CLOUD=true"',
    labels: '"org.opencontainers.image.authors=a, b"',
  });
  expect(end.failure).toBeUndefined();
  expect((await bed.config(end.outputs.digest)).config.Labels).toEqual({
    multi: 'line one\nline two\nline=three',
    cloud: 'true',
    'org.opencontainers.image.authors': 'a, b',
  });
  expect(end.log.lines.join('\n')).not.toContain('line two');
});
