import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findBinary } from '../bed/binary.js';
import { BedError } from '../bed/error.js';
import { endOfLog } from '../bed/health.js';
import { run } from '../bed/run.js';
import {
  cniConfiguration,
  configurationDirectory,
  containerdConfiguration,
  containerdSocket,
  hiddenPlaces,
  kubeletConfiguration,
  kubeletFlags,
  kubeletSettings,
  proxyFlags,
} from './configuration.js';
import { buildPauseImage } from './pause-image.js';
import { fetchNodePrograms, type NodePrograms } from './programs.js';

/**
 * The first process of the node's own mount and pid namespaces (its only parent there is tini, which buries the dead). It never ends by itself:
 * with it ends every process of the node, and with the last of them every mount. Arguments: the bed's directory, the node's cgroup.
 */
const [directory = '', cgroup = ''] = process.argv.slice(2);
const programs = await fetchNodePrograms();
const environment = { ...programs.environment, HOME: '/root', TMPDIR: '/run/tmp' };

try {
  await hideMachine();
  configure(programs);
  const containerd = launch('containerd', 'containerd', ['--config', path.join(configurationDirectory, 'containerd.toml')]);
  await Promise.race([endOf(containerd), importPauseImage()]);
  const kubelet = launch('kubelet', findBinary().file, ['kubelet', ...kubeletFlags(directory)]);
  const proxy = launch('kube-proxy', findBinary().file, ['proxy', ...proxyFlags(directory)]);
  await Promise.race([containerd, kubelet, proxy].map(endOf));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
}
process.exit(1);

async function hideMachine(): Promise<void> {
  for (const place of hiddenPlaces) await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', place]);
  for (const place of [environment.TMPDIR, path.join(configurationDirectory, 'cni'), path.join(configurationDirectory, 'sys')]) {
    mkdirSync(place, { recursive: true });
  }
  for (const [name, value] of Object.entries(kubeletSettings)) {
    const file = path.join(configurationDirectory, 'sys', path.basename(name));
    writeFileSync(file, `${value}\n`);
    await run('mount', ['--bind', file, path.join('/proc/sys', name)]);
  }
}

function configure({ cni, iptables }: NodePrograms): void {
  const write = (name: string, text: string) => writeFileSync(path.join(configurationDirectory, name), text);
  write('containerd.toml', containerdConfiguration(cni));
  write('cni/10-bridge.conflist', JSON.stringify(cniConfiguration));
  write('kubelet.json', JSON.stringify(kubeletConfiguration(cgroup)));
  // What the package's installation would have linked.
  const names = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);
  const commands = path.join(configurationDirectory, 'bin');
  mkdirSync(commands);
  for (const name of names) symlinkSync(iptables, path.join(commands, name));
  environment.PATH = `${commands}:${environment.PATH}`;
}

function launch(name: string, file: string, args: readonly string[]): ChildProcess {
  const log = openSync(path.join(directory, 'log', `${name}.log`), 'a');
  return spawn(file, args, { argv0: name, env: environment, stdio: ['ignore', log, log] });
}

/** Rejects when a server ends: none ever should. */
function endOf(server: ChildProcess): Promise<never> {
  const name = server.spawnargs[0] ?? '';
  return new Promise((_, reject) => {
    server.on('error', reject);
    server.on('exit', (code, signal) =>
      reject(new BedError(`${name} ended (${signal ?? code}). The end of its log:\n${endOfLog(directory, name)}`)),
    );
  });
}

async function importPauseImage(): Promise<void> {
  while (!existsSync(containerdSocket)) await wait(20);
  const archive = await buildPauseImage();
  await run('ctr', ['--namespace', 'k8s.io', 'images', 'import', archive], { env: environment });
}
