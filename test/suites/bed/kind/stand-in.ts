import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findBinary } from '../../../../testbed/bed/binary.js';
import { removeCgroup } from '../../../../testbed/bed/cgroups.js';
import { apiServerAddress, createIdentities, kubeconfigFile } from '../../../../testbed/bed/identities.js';
import { createNetwork, entering, removeNetwork } from '../../../../testbed/bed/network.js';
import { bedDirectory } from '../../../../testbed/bed/places.js';
import { childrenOf } from '../../../../testbed/bed/processes.js';
import { writeSite } from '../../../../testbed/bed/site.js';
import { fetchNodePrograms } from '../../../../testbed/real-node/programs.js';

/** A kind cluster as the test bed sees one: `kind`, `docker` and `kubectl` on PATH, and behind them a real control plane and a real node. */
export interface KindStandIn {
  /** To be put first in PATH. */
  readonly programs: string;
  /** For calls inside the cluster's network namespace. */
  readonly directory: string;
  stop(): Promise<void>;
}

export const NODE = 'kind-control-plane';

/** Starts a cluster whose node is in a network and a pid namespace of its own, as in a container. */
export async function startKindStandIn(name: string): Promise<KindStandIn> {
  const directory = bedDirectory(name);
  for (const part of ['pids', 'log', 'bin']) mkdirSync(path.join(directory, part), { recursive: true });
  await writeSite({
    kind: 'full',
    engine: false,
    nodes: 1,
    name,
    network: `d9tb-${name}`,
    directory,
    socketDirectory: directory,
  });
  await Promise.all([createIdentities(directory), createNetwork(directory)]);
  const { tini } = await fetchNodePrograms();
  const namespaces = ['--pid', '--mount', '--mount-proc', '--fork', '--kill-child'];
  const node = ['--', process.execPath, path.join(import.meta.dirname, 'node-container.js'), directory];
  // As a container's, its parent is not in its network.
  const [program, args] = entering(directory, tini, node);
  const container = spawn('unshare', [...namespaces, '--', program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async () => {
    const ended = container.exitCode === null && container.signalCode === null ? once(container, 'exit') : undefined;
    container.kill('SIGKILL');
    await ended;
    await removeCgroup(`/d9tb-${name}`);
    await removeNetwork(directory);
    rmSync(directory, { recursive: true });
  };
  try {
    await Promise.race([once(container.stdout, 'data'), once(container, 'exit').then(refuse)]);
    writePrograms(path.join(directory, 'kind-bin'), directory, childrenOf(container.pid ?? 0)[0]?.pid ?? 0);
    return { programs: path.join(directory, 'kind-bin'), directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function refuse(): never {
  throw new Error('The stand-in for a kind cluster ended while it started.');
}

/** Each knows the questions that the test bed asks, and refuses all others. */
function writePrograms(programs: string, directory: string, pid: number): void {
  mkdirSync(programs);
  // kind's administrator has a client certificate, and an address that is good outside of the container alone.
  const kubeconfig = path.join(directory, 'kind.kubeconfig');
  const certificates = readFileSync(kubeconfigFile(directory, 'cert-user'), 'utf8');
  writeFileSync(kubeconfig, certificates.replace(apiServerAddress, 'https://127.0.0.1:1'));
  writeProgram(programs, 'kind', {
    'get nodes --name kind': `echo ${NODE}`,
    'get nodes --name two': `echo ${NODE}; echo kind-worker`,
    'get nodes --name none': `echo 'No kind nodes found for cluster "none".' >&2`,
    'get kubeconfig --name kind': `cat '${kubeconfig}'`,
  });
  writeProgram(programs, 'docker', { [`inspect --format {{.State.Pid}} ${NODE}`]: `echo ${pid}` });
  writeFileSync(path.join(programs, 'kubectl'), `#!/bin/sh\nexec '${findBinary().file}' kubectl "$@"\n`, { mode: 0o755 });
}

function writeProgram(directory: string, name: string, answers: Readonly<Record<string, string>>): void {
  const cases = Object.entries(answers).map(([question, answer]) => `'${question}') ${answer} ;;`);
  const script = ['#!/bin/sh', 'case "$*" in', ...cases, `*) echo "${name} $*: not known" >&2; exit 1 ;;`, 'esac', ''];
  writeFileSync(path.join(directory, name), script.join('\n'), { mode: 0o755 });
}
