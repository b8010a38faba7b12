import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createGitRepository, type GitRepository } from '../../../testbed/act/git-repository.js';
import { runWorkflow, type WorkflowEnd, type WorkflowStart } from '../../../testbed/act/run-workflow.js';
import type { HttpRoute } from '../../../testbed/client/objects.js';
import type { EngineAddress } from '../../../testbed/engine/start.js';
import { collections, type Fixture, isAccepted, rolledOut } from '../../../testbed/fixture.js';
import { nodeImage } from '../../../testbed/image/app-image.js';
import type { Load } from '../../../testbed/load/load.js';
import type { NotOk } from '../../../testbed/load/report.js';
import { publicGateway } from '../../../testbed/restaurant.js';
import { runBundle } from '../bundles/run-bundle.js';
import { type ReleaseState, releaseState } from '../cluster/release-bed.js';
import { markedBlock } from '../docs/marked-block.js';
import { misses, type Period } from './misses.js';

const execute = promisify(execFile);
const EXAMPLE = 'examples/canary-release';

/** The example as a user sets it up: its repository, its app in a namespace with the first version, its credentials as a secret. */
export interface ExampleBed extends ReleaseState {
  readonly namespace: string;
  readonly repository: GitRepository;
  /** What is secret in the secret KUBECONFIG. */
  readonly token: string;
  /** The first version, by digest. */
  readonly firstImage: string;
  /** As its users send it: through the router, where the bed has one. */
  startLoad(rps: number): Promise<Load>;
  run(workflow: string, start?: Partial<WorkflowStart>): Promise<WorkflowEnd>;
  /** How often a client did not get what it came for: why, and during which step of the runs so far. */
  misses(notOk: readonly NotOk[]): string[];
  /** Commits a change of the app that answers every fifth request with an error. @returns the commit */
  commitBadVersion(): Promise<string>;
  remove(): void;
}

export function engineAddress(): EngineAddress {
  const line = process.env.D9_ENGINE;
  if (line === undefined) throw new Error('These tests need the bed with its engine: npm run test:e2e.');
  return JSON.parse(line) as EngineAddress;
}

/** @param followed the pages that were followed: those of the example, or README's quick start */
export async function exampleBed(fixture: Fixture, followed: 'example' | 'quick start' = 'example'): Promise<ExampleBed> {
  const { api, bed } = fixture;
  const engine = engineAddress();
  const machine = {
    PATH: `${engine.path}:${process.env.PATH}`,
    DOCKER_HOST: engine.dockerHost,
    DOCKER_CONFIG: engine.dockerConfig,
  };
  const namespace = await fixture.createNamespace();
  const host = `${namespace}.example`;
  const repository = await createGitRepository(EXAMPLE);
  if (followed === 'quick start') await asByQuickStart(repository, engine.registry);
  const firstImage = await buildFirstVersion(repository.directory, engine.registry, machine);
  // A bed with a router has the Gateway that the route names; else each namespace has one of its own.
  if (bed.gateway === undefined) await api.create(collections.gateways(namespace), publicGateway);
  await apply(repository.directory, namespace, {
    'ghcr.io/org/restaurant:1': firstImage,
    'restaurant.example.com': host,
    ...(bed.gateway === undefined && { 'name: public, namespace: default': 'name: public' }),
  });
  await rolledOut(api, namespace, 'restaurant');
  await api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', isAccepted);
  const target = bed.gateway === undefined ? { route: 'restaurant' } : { url: bed.gateway, host };
  const load = (rps: number) => fixture.startLoad(namespace, { rps, newConnections: 0.2, ...target });
  // A router has accepted a route some time before it serves it.
  const first = await load(20);
  await first.until(({ total }) => total.ok > 0);
  await first.stop();

  const readme = followed === 'example' ? path.join(repository.directory, 'README.md') : 'README.md';
  const kubeconfig = await kubeconfigByReadme(readme, namespace);

  const defaults = {
    repository: repository.directory,
    machine,
    secrets: { KUBECONFIG: kubeconfig, GITHUB_TOKEN: 'not-a-token' },
    // Without a router the load follows the route itself, at once; nobody has documented a bound for that.
    vars: { REGISTRY: engine.registry, BASE_IMAGE: nodeImage, ...(bed.gateway === undefined && { SETTLE: '1s' }) },
  };
  const runs: WorkflowEnd[] = [];
  return {
    namespace,
    repository,
    token: /token: (\S+)/.exec(kubeconfig)?.[1] ?? '',
    firstImage,
    startLoad: load,
    async run(workflow, start = {}) {
      const end = await runWorkflow({ ...defaults, workflow: `.github/workflows/${workflow}`, ...start });
      runs.push(end);
      return end;
    },
    misses: (notOk) => misses(notOk, stepsOf(runs)),
    commitBadVersion: () => {
      spoil(repository.directory);
      return repository.commit('Let every fifth guest go hungry');
    },
    ...releaseState(api, namespace),
    remove: () => repository.remove(),
  };
}

const stepsOf = (runs: readonly WorkflowEnd[]): Period[] =>
  runs.flatMap(({ jobs }) =>
    Object.entries(jobs).flatMap(([job, { steps }]) =>
      steps.map(({ stage, name, startedAt, endedAt }) => ({ name: `${job}: ${stage} ${name}`, startedAt, endedAt })),
    ),
  );

async function buildFirstVersion(cwd: string, registry: string, env: Record<string, string>): Promise<string> {
  const inputs = {
    tags: `${registry}/shop/restaurant:first`,
    labels: 'org.opencontainers.image.version=first',
    'build-args': `BASE_IMAGE=${nodeImage}\nVERSION=first`,
  };
  const { outputs, errors } = await runBundle('build-image', { cwd, env, inputs });
  if (!outputs.image) throw new Error(`The first version could not be built: ${errors.join('\n')}`);
  return outputs.image;
}

/** As the README says: the manifests, with what is the user's own put into them. */
async function apply(directory: string, namespace: string, own: Readonly<Record<string, string>>): Promise<void> {
  const app = path.join(directory, 'kubernetes/app.yml');
  const manifest = readFileSync(app, 'utf8');
  let changed = manifest;
  for (const [text, replacement] of Object.entries(own)) {
    if (!changed.includes(text)) throw new Error(`${app} does not say "${text}" any more.`);
    changed = changed.replace(text, replacement);
  }
  writeFileSync(app, changed);
  await execute('kubectl', ['--namespace', namespace, 'apply', '--filename', path.join(directory, 'kubernetes')]);
  writeFileSync(app, manifest);
}

/** A repository that has an app and nothing of this suite gets what the quick start prints, with its names in place of those there. */
async function asByQuickStart({ directory, commit }: GitRepository, registry: string): Promise<void> {
  for (const file of ['.github', 'slo.yml', 'kubernetes/rbac.yml', 'README.md'])
    rmSync(path.join(directory, file), { recursive: true });
  const readme = readFileSync('README.md', 'utf8');
  const workflow = markedBlock(readme, 'quick-start').replace('ghcr.io/org/restaurant', `${registry}/shop/restaurant`);
  mkdirSync(path.join(directory, '.github/workflows'), { recursive: true });
  writeFileSync(path.join(directory, '.github/workflows/release.yml'), workflow);
  writeFileSync(path.join(directory, 'slo.yml'), markedBlock(readme, 'slo'));
  // The app's own: there is no registry of base images to be reached.
  const dockerfile = path.join(directory, 'Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace(/^ARG BASE_IMAGE=.*$/m, `ARG BASE_IMAGE=${nodeImage}`));
  await commit('Release by the quick start');
}

/** What a README tells a user to run, word for word but for the namespace, and a file of this tree. @returns the kubeconfig that it makes */
async function kubeconfigByReadme(readme: string, namespace: string): Promise<string> {
  const script = markedBlock(readFileSync(readme, 'utf8'), 'kubeconfig')
    .replace('namespace=restaurant', `namespace=${namespace}`)
    .replace('https://raw.githubusercontent.com/org/d9-actions/v1', process.cwd());
  const cwd = mkdtempSync(path.join(tmpdir(), 'd9-kubeconfig-'));
  try {
    await execute('bash', ['-euo', 'pipefail', '-c', script], { cwd });
    return readFileSync(path.join(cwd, 'release.kubeconfig'), 'utf8');
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** In the code, for pods that run it, and as a label, for those that the bed plays. */
function spoil(directory: string): void {
  const server = path.join(directory, 'server.mjs');
  const good = readFileSync(server, 'utf8');
  const bad = good.replace('response.writeHead(200, {', 'response.writeHead(Math.random() < 0.2 ? 500 : 200, {');
  if (bad === good) throw new Error(`${server} has changed; the bad version is a change of its menu().`);
  writeFileSync(server, bad);
  appendFileSync(path.join(directory, 'Dockerfile'), 'LABEL dev.d9.faults="errors-20"\n');
}
