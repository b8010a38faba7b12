import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { daemonForbidden } from '../build-failure.js';
import { dockerConfigDirectory } from '../registry/docker-config.js';
import { type RegistryConfig, readInsecure } from '../registry/insecure.js';
import { type Builder, DaemonUnreachable } from './builder.js';

const DEFAULT_HOST = 'unix:///var/run/docker.sock';
const TIMEOUT_MS = 20_000;

/** The parts of Docker's `GET /info` that we read. */
interface DaemonInfo {
  readonly DriverStatus?: ReadonlyArray<readonly [string, string]> | null;
  readonly RegistryConfig?: RegistryConfig;
}

/**
 * Describes the Docker daemon of this machine as the builder that it is where nobody chose another one; most runners are so. Its API answers in
 * milliseconds, while asking buildx costs two processes and more CPU than all else that we do.
 * @returns undefined when something else would build: `buildx inspect` knows what
 * @throws DaemonUnreachable when it does not answer; UserError when it may not be asked
 */
export async function localDaemon(program: string, environment: Environment, signal: AbortSignal): Promise<Builder | undefined> {
  const host = localHost(environment);
  if (host === undefined || hasChosenBuilder(environment)) return undefined;
  const info = await ask(host, signal);
  if (info === undefined) return undefined;
  const isContainerd = (info.DriverStatus ?? []).some(
    ([key, value]) => key === 'driver-type' && value.startsWith('io.containerd.'),
  );
  return {
    program,
    version: undefined,
    name: 'default',
    driver: 'docker',
    endpoint: host,
    store: isContainerd ? 'containerd' : 'classic',
    insecureRegistries: readInsecure(info.RegistryConfig),
  };
}

/** Which daemon the docker command would ask (github.com/docker/cli, cli/command/cli.go, resolveContextName), when that is a socket of this machine. */
function localHost(environment: Environment): string | undefined {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = environment.variables;
  if (host) return host.startsWith('unix://') ? host : undefined;
  const { currentContext } = readJson(join(dockerConfigDirectory(environment), 'config.json'));
  const name = context || currentContext || 'default';
  return name === 'default' ? DEFAULT_HOST : undefined;
}

/** `docker buildx use` leaves its choice here (github.com/docker/buildx, store/store.go). */
function hasChosenBuilder(environment: Environment): boolean {
  const { BUILDX_BUILDER, BUILDX_CONFIG } = environment.variables;
  const { Name } = readJson(join(BUILDX_CONFIG || join(dockerConfigDirectory(environment), 'buildx'), 'current'));
  return Boolean(BUILDX_BUILDER || Name);
}

/** A file that is absent or broken says nothing here; whoever needs more of it says what is wrong. */
function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** @returns undefined when the answer is not what Docker would say */
async function ask(host: string, signal: AbortSignal): Promise<DaemonInfo | undefined> {
  // `import 'node:http'` would load fetch and WebSocket too.
  const { request } = process.getBuiltinModule('node:http');
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    return await new Promise((resolve, reject) => {
      const options = { socketPath: host.slice('unix://'.length), path: '/info', headers: { host: 'docker' }, signal: either };
      const asked = request(options, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        answer
          .once('error', reject)
          .once('end', () => resolve(answer.statusCode === 200 ? (JSON.parse(body) as DaemonInfo) : undefined));
      });
      asked.once('error', reject).end();
    });
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw daemonForbidden(host);
    throw new DaemonUnreachable(host);
  }
}
