import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { load } from 'js-yaml';
import { parseSize } from '../../../src/image/size.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { suiteSteps } from '../docs/suite-steps.js';
import { connectEngine, type EngineBed } from '../e2e/build-image/engine-bed.js';
import { pushNodeImage } from './node-image.js';
import { type NpmRegistry, serveLockedPackages } from './npm-packages.js';

/** examples/nextjs as its users build it: Next.js by npm, by Dockerfile and by Compose file, through the committed bundle. */
jest.setTimeout(300_000);
const EXAMPLE = 'examples/nextjs';
const VERSION = 'v1.2.0';
const API_URL = 'https://api.restaurant.example';
const execute = promisify(execFile);
let bed: EngineBed;
let registry: NpmRegistry;
let base: string;
let built: StepEnd;

beforeAll(async () => {
  registry = await serveLockedPackages(path.join(EXAMPLE, 'package-lock.json'));
  bed = await connectEngine();
  base = await pushNodeImage(bed.engine.registry);
  cpSync(EXAMPLE, bed.workspace, { recursive: true, filter: (file) => !/\/(node_modules|\.next)$/.test(file) });
  built = await build({
    tags: bed.tag(VERSION),
    'build-args': `BASE_IMAGE=${base}\nNEXT_PUBLIC_API_URL=${API_URL}\nVERSION=${VERSION}`,
    'max-size': bound(),
  });
}, 600_000);
afterAll(async () => {
  await bed?.close();
  await registry?.close();
});

/** With the packages of this machine's cache, which the engine's own network has no way to. */
const build = (inputs: Record<string, string>, env: Record<string, string> = {}): Promise<StepEnd> =>
  bed.bundle(
    { network: 'host', allow: 'network.host', 'secret-envs': 'npmrc=NPMRC', review: 'fail', ...inputs },
    { env: { NPMRC: `registry=${registry.url}`, ...env } },
  );

/** What the Compose file takes from `env:` of the step. */
const composed = () => ({ BASE_IMAGE: base, NEXT_PUBLIC_API_URL: API_URL, VERSION, IMAGE: bed.tag('').replace(/:$/, '') });

/** What the example's own workflow lets the image weigh. */
function bound(): string {
  const [step] = suiteSteps(readFileSync(path.join(EXAMPLE, '.github/workflows/release.yml'), 'utf8'));
  return String(step?.with?.['max-size']);
}

async function docker(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, PATH: `${bed.engine.path}:${process.env.PATH}`, DOCKER_HOST: bed.engine.dockerHost };
  return (await execute('docker', [...args], { env })).stdout.trim();
}

test('four stages are built, the review has nothing to say, and the image is as small as stated', async () => {
  expect(built).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
  const stages = [...built.stdout.matchAll(/^#\d+ \[(\w+) \d+\/\d+\]/gm)].map(([, stage]) => stage);
  expect(new Set(stages)).toEqual(new Set(['base', 'deps', 'builder', 'runner']));
  expect(Number(built.outputs['size-bytes'])).toBeLessThan(parseSize(bound()));
});

test('the image runs as nobody in particular, at port 3000, and knows its version', async () => {
  const { config, history } = await bed.config(VERSION);
  expect(config).toMatchObject({
    User: '1000:1000',
    ExposedPorts: { '3000/tcp': {} },
    WorkingDir: '/app',
    Cmd: ['node', 'server.js'],
  });
  expect(config.Env).toEqual(expect.arrayContaining([`APP_VERSION=${VERSION}`, 'NODE_ENV=production']));
  expect(JSON.stringify([config, history])).not.toContain(registry.url);
});

test('it starts with as few rights as the Deployment leaves it, and answers', async () => {
  const rights = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--tmpfs=/app/.next/cache'];
  const database = 'DATABASE_URL=postgres://127.0.0.1:3000/restaurant';
  const id = await docker('run', '--detach', '--network=none', ...rights, '--env', database, built.outputs.image ?? '');
  try {
    const health = () => docker('inspect', '--format', '{{.State.Health.Status}} {{.State.Running}}', id);
    while ((await health()) === 'starting true') await wait(200);
    expect([await health(), await docker('logs', id)]).toEqual(['healthy true', expect.stringContaining('Ready')]);
    const ask = async (place: string) => {
      const script = `fetch('http://127.0.0.1:3000${place}').then(async (one) => console.log(one.status, await one.text()))`;
      return docker('exec', id, 'node', '-e', script);
    };
    expect(await ask('/api/health')).toBe(`200 {"status":"ok","version":"${VERSION}"}`);
    expect(await ask('/api/ready')).toBe('200 {"database":"ok"}');
    expect(await ask('/')).toMatch(/^200 .*<h1>Today<\/h1>/s);
    // One request of a user so far; probes are none.
    expect(await ask('/api/metrics')).toMatch(/^http_requests_total\{status_code="200"\} 1$/m);
    expect(await docker('exec', id, 'sh', '-c', 'cat /app/.next/static/chunks/app/*.js')).toContain(API_URL);
  } finally {
    await docker('rm', '--force', id);
  }
});

test('of the Compose file exactly the app is built, out of the same cache', async () => {
  const step = await build({ file: 'compose.yml' }, composed());
  expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
  expect(JSON.parse(step.outputs['images-json'] ?? '')).toMatchObject([{ target: 'app', tags: [bed.tag(VERSION)] }]);
  const services = load(readFileSync(path.join(EXAMPLE, 'compose.yml'), 'utf8')) as { services: object };
  expect(Object.keys(services.services)).toEqual(['app', 'postgres', 'redis', 'nginx']);
});

test('a database that is opened to the network is refused, so that silence means something', async () => {
  const compose = readFileSync(path.join(EXAMPLE, 'compose.yml'), 'utf8');
  const opened = compose.replace(/( +)(image: postgres:.*)\n/, "$1$2\n$1ports: ['5432:5432']\n");
  bed.write('opened.yml', opened);
  const step = await build({ file: 'opened.yml' }, composed());
  expect(step.exitCode).toBe(1);
  expect(step.errors.join()).toMatch(/opened\.yml:\d+ {2}DatabasePortPublished/);
});
