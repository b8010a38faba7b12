import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers, listens } from '../bed/health.js';
import { importBaseImages } from './base-image.js';
import { type EnginePrograms, fetchEngine } from './programs.js';
import { registryConfiguration } from './registry.js';
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
 * Starts a Docker Engine on a socket of its own, unless it runs already, and a registry on 127.0.0.1:5000. In quiet mode the engine touches no
 * firewall rule, bridge or sysctl; RUN steps then need `--network=host` or `--network=none`.
 * @param state directory for everything that the engine keeps; made here, removed by `stopEngine`
 */
export async function startEngine(state: string): Promise<EngineAddress> {
  const directory = resolve(state, 'engine');
  const programs = await fetchEngine();
  const address = await engineAddress(state);
  if (await isEngineRunning(state)) return address;

  await stopEngine(state);
  await mkdir(join(directory, 'docker-config/cli-plugins'), { recursive: true });
  try {
    await start(directory, programs);
    const variables = {
      ...process.env,
      PATH: `${address.path}:${process.env.PATH}`,
      DOCKER_HOST: address.dockerHost,
      DOCKER_CONFIG: address.dockerConfig,
    };
    await importBaseImages('docker', programs.busybox, variables);
    return address;
  } catch (error) {
    await stopEngine(state);
    throw error;
  }
}

async function start(directory: string, programs: EnginePrograms): Promise<void> {
  const at = (name: string) => join(directory, name);
  await symlink(programs.buildx, at('docker-config/cli-plugins/docker-buildx'));
  await writeFile(at('daemon.json'), JSON.stringify({ features: { 'containerd-snapshotter': true } }));
  await writeFile(at('registry.yml'), registryConfiguration({ address: REGISTRY, data: at('registry') }));

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
    launch('dockerd', dockerd, { directory, path: programs.path }),
    launch('docker-registry', ['serve', at('registry.yml')], { directory, path: programs.path }),
  ];
  await writeFile(at('processes.json'), JSON.stringify(processes));

  await waitUntilReady(processes, directory);
}

/** Where the engine of a state directory is, or will be. */
export async function engineAddress(state: string): Promise<EngineAddress> {
  const directory = resolve(state, 'engine');
  return {
    dockerHost: `unix://${join(directory, 'docker.sock')}`,
    path: (await fetchEngine()).path.join(':'),
    dockerConfig: join(directory, 'docker-config'),
    registry: REGISTRY,
  };
}

/** Whether everything that was started for a state directory still runs. */
export async function isEngineRunning(state: string): Promise<boolean> {
  const directory = resolve(state, 'engine');
  const processes = await startedProcesses(directory);
  return processes.length > 0 && processes.every((process) => isAlive(process, directory));
}

/** Whether the engine and the registry answer; to be asked in their network namespace. */
export async function isEngineReady(state: string): Promise<boolean> {
  const [engine, registry] = [listens(join(resolve(state, 'engine'), 'docker.sock')), answers(`http://${REGISTRY}/v2/`)];
  return (await engine) && (await registry);
}

function launch(
  name: string,
  args: string[],
  { directory, path }: { directory: string; path: readonly string[] },
): StartedProcess {
  const log = openSync(join(directory, `${name}.log`), 'a');
  const child = spawn(name, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${path.join(':')}:${process.env.PATH}`, OTEL_TRACES_EXPORTER: 'none' },
  });
  child.unref();
  if (child.pid === undefined) throw new Error(`${name} could not be started.`);
  return { name, pid: child.pid };
}

async function waitUntilReady(processes: readonly StartedProcess[], directory: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isEngineReady(dirname(directory)))) {
    const dead = processes.find((process) => !isAlive(process, directory));
    if (dead || Date.now() > deadline) {
      const name = dead?.name ?? 'dockerd';
      const log = await readFile(join(directory, `${name}.log`), 'utf8');
      throw new Error(`${name} ${dead ? 'ended' : 'is not ready'}. Its log ends with:\n${log.split('\n').slice(-10).join('\n')}`);
    }
    await sleep(50);
  }
}
