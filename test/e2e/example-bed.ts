import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runBundle } from '../bundles/run-bundle.js';
import { createGitRepository, type GitRepository } from '../testbed/act/git-repository.js';
import { runWorkflow, type WorkflowEnd, type WorkflowStart } from '../testbed/act/run-workflow.js';
import type { HttpRoute, KubeObject } from '../testbed/client/objects.js';
import { BASE_IMAGE } from '../testbed/engine/base-image.js';
import type { EngineAddress } from '../testbed/engine/start.js';
import { collections, type Fixture, isAccepted, rolledOut } from '../testbed/fixture.js';
import { publicGateway } from '../testbed/restaurant.js';

const execute = promisify(execFile);
const EXAMPLE = 'examples/canary-release';

/** The example as a user sets it up: its repository, its app in a namespace with the first version, its credentials as a secret. */
export interface ExampleBed {
  readonly namespace: string;
  readonly repository: GitRepository;
  /** What the secret KUBECONFIG holds. */
  readonly kubeconfig: string;
  /** The secret in it. */
  readonly token: string;
  /** The first version, by digest. */
  readonly firstImage: string;
  run(workflow: string, start?: Partial<WorkflowStart>): Promise<WorkflowEnd>;
  /** Commits a change of the app that answers every fifth request with an error. @returns the commit */
  commitBadVersion(): Promise<string>;
  stableImage(): Promise<string | undefined>;
  /** The release record's newest entry. */
  record(): Promise<{ phase: string; weight: number } | undefined>;
  /** Names of the route's backends with a weight above 0. */
  backends(): Promise<string[]>;
  remove(): void;
}

export function engineAddress(): EngineAddress {
  const line = process.env.D9_ENGINE;
  if (line === undefined) throw new Error('These tests need the bed with its engine: npm run test:e2e.');
  return JSON.parse(line) as EngineAddress;
}

export async function exampleBed(fixture: Fixture): Promise<ExampleBed> {
  const { api } = fixture;
  const engine = engineAddress();
  const machine = {
    PATH: `${engine.path}:${process.env.PATH}`,
    DOCKER_HOST: engine.dockerHost,
    DOCKER_CONFIG: engine.dockerConfig,
  };
  const namespace = await fixture.createNamespace();
  const repository = await createGitRepository(EXAMPLE);
  const firstImage = await buildFirstVersion(repository.directory, engine.registry, machine);
  await api.create(collections.gateways(namespace), publicGateway);
  await apply(repository.directory, namespace, firstImage);
  await rolledOut(api, namespace, 'restaurant');
  await api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', isAccepted);

  const kubectl = async (...args: string[]) => (await execute('kubectl', ['--namespace', namespace, ...args])).stdout.trim();
  const token = await kubectl('create', 'token', 'release', '--duration', '8h');
  const file = await fixture.kubeconfigFor({ token });
  await kubectl('--kubeconfig', file, 'config', 'set-context', '--current', '--namespace', namespace);
  const kubeconfig = readFileSync(file, 'utf8');
  rmSync(file);

  const defaults = {
    repository: repository.directory,
    machine,
    secrets: { KUBECONFIG: kubeconfig, GITHUB_TOKEN: 'not-a-token' },
    vars: { REGISTRY: engine.registry, BASE_IMAGE, SETTLE: '1s' },
  };
  return {
    namespace,
    repository,
    kubeconfig,
    token,
    firstImage,
    run: (workflow, start = {}) => runWorkflow({ ...defaults, workflow: `.github/workflows/${workflow}`, ...start }),
    commitBadVersion: () => {
      spoil(repository.directory);
      return repository.commit('Let every fifth guest go hungry');
    },
    async stableImage() {
      const stable = await api.get<KubeObject>(`${collections.deployments(namespace)}/restaurant`);
      return (stable.spec as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0]?.image;
    },
    async record() {
      const lease = await api.get<KubeObject>(`${collections.leases(namespace)}/d9-restaurant`).catch(() => undefined);
      const json = lease?.metadata.annotations?.['d9.dev/release'];
      return json === undefined ? undefined : JSON.parse(json).latest;
    },
    async backends() {
      const route = await api.get<HttpRoute>(`${collections.httpRoutes(namespace)}/restaurant`);
      const backends = route.spec.rules?.flatMap(({ backendRefs = [] }) => backendRefs) ?? [];
      return backends.filter(({ weight = 1 }) => weight > 0).map(({ name }) => name);
    },
    remove: () => repository.remove(),
  };
}

async function buildFirstVersion(cwd: string, registry: string, env: Record<string, string>): Promise<string> {
  const inputs = {
    tags: `${registry}/shop/restaurant:first`,
    labels: 'org.opencontainers.image.version=first',
    'build-args': `BASE_IMAGE=${BASE_IMAGE}\nVERSION=first`,
  };
  const { outputs, errors } = await runBundle('build-image', { cwd, env, inputs });
  if (!outputs.image) throw new Error(`The first version could not be built: ${errors.join('\n')}`);
  return outputs.image;
}

/** As the README says: the manifests, with the image of the first version in them. */
async function apply(directory: string, namespace: string, image: string): Promise<void> {
  const app = path.join(directory, 'kubernetes/app.yml');
  const manifest = readFileSync(app, 'utf8');
  writeFileSync(app, manifest.replace(/image: \S+/, `image: ${image}`));
  await execute('kubectl', ['--namespace', namespace, 'apply', '--filename', path.join(directory, 'kubernetes')]);
  writeFileSync(app, manifest);
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
