import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { annotationsWithPlaces } from '../../bundles/annotations.js';
import { BASE_IMAGE, connectEngine, type EngineBed } from './engine-bed.js';

/** Each input that a user of docker/build-push-action knows, and what became of it in the image or on the disk. */
let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
});
afterAll(() => bed.close());

const dockerfile = (...lines: string[]) => bed.write('Dockerfile', [`FROM ${BASE_IMAGE}`, ...lines, ''].join('\n'));
/** Builds without a push and gives what the image has below /out. */
async function built(
  inputs: Record<string, string>,
  options: Parameters<EngineBed['step']>[1] = {},
): Promise<(file: string) => string> {
  const directory = mkdtempSync(join(bed.root, 'out-'));
  const { failure } = await bed.step({ outputs: `type=local,dest=${directory}`, 'no-cache': 'true', ...inputs }, options);
  expect(failure).toBeUndefined();
  return (file) => readFileSync(join(directory, 'out', file), 'utf8').trim();
}

describe('what RUN steps see', () => {
  test('arguments, hosts, limits and shared memory', async () => {
    dockerfile(
      'ARG DISH=none',
      'ARG SIDE',
      'RUN mkdir /out && echo "$DISH with $SIDE" > /out/args && cat /etc/hosts > /out/hosts && ulimit -n > /out/files && busybox df -k /dev/shm > /out/shm',
    );
    const file = await built(
      {
        'build-args': 'DISH=soup, and more=yes\nSIDE',
        'add-hosts': 'db:192.0.2.7',
        ulimit: 'nofile=321:321',
        'shm-size': '3m',
        network: 'none',
      },
      { variables: { SIDE: 'bread' } },
    );
    expect(file('args')).toBe('soup, and more=yes with bread');
    expect(file('hosts')).toMatch(/192\.0\.2\.7\s+db/);
    expect(file('files')).toBe('321');
    expect(file('shm')).toMatch(/\b3072\b/);
  });

  test('files of further contexts, of an earlier stage and behind an SSH agent', async () => {
    bed.write('recipes/soup', 'water');
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
    writeFileSync(join(bed.workspace, 'key'), key, { mode: 0o600 });
    bed.write(
      'Dockerfile',
      `FROM ${BASE_IMAGE} AS kitchen\nCOPY --from=recipes soup /out/soup\nRUN --network=none --mount=type=ssh [ -S "$SSH_AUTH_SOCK" ] && echo agent > /out/ssh\nFROM scratch\nCOPY --from=kitchen /bin /bin\n`,
    );
    const file = await built({
      target: 'kitchen',
      'build-contexts': `recipes=${join(bed.workspace, 'recipes')}`,
      ssh: `default=${join(bed.workspace, 'key')}`,
    });
    expect([file('soup'), file('ssh')]).toEqual(['water', 'agent']);
  });
});

describe('where the image comes from', () => {
  let daemon: ChildProcess | undefined;
  afterAll(() => void daemon?.kill());

  test('a Git repository, fetched by the engine', async () => {
    const repositories = mkdtempSync(join(bed.root, 'git-'));
    const git = (...args: string[]) =>
      execFileSync('git', [
        '-C',
        join(repositories, 'shop'),
        '-c',
        'user.name=chef',
        '-c',
        'user.email=chef@shop.example',
        ...args,
      ]);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', join(repositories, 'shop')]);
    execFileSync('mkdir', [join(repositories, 'shop/app')]);
    writeFileSync(join(repositories, 'shop/app/Dockerfile'), `FROM ${BASE_IMAGE}\nLABEL from=git\n`);
    git('add', '.');
    git('commit', '--quiet', '-m', 'Add the app');
    const port = 9418;
    daemon = spawn('git', ['daemon', '--export-all', `--base-path=${repositories}`, '--listen=127.0.0.1', `--port=${port}`], {
      stdio: 'ignore',
    });
    await untilListens(port);
    const { outputs, failure } = await bed.step({ context: `git://127.0.0.1:${port}/shop#main:app`, tags: bed.tag('git') });
    expect(failure).toBeUndefined();
    expect((await bed.config(outputs.digest)).config.Labels).toMatchObject({ from: 'git' });
  });

  test('a newer base image is looked for with `pull`', async () => {
    const base = `${bed.engine.registry}/shop/moving:1`;
    const publish = async (content: string) => {
      bed.write('base', `FROM scratch\nLABEL base=${content}\n`);
      expect((await bed.step({ file: 'base', tags: base, review: 'off' })).failure).toBeUndefined();
    };
    await publish('one');
    bed.write('Dockerfile', `FROM ${base}\nLABEL dish=soup\n`);
    const labels = async () => {
      const { outputs, failure } = await bed.step({ tags: bed.tag('pulled'), pull: 'true', review: 'off' });
      expect(failure).toBeUndefined();
      return (await bed.config(outputs.digest)).config.Labels;
    };
    expect(await labels()).toMatchObject({ base: 'one' });
    await publish('two');
    expect(await labels()).toMatchObject({ base: 'two' });
  });
});

async function untilListens(port: number): Promise<void> {
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const connection = connect(port, '127.0.0.1', () => {
        connection.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
  while (!(await answers())) await sleep(20);
}

test('what is written beside a push leaves the push as it is', async () => {
  dockerfile();
  const directory = mkdtempSync(join(bed.root, 'beside-'));
  const outputs = `type=local,dest=${directory}`;
  const end = await bed.step({ tags: bed.tag('beside'), push: 'true', outputs });
  expect(end.failure).toBeUndefined();
  expect(await bed.served('beside')).toBe(end.outputs.digest);
  expect(readFileSync(join(directory, 'bin/busybox')).length).toBeGreaterThan(0);
});

test('labels and annotations stand where registries show them', async () => {
  dockerfile('LABEL org.opencontainers.image.title=soup');
  const { outputs } = await bed.step({
    tags: bed.tag('described'),
    labels: 'shop.example/owner=kitchen, and hall',
    annotations: 'shop.example/menu=lunch',
  });
  expect((await bed.config(outputs.digest)).config.Labels).toEqual({
    'org.opencontainers.image.title': 'soup',
    'shop.example/owner': 'kitchen, and hall',
  });
  expect(await bed.manifest(outputs.digest)).toMatchObject({ annotations: { 'shop.example/menu': 'lunch' } });
});

test('names and labels follow from a release tag when none are given', async () => {
  dockerfile();
  const variables = {
    GITHUB_REF: 'refs/tags/v1.2.3',
    GITHUB_SHA: 'abcdef0123456789abcdef0123456789abcdef01',
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_SERVER_URL: 'https://github.example',
  };
  const images = `${bed.engine.registry}/shop/derived`;
  const { outputs, failure } = await bed.step({ images }, { variables });
  expect(failure).toBeUndefined();
  expect(outputs.tags.split('\n')).toEqual(['1.2.3', '1.2', '1', 'sha-abcdef0'].map((tag) => `${images}:${tag}`));
  for (const tag of ['1.2.3', '1.2', '1', 'sha-abcdef0']) expect(await bed.served(tag, 'shop/derived')).toBe(outputs.digest);
  expect((await bed.config(outputs.digest, 'shop/derived')).config.Labels).toEqual({
    'org.opencontainers.image.title': 'restaurant',
    'org.opencontainers.image.url': 'https://github.example/shop/restaurant',
    'org.opencontainers.image.source': 'https://github.example/shop/restaurant',
    'org.opencontainers.image.revision': 'abcdef0123456789abcdef0123456789abcdef01',
  });
});

test('one commit has one digest, whatever the event and what it says', async () => {
  dockerfile();
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', bed.workspace, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' }).trim();
  git('init', '-q');
  git('add', 'Dockerfile');
  git('commit', '-qm', 'first');
  const event = join(bed.root, 'event.json');
  const images = `${bed.engine.registry}/shop/one-commit`;
  const digestAt = async (GITHUB_EVENT_NAME: string, GITHUB_REF: string, payload: object) => {
    writeFileSync(event, JSON.stringify(payload));
    const commit = { GITHUB_SHA: git('rev-parse', 'HEAD'), GITHUB_REPOSITORY: 'shop/restaurant' };
    const { outputs } = await bed.step(
      { images },
      { variables: { ...commit, GITHUB_EVENT_NAME, GITHUB_REF, GITHUB_EVENT_PATH: event } },
    );
    return outputs.digest;
  };
  try {
    const repository = { default_branch: 'main', description: 'Soup', license: { spdx_id: 'MIT' } };
    const pushed = await digestAt('push', 'refs/heads/main', { repository, head_commit: { timestamp: '2026-01-02T03:04:05Z' } });
    expect(pushed).toMatch(/^sha256:/);
    expect(await digestAt('workflow_dispatch', 'refs/heads/main', { repository })).toBe(pushed);
    expect(await digestAt('schedule', 'refs/heads/main', { schedule: '0 0 * * *' })).toBe(pushed);
    expect(await digestAt('push', 'refs/tags/v1.2.3', { repository })).toBe(pushed);
    expect((await bed.config(pushed, 'shop/one-commit')).config.Labels).toHaveProperty(['org.opencontainers.image.created']);
  } finally {
    rmSync(join(bed.workspace, '.git'), { recursive: true });
  }
});

describe('caches', () => {
  const outcomeOfRun = (summary: string) => /RUN [^|]*\| (\w+) \|/.exec(summary)?.[1];

  test('a step is taken from the cache, and built again when that is asked for', async () => {
    dockerfile(`RUN --network=none echo ${Math.random()} > /number`);
    const inputs = { tags: bed.tag('cached') };
    await bed.step(inputs);
    expect(outcomeOfRun((await bed.step(inputs)).summary)).toBe('cached');
    expect(outcomeOfRun((await bed.step({ ...inputs, 'no-cache': 'true' })).summary)).toBe('built');
  });

  test('a single stage is built again when it is named', async () => {
    bed.write(
      'Dockerfile',
      `FROM ${BASE_IMAGE} AS deps\nRUN --network=none echo ${Math.random()} > /deps\nFROM ${BASE_IMAGE}\nRUN --network=none echo ${Math.random()} > /app\nCOPY --from=deps /deps /deps\n`,
    );
    await bed.step({ tags: bed.tag('filtered') });
    const { summary } = await bed.step({ tags: bed.tag('filtered'), 'no-cache-filters': 'deps' });
    expect(summary).toMatch(/\\\[deps 2\/2\\\] RUN .* \| built \|/);
    expect(summary).toMatch(/\\\[stage-1 2\/3\\\] RUN .* \| cached \|/);
  });
});

describe('reproducible', () => {
  test('two builds from nothing have one digest, and every time in them is that of the commit', async () => {
    dockerfile('RUN --network=none echo soup > /soup', 'RUN --network=none echo bread > /bread');
    const inputs = { reproducible: 'true', 'no-cache': 'true', tags: bed.tag('reproducible') };
    const variables = { SOURCE_DATE_EPOCH: '1700000000' };
    const first = await bed.step(inputs, { variables });
    expect(first.failure).toBeUndefined();
    const second = await bed.step({ ...inputs, tags: bed.tag('reproducible-2') }, { variables });
    expect(second.outputs.digest).toBe(first.outputs.digest);
    const { created, history } = await bed.config(first.outputs.digest);
    expect(created).toBe('2023-11-14T22:13:20Z');
    expect(history.slice(-2).map((step) => step.created)).toEqual(['2023-11-14T22:13:20Z', '2023-11-14T22:13:20Z']);
  });

  test('a build that is not gives another digest each time, so that the one above means something', async () => {
    dockerfile('RUN --network=none echo soup > /soup');
    const inputs = { 'no-cache': 'true', tags: bed.tag('unlike') };
    const first = await bed.step(inputs);
    expect((await bed.step(inputs)).outputs.digest).not.toBe(first.outputs.digest);
  });
});

describe('the review of the Dockerfile', () => {
  const findings = async (inputs: Record<string, string> = {}) => {
    bed.write('app/Dockerfile', `FROM ${BASE_IMAGE} as kitchen\nENV DISH soup\nENV MENU_PASSWORD=x\nUSER root\n`);
    const end = await bed.bundle({ context: 'app', tags: bed.tag('reviewed'), ...inputs });
    return { ...end, shown: annotationsWithPlaces(end.stdout, 'warning') };
  };

  test('shows what was found beside the line', async () => {
    const { exitCode, shown, summary } = await findings();
    expect(exitCode).toBe(0);
    for (const [title, line] of [
      ['FromAsCasing', 1],
      ['LegacyKeyValueFormat', 2],
      ['SecretsUsedInArgOrEnv', 3],
      ['RootUser', 4],
    ]) {
      expect(shown).toContainEqual(expect.objectContaining({ title, file: 'app/Dockerfile', line: String(line) }));
    }
    expect(summary).toMatch(/Review of the Dockerfile:[\s\S]*LegacyKeyValueFormat \| .* \| app\/Dockerfile:2/);
  });

  test('stops the build before anything is built, when it shall', async () => {
    const { exitCode, errors, stdout } = await findings({ review: 'fail', tags: bed.tag('review-fails') });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^The review found \d things in the Dockerfile[\s\S]*app\/Dockerfile:2 +LegacyKeyValueFormat/),
    ]);
    expect(stdout).not.toMatch(/exporting to image/);
    expect(await bed.served('review-fails')).toBeNull();
  });

  test('passes over what it is told to, and is silent when it is off', async () => {
    const { shown } = await findings({ 'review-ignore': 'RootUser, LegacyKeyValueFormat' });
    const titles = shown.map(({ title }) => title);
    expect(titles).toContain('FromAsCasing');
    expect(titles).not.toContain('RootUser');
    expect(titles).not.toContain('LegacyKeyValueFormat');
    expect((await findings({ review: 'off' })).shown).toEqual([]);
  });
});

describe('what can be asked instead of building', () => {
  test.each([
    ['targets', /kitchen/],
    ['outline', /DISH/],
    ['check', /Check complete, no warnings found/],
  ])('%s', async (call, said) => {
    bed.write('Dockerfile', `FROM ${BASE_IMAGE} AS kitchen\nARG DISH=soup\n`);
    const { failure, log, outputs } = await bed.step({ call });
    expect(failure).toBeUndefined();
    expect(log.lines.join('\n')).toMatch(said);
    expect(outputs.digest).toBe('');
  });

  test('a check that finds something fails', async () => {
    dockerfile('MAINTAINER chef');
    const { failure, log } = await bed.step({ call: 'check' });
    expect(failure).toMatch(/^The checks found something in the Dockerfile/);
    expect(log.lines.join('\n')).toMatch(/MaintainerDeprecated/);
  });
});

test('the runner is told which image was made, so that it can be attested', async () => {
  dockerfile();
  const artifacts = join(bed.root, 'artifacts');
  writeFileSync(artifacts, '');
  const { outputs } = await bed.bundle({ tags: bed.tag('attested') }, { env: { GITHUB_ARTIFACTS: artifacts } });
  expect(readFileSync(artifacts, 'utf8')).toBe(`oci://${bed.engine.registry}/shop/restaurant@${outputs.digest}\n`);
});

test('provenance is attached when it is asked for; size and platforms are those of the image', async () => {
  dockerfile();
  const { outputs, summary, failure } = await bed.step({ tags: bed.tag('provenance'), provenance: 'mode=max' });
  expect(failure).toBeUndefined();
  const { manifests = [] } = await bed.manifest(outputs.digest);
  expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'unknown']);
  expect(outputs.platforms).toBe('linux/amd64');
  expect(summary).toMatch(/Provenance \| attached \(1 attestation manifest\)/);
});

test('a value that is secret elsewhere does not empty an output', async () => {
  dockerfile();
  const { outputs, exitCode } = await bed.bundle({ tags: bed.tag('told'), secrets: 'owner=shop/restaurant' });
  expect(exitCode).toBe(0);
  expect(outputs.image).toBe(`${bed.engine.registry}/shop/restaurant@${outputs.digest}`);
});
