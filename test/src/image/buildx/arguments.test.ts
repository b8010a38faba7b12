import { expect, test } from '@jest/globals';
import type { BuildPlan, Delivery } from '../../../../src/image/build-plan.js';
import { buildArguments } from '../../../../src/image/buildx/arguments.js';
import type { Builder } from '../../../../src/image/buildx/builder.js';
import { readableArguments, secretVariables } from '../../../../src/image/command-line.js';
import { parseReference } from '../../../../src/image/reference.js';
import { sortOutputs } from '../../../../src/image/wanted-outputs.js';
import { plainPlan } from '../plain-plan.js';

const files = { metadata: '/t/metadata.json', imageId: '/t/image-id' };
const docker = { driver: 'docker', store: 'containerd' } as const;
const remote = { driver: 'remote', store: 'none' } as const;
const nowhere: Delivery = { to: 'nowhere' };
const one = parseReference('localhost:5000/shop/app:1');
const two = parseReference('localhost:5000/shop/app:2');
const argumentsOf = (
  plan: Partial<BuildPlan>,
  delivery: Delivery = nowhere,
  builder: Pick<Builder, 'driver' | 'store'> = docker,
) => buildArguments({ ...plainPlan, ...plan }, delivery, builder, files);

const outputs = (args: readonly string[]) => args.filter((_, index) => args[index - 1] === '--output');

test('a plain build asks for nothing that was not asked for', () => {
  expect(argumentsOf({ tags: [one] })).toEqual([
    ...['build', '--progress=rawjson', '--provenance=false', '--file', '/w/shop/Dockerfile'],
    ...['--metadata-file', '/t/metadata.json', '--iidfile', '/t/image-id', '--tag', 'localhost:5000/shop/app:1', '/w/shop'],
  ]);
});

test('every input reaches buildx', () => {
  const args = argumentsOf({
    context: { kind: 'remote', url: 'https://github.com/o/r.git#main' },
    file: 'docker/Dockerfile',
    target: 'runtime',
    platforms: ['linux/amd64', 'linux/arm64'],
    buildArgs: ['VERSION=1', 'TOKEN'],
    buildContexts: ['shared=../shared'],
    labels: ['a=b,c'],
    annotations: ['index:x=y'],
    secrets: [
      { id: 'npm', from: 'value', value: 'hunter2' },
      { id: 'pip', from: 'variable', name: 'PIP_TOKEN' },
      { id: 'netrc', from: 'file', path: '/w/a,b' },
    ],
    ssh: ['default'],
    cacheFrom: ['type=gha'],
    cacheTo: ['type=gha,mode=max'],
    noCache: true,
    noCacheFilters: ['deps'],
    pull: true,
    network: 'none',
    shmSize: '2g',
    ulimit: ['nofile=1024'],
    addHosts: ['db:10.0.0.1'],
    cgroupParent: '/ci',
    allow: ['network.host'],
    builder: 'mine',
    provenance: 'mode=max',
    sbom: 'true',
    attests: ['type=sbom,generator=g'],
    outputs: sortOutputs(['type=oci,dest=out.tar']),
  });
  expect(args).toEqual([
    ...['build', '--progress=rawjson', '--provenance=mode=max', '--builder', 'mine', '--file', 'docker/Dockerfile'],
    ...['--target', 'runtime', '--platform', 'linux/amd64,linux/arm64', '--build-arg', 'VERSION=1', '--build-arg', 'TOKEN'],
    ...['--build-context', 'shared=../shared', '--label', 'a=b,c', '--annotation', 'index:x=y'],
    ...['--secret', 'id=npm,env=D9_BUILD_SECRET_0', '--secret', 'id=pip,env=PIP_TOKEN', '--secret', 'id=netrc,"src=/w/a,b"'],
    ...['--ssh', 'default', '--shm-size', '2g', '--ulimit', 'nofile=1024', '--add-host', 'db:10.0.0.1', '--cgroup-parent', '/ci'],
    ...['--no-cache', '--cache-from', 'type=gha', '--cache-to', 'type=gha,mode=max', '--no-cache-filter', 'deps'],
    ...['--network', 'none', '--allow', 'network.host', '--sbom=true', '--attest', 'type=sbom,generator=g'],
    ...['--pull', '--metadata-file', '/t/metadata.json', '--iidfile', '/t/image-id'],
    ...['--output', 'type=oci,dest=out.tar', 'https://github.com/o/r.git#main'],
  ]);
});

test('the engine is told nothing of the tags that are moved later', () => {
  const repositories = ['localhost:5000/shop/app', 'localhost:5000/shop/web'];
  const args = argumentsOf({ tags: [one, two] }, { to: 'digest', repositories }, remote);
  expect(args).not.toContain('--tag');
  expect(outputs(args)).toEqual([
    'type=image,oci-mediatypes=true,"name=localhost:5000/shop/app,localhost:5000/shop/web",push-by-digest=true,name-canonical=true,push=true',
  ]);
});

test('an engine that can only push by tag gets one', () => {
  const args = argumentsOf({ tags: [one, two] }, { to: 'tags', tags: [two] });
  expect(outputs(args)).toEqual(['type=image,oci-mediatypes=true,name=localhost:5000/shop/app:2,push=true']);
});

test('what is loaded too has all names, and the digest of what is pushed', () => {
  const classic = { driver: 'docker', store: 'classic' } as const;
  const args = argumentsOf({ tags: [one, two], load: true }, { to: 'tags', tags: [one] }, classic);
  const names = '"name=localhost:5000/shop/app:1,localhost:5000/shop/app:2"';
  expect(outputs(args)).toEqual([
    'type=image,oci-mediatypes=true,name=localhost:5000/shop/app:1,push=true',
    `type=image,oci-mediatypes=true,${names}`,
  ]);
  const elsewhere = argumentsOf({ tags: [one, two], load: true }, { to: 'digest', repositories: ['a.example/b'] }, remote);
  expect(outputs(elsewhere)[1]).toBe(`type=docker,${names}`);
});

test('what Docker’s containerd store keeps by being pushed is not written a second time beside', () => {
  const args = argumentsOf({ tags: [one, two], load: true }, { to: 'tags', tags: [one] });
  expect(outputs(args)).toEqual(['type=image,oci-mediatypes=true,name=localhost:5000/shop/app:1,push=true']);
  const layout = argumentsOf({ tags: [one], load: true }, { to: 'layout', directory: '/t/0' });
  expect(outputs(layout)[1]).toBe('type=image,oci-mediatypes=true,name=localhost:5000/shop/app:1');
});

test('an image of `outputs` says how the one that is pushed is made, and the others stay beside it', () => {
  const wanted = sortOutputs([
    'type=image,name=x,compression=zstd,oci-mediatypes=false',
    'type=docker,dest=a.tar',
    'type=local,dest=out',
  ]);
  const args = argumentsOf({ tags: [one], outputs: wanted }, { to: 'tags', tags: [one] });
  expect(outputs(args)).toEqual([
    'type=image,oci-mediatypes=false,compression=zstd,name=localhost:5000/shop/app:1,push=true',
    'name=localhost:5000/shop/app:1,type=docker,dest=a.tar',
    'type=local,dest=out',
  ]);
});

test('an image that is not pushed keeps the names of `outputs` where `tags` gives none, and is loaded once', () => {
  const wanted = sortOutputs(['type=image,name=app:test', 'type=docker']);
  expect(outputs(argumentsOf({ outputs: wanted, load: true }))).toEqual(['type=image,oci-mediatypes=true,name=app:test']);
  expect(outputs(argumentsOf({ outputs: wanted, tags: [one] }, nowhere, remote))).toEqual([
    'type=image,oci-mediatypes=true',
    'type=docker',
  ]);
});

test('a reproducible image has its times rewritten on its way out', () => {
  const args = argumentsOf({ tags: [one], sourceDateEpoch: 1 }, { to: 'layout', directory: '/t/0' });
  expect(outputs(args)).toEqual(['type=oci,tar=false,dest=/t/0,rewrite-timestamp=true']);
});

test('a secret is in the environment of buildx alone', () => {
  const plan = { ...plainPlan, secrets: [{ id: 'npm', from: 'value', value: 'hunter2' }] } as const;
  expect(buildArguments(plan, nowhere, docker, files).join(' ')).not.toContain('hunter2');
  expect(secretVariables(plan)).toEqual({ D9_BUILD_SECRET_0: 'hunter2' });
});

test('the values of build arguments stay out of the log', () => {
  const shown = readableArguments(argumentsOf({ buildArgs: ['NPM_TOKEN=hunter2=\nx'] }), {});
  expect(shown).toContain('--build-arg NPM_TOKEN=… ');
  expect(shown).not.toContain('hunter2');
});

test('a build argument that no variable has may be a piece of a value, and stays out of the log too', () => {
  const args = argumentsOf({ buildArgs: ['TOKEN', 'hunter2'] });
  const shown = readableArguments(args, { TOKEN: 'x' });
  expect(shown).toContain('--build-arg TOKEN --build-arg … ');
});

test('an argument of several lines stands on one in the log, where the runner finds no command in it', () => {
  expect(readableArguments(argumentsOf({ labels: ['a=b\r\n::error::c'] }), {})).toContain('--label a=b⏎::error::c ');
});

test.each([
  ['type=local,dest=out', false],
  ['type=tar,dest=out.tar', false],
  ['out', false],
  ['type=oci,dest=out.tar', true],
])('an image id is asked for only where there is one: %s', (output, asked) => {
  expect(argumentsOf({ outputs: sortOutputs([output]) }).includes('--iidfile')).toBe(asked);
});
