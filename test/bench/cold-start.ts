import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { cpuMs } from './cpu-time.js';
import { type OneQuestion, oneQuestion } from './daemon-socket.js';
import { median, type Row, relative } from './row.js';
import { type OneAnswer, oneAnswer } from './tls-server.js';

const PAIRS = 15;

interface Start {
  readonly name: string;
  readonly bundle: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Begins to look, and resolves when the action has got to where its start ends; false when it never got there. */
  readonly reached: (ended: Promise<void>) => Promise<boolean>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly goal: number;
}

const SLO =
  'objectives:\n  - name: errors\n    ratio: { bad: \'http_requests_total{status=~"5.."}\', total: http_requests_total }\n    max: 1%\n';

/**
 * CPU time from the start of an action to the end of its first exchange over TLS, or to its first question to the engine that builds, against a Node that
 * does nothing.
 * Pairs are taken back to back, so that a busy machine slows both.
 */
export async function rows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'd9-bench-'));
  const server = await oneAnswer(folder);
  const daemon = await oneQuestion(folder);
  try {
    writeFileSync(join(folder, 'slo.yml'), SLO);
    const result: Row[] = [];
    for (const start of [...clusterStarts(server), buildStart(folder, daemon)]) result.push(await measure(start, folder));
    return result;
  } finally {
    server.close();
    daemon.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function clusterStarts(server: OneAnswer): Start[] {
  const reached = (ended: Promise<void>) => Promise.race([server.answerOne().then(() => true), ended.then(() => false)]);
  const config = kubeconfig(server);
  const app = { app: 'restaurant', namespace: 'shop' };
  const yaml = { ...app, kubeconfig: dump(config) };
  const json = { ...app, kubeconfig: JSON.stringify(config) };
  return [
    { name: 'cold-start/canary-step/yaml', bundle: 'canary-step', inputs: { ...yaml, weight: '10' }, reached, goal: 3.2 },
    { name: 'cold-start/canary-step/json', bundle: 'canary-step', inputs: { ...json, weight: '10' }, reached, goal: 2.8 },
    { name: 'cold-start/verify-slo/yaml', bundle: 'verify-slo', inputs: { ...yaml, slo: 'slo.yml' }, reached, goal: 3.2 },
  ];
}

/** A Docker daemon on a socket of its own, as on nearly every runner: the first thing that a build asks. */
function buildStart(folder: string, daemon: OneQuestion): Start {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(programs, 'docker-buildx'), '#!/bin/sh\n', { mode: 0o755 });
  return {
    name: 'cold-start/build-image',
    bundle: 'build-image',
    inputs: { tags: 'registry.invalid/shop/restaurant:1' },
    variables: { PATH: `${programs}:${process.env.PATH}`, DOCKER_HOST: `unix://${daemon.socket}` },
    reached: (ended) => Promise.race([daemon.asked().then(() => true), ended.then(() => false)]),
    goal: 1.8,
  };
}

async function measure(start: Start, folder: string): Promise<Row> {
  const bundle = resolve('dist', start.bundle, 'index.js');
  const env = { ...stepEnvironment(folder, start.inputs), ...start.variables };
  const untilReached = async (): Promise<number> => {
    const ended = Promise.withResolvers<void>();
    const reached = start.reached(ended.promise);
    const used = await cpuMs(process.execPath, [bundle], env, (enough) => {
      void reached.then(enough);
    });
    ended.resolve();
    if (!(await reached)) throw new Error(`${start.name}: ${bundle} ended before it had started.`);
    return used;
  };
  await untilReached(); // once, so that the bundle lies in the page cache

  const pairs: { ours: number; bare: number }[] = [];
  while (pairs.length < PAIRS) {
    const bare = await cpuMs(process.execPath, ['-e', '0']);
    pairs.push({ bare, ours: await untilReached() });
  }
  const ours = median(pairs.map((pair) => pair.ours));
  const bare = median(pairs.map((pair) => pair.bare));
  const ratio = median(pairs.map((pair) => pair.ours / pair.bare));
  return relative(start.name, ours, 'ms CPU', bare, start.goal, ratio);
}

function stepEnvironment(folder: string, inputs: Readonly<Record<string, string>>): Record<string, string> {
  mkdirSync(join(folder, 'temp'), { recursive: true });
  const files = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'].map((name) => [name, join(folder, name)] as const);
  for (const [, file] of files) writeFileSync(file, '');
  return {
    HOME: folder,
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: join(folder, 'temp'),
    ...Object.fromEntries(files),
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
}

/** A token kubeconfig of the usual size, about 1.7 kB. */
const kubeconfig = ({ url, caPem }: OneAnswer) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'bench',
  clusters: [{ name: 'bench', cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
  contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'shop' } }],
  users: [{ name: 'bench', user: { token: 'bench-token-of-no-value' } }],
});
