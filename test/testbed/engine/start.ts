import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importBaseImage } from './base-image.js';
import { type EnginePrograms, fetchEngine } from './programs.js';
import { cgroupOf, isAlive, type StartedProcess, startedProcesses, stopEngine } from './stop.js';

/** What a test needs to use the engine. */
export interface EngineAddress {
  readonly dockerHost: string;
  /** Directories to put first in PATH, separated by colons. */
  readonly path: string;
  readonly dockerConfig: string;
  readonly registry: string;
}

const REGISTRY = '127.0.0.1:5000';
const READY_WITHIN_MS = 30_000;

/**
 * Starts a Docker Engine on a socket of its own, unless it runs already, and a registry on 127.0.0.1:5000 of the network namespace. In quiet mode the engine touches no
 * firewall rule, bridge or sysctl; RUN steps then need `--network=host` or `--network=none`.
 * @param state directory for everything that the engine keeps; made here, removed by `stopEngine`
 * @param netns name of the network namespace; that of this process when undefined
 */
export async function startEngine(state: string, netns: string | undefined): Promise<EngineAddress> {
  const directory = resolve(state, 'engine');
  const programs = await fetchEngine();
  const address = addressOf(directory, programs);
  if (await isRunning(directory)) return address;

  await stopEngine(state);
  await mkdir(join(directory, 'docker-config/cli-plugins'), { recursive: true });
  try {
    await start(directory, netns, programs);
    const variables = {
      ...process.env,
      PATH: `${address.path}:${process.env.PATH}`,
      DOCKER_HOST: address.dockerHost,
      DOCKER_CONFIG: address.dockerConfig,
    };
    await importBaseImage('docker', programs.busybox, variables);
    return address;
  } catch (error) {
    await stopEngine(state);
    throw error;
  }
}

async function start(directory: string, netns: string | undefined, programs: EnginePrograms): Promise<void> {
  const at = (name: string) => join(directory, name);
  await symlink(programs.buildx, at('docker-config/cli-plugins/docker-buildx'));
  await writeFile(at('daemon.json'), JSON.stringify({ features: { 'containerd-snapshotter': true } }));
  await writeFile(at('registry.yml'), registryConfiguration(at('registry')));

  const quiet = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false', '--userland-proxy=false'];
  const ownFiles = [
    '--config-file',
    at('daemon.json'),
    '--data-root',
    at('data'),
    '--exec-root',
    at('exec'),
    '-p',
    at('docker.pid'),
  ];
  const dockerd = [...ownFiles, '--cgroup-parent', cgroupOf(directory), '-H', `unix://${at('docker.sock')}`, ...quiet];
  const processes = [
    launch('dockerd', dockerd, { directory, netns, path: programs.path }),
    launch('docker-registry', ['serve', at('registry.yml')], { directory, netns, path: programs.path }),
  ];
  await writeFile(at('processes.json'), JSON.stringify(processes));

  await waitUntilReady(processes, directory);
}

const addressOf = (directory: string, { path }: EnginePrograms): EngineAddress => ({
  dockerHost: `unix://${join(directory, 'docker.sock')}`,
  path: path.join(':'),
  dockerConfig: join(directory, 'docker-config'),
  registry: REGISTRY,
});

async function isRunning(directory: string): Promise<boolean> {
  const processes = await startedProcesses(directory);
  return processes.length > 0 && processes.every((process) => isAlive(process, directory));
}

function launch(
  name: string,
  args: string[],
  { directory, netns, path }: { directory: string; netns: string | undefined; path: readonly string[] },
): StartedProcess {
  const inside = netns === undefined ? [] : ['nsenter', `--net=/run/netns/${netns}`, '--'];
  const [file = name, ...rest] = [...inside, name, ...args];
  const log = openSync(join(directory, `${name}.log`), 'a');
  const child = spawn(file, rest, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${path.join(':')}:${process.env.PATH}`, OTEL_TRACES_EXPORTER: 'none' },
  });
  child.unref();
  if (child.pid === undefined) throw new Error(`${file} could not be started.`);
  return { name, pid: child.pid };
}

async function waitUntilReady(processes: readonly StartedProcess[], directory: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const ready = async () =>
    (await answers(join(directory, 'docker.sock'))) && (await isListening(join(directory, 'docker-registry.log')));
  while (!(await ready())) {
    const dead = processes.find((process) => !isAlive(process, directory));
    if (dead || Date.now() > deadline) {
      const name = dead?.name ?? 'dockerd';
      const log = await readFile(join(directory, `${name}.log`), 'utf8');
      throw new Error(`${name} ${dead ? 'ended' : 'is not ready'}. Its log ends with:\n${log.split('\n').slice(-10).join('\n')}`);
    }
    await sleep(50);
  }
}

/** A connection to dockerd's socket is accepted only once the API is served. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/** The registry may be in another network namespace, where only its log can be seen. */
async function isListening(registryLog: string): Promise<boolean> {
  return (await readFile(registryLog, 'utf8')).includes('listening on');
}

const registryConfiguration = (data: string): string => `version: 0.1
log: { level: info, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${JSON.stringify(data)} }, delete: { enabled: true } }
http: { addr: ${REGISTRY} }
`;
