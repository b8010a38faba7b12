import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { type PrivateRegistry, REGISTRY_USER, startPrivateRegistry } from '../../../../testbed/engine/registry.js';
import { BASE_IMAGE, connectEngine, type EngineBed, processesWith } from './engine-bed.js';

let bed: EngineBed;
let registry: PrivateRegistry;
let other: PrivateRegistry;
/** The user's own Docker configuration, and what the runner empties after the job. */
let dockerConfig: string;
let runnerTemp: string;
let proxy: FaultProxy | undefined;

const { username, password } = REGISTRY_USER;
const auth = Buffer.from(`${username}:${password}`).toString('base64');

beforeAll(async () => {
  [bed, registry, other] = await Promise.all([connectEngine(), startPrivateRegistry(), startPrivateRegistry()]);
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nRUN --network=none echo ${Math.random()} > /number\n`);
});
beforeEach(() => {
  dockerConfig = mkdtempSync(join(bed.root, 'docker-'));
  mkdirSync(join(dockerConfig, 'cli-plugins'));
  for (const plugin of readdirSync(join(bed.engine.dockerConfig, 'cli-plugins')))
    writeFileSync(
      join(dockerConfig, 'cli-plugins', plugin),
      `#!/bin/sh\nexec '${bed.engine.dockerConfig}/cli-plugins/${plugin}' "$@"\n`,
      {
        mode: 0o755,
      },
    );
  runnerTemp = mkdtempSync(join(bed.root, 'temp-'));
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
afterAll(async () => {
  await Promise.all([registry.close(), other.close()]);
  await bed.close();
});

const loggedIn = (config: object) => writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify(config));
const env = () => ({ DOCKER_CONFIG: dockerConfig, RUNNER_TEMP: runnerTemp });
const name = (tag: string, { registry: host }: { readonly registry: string } = registry) => `${host}/shop/restaurant:${tag}`;
const step = (inputs: Record<string, string>) => bed.bundle({ review: 'off', 'retry-for': '5s', ...inputs }, { env: env() });
/** What the engine was asked for, as the log has it. */
const builds = (stdout: string) => stdout.split('\n').filter((line) => line.startsWith('docker buildx build'));

describe('user and password of the inputs', () => {
  test('are good for the push, and nobody else finds them', async () => {
    const { exitCode, errors, outputs, stdout, state, summary } = await step({ tags: name('inputs'), username, password });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(await registry.served('shop/restaurant', 'inputs')).toBe(outputs.digest);
    expect(existsSync(join(dockerConfig, 'config.json'))).toBe(false);
    expect(readdirSync(runnerTemp)).toEqual([]);
    const told = [stdout.replaceAll(/^::add-mask::.*$/gm, ''), JSON.stringify(state), JSON.stringify(outputs), summary].join(
      '\n',
    );
    expect(told).not.toContain(password);
    expect(told).not.toContain(auth);
  });

  test('come before what the machine knows, whose other logins still count', async () => {
    loggedIn({
      auths: {
        [registry.registry]: { auth: Buffer.from(`${username}:outdated`).toString('base64') },
        [other.registry]: { auth },
      },
    });
    const before = readFileSync(join(dockerConfig, 'config.json'), 'utf8');
    const tags = `${name('both')}\n${name('both', other)}`;
    const { errors, outputs } = await step({ tags, registry: registry.registry, username, password });
    expect(errors).toEqual([]);
    expect(await registry.served('shop/restaurant', 'both')).toBe(outputs.digest);
    expect(await other.served('shop/restaurant', 'both')).toBe(outputs.digest);
    expect(readFileSync(join(dockerConfig, 'config.json'), 'utf8')).toBe(before);
  });

  test('that are wrong are told before anything is built', async () => {
    const { exitCode, errors, stdout } = await step({ tags: name('wrong'), username, password: 'mistyped-password' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${registry.registry} does not accept the password of user ${username} \\(401 Unauthorized\\), which comes from the inputs \`username\` and \`password\`\\.`,
        ),
      ),
    ]);
    expect(builds(stdout)).toEqual([]);
    expect(await registry.served('shop/restaurant', 'wrong')).toBeNull();
  });

  test('for which of two registries is not guessed', async () => {
    const { errors } = await step({ tags: `${name('x')}\n${name('x', other)}`, username, password });
    expect(errors).toEqual([expect.stringMatching(/could be for 127\.0\.0\.1:\d+ or 127\.0\.0\.1:\d+\.\nSay with `registry`/)]);
  });

  test('of a step that was killed are taken away by `post`', async () => {
    bed.write('slow', `FROM ${BASE_IMAGE}\nRUN --network=none echo cooking; sleep 76543\n`);
    const killed = new AbortController();
    const { state } = await bed.bundle(
      { file: 'slow', review: 'off', tags: name('killed'), username, password },
      {
        env: env(),
        signal: killed.signal,
        cancelWith: 'SIGKILL',
        onStdout: (soFar) => /^#\d+ [\d.]+ cooking/m.test(soFar) && killed.abort(),
      },
    );
    expect(readdirSync(runnerTemp)).not.toEqual([]);
    const { exitCode, errors } = await bed.bundle({ tags: name('killed') }, { env: env(), state });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(readdirSync(runnerTemp)).toEqual([]);
    expect(processesWith('sleep 76543')).toEqual([]);
    expect(await registry.served('shop/restaurant', 'killed')).toBeNull();
  });
});

describe('the login of an earlier step', () => {
  test('is found in its configuration', async () => {
    loggedIn({ auths: { [registry.registry]: { auth } } });
    const { errors, outputs } = await step({ tags: name('config') });
    expect(errors).toEqual([]);
    expect(await registry.served('shop/restaurant', 'config')).toBe(outputs.digest);
  });

  test('is found with its credential helper', async () => {
    const programs = mkdtempSync(join(bed.root, 'programs-'));
    const helper = join(programs, 'docker-credential-kitchen');
    const answer = JSON.stringify({ ServerURL: registry.registry, Username: username, Secret: password });
    writeFileSync(
      helper,
      `#!/bin/sh\nread server\n[ "$server" = '${registry.registry}' ] && echo '${answer}' && exit\necho 'credentials not found'\nexit 1\n`,
    );
    chmodSync(helper, 0o755);
    loggedIn({ credsStore: 'kitchen' });
    const start = { env: { ...env(), PATH: `${programs}:${bed.engine.path}:${process.env.PATH}` } };
    const { errors, outputs } = await bed.bundle({ review: 'off', tags: name('helper') }, start);
    expect(errors).toEqual([]);
    expect(await registry.served('shop/restaurant', 'helper')).toBe(outputs.digest);
    rmSync(programs, { recursive: true });
  });

  test('that there was none is told before anything is built, with the step that is missing', async () => {
    const { exitCode, errors, stdout } = await step({ tags: name('nobody') });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${registry.registry} wants a login \\(401 Unauthorized\\), and there is none for it in ${dockerConfig}/config\\.json\\.\\n` +
            `Give this step \`username\` and \`password\`, or log in to ${registry.registry} in a step before it`,
        ),
      ),
    ]);
    expect(builds(stdout)).toEqual([]);
  });

  test('that its user may only read is told before anything is built', async () => {
    loggedIn({ auths: { [registry.registry]: { auth } } });
    proxy = await startFaultProxy(registry.registry, ({ method }) => (method === 'POST' ? { answer: 403 } : undefined));
    loggedIn({ auths: { [proxy.registry]: { auth } } });
    const { exitCode, errors, stdout } = await step({ tags: name('reader', proxy) });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(`^User ${username} may not push in ${proxy.registry}/shop/restaurant \\(HTTP 403\\)\\.\\nLet the user write`),
      ),
    ]);
    expect(builds(stdout)).toEqual([]);
  });

  test('in a configuration that cannot be read is an error with the file', async () => {
    writeFileSync(join(dockerConfig, 'config.json'), '{"auths":');
    const { errors } = await step({ tags: name('broken') });
    expect(errors).toEqual([expect.stringMatching(/^Docker's configuration .*config\.json can't be read: it is not JSON\./)]);
  });
});
