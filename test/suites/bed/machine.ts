import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { processOf } from '../../../testbed/bed/processes.js';
import { fetchNodePrograms } from '../../../testbed/real-node/programs.js';

/** All that a bed could leave behind, as lists that can be compared. */
export type Machine = Readonly<Record<string, readonly string[]>>;

/**
 * Looks at the machine as this process sees it: in namespaces of its own that is only what the beds under test do. Only cgroups are shared with
 * other beds on the machine, which come and go.
 * @param bedNames what the cgroups of the beds under test may be called
 */
export async function lookAtMachine(bedNames: readonly string[]): Promise<Machine> {
  const { iptables, environment } = await fetchNodePrograms();
  const rules = (name: string) => lines(execFileSync(iptables, [name], { env: environment, encoding: 'utf8' }));
  const ip = (...args: string[]) => lines(execFileSync('ip', ['-oneline', ...args], { encoding: 'utf8' }));
  return {
    processes: processes(),
    mounts: lines(readFileSync('/proc/self/mountinfo', 'utf8')),
    cgroups: cgroups().filter((name) => bedNames.includes(path.basename(name)) || !/^d9/.test(path.basename(name))),
    networks: list('/run/netns'),
    links: ip('address'),
    routes: ip('route', 'show', 'table', 'all'),
    firewall: ['iptables-save', 'ip6tables-save'].flatMap(rules).filter((line) => !line.startsWith('#')),
    sysctls: sysctls('/proc/sys'),
  };
}

/** What `after` has and `before` had not, and the other way round. */
export function changes(before: Machine, after: Machine): string[] {
  return Object.keys(after).flatMap((kind) => {
    const [had, has] = [new Set(before[kind]), new Set(after[kind])];
    const came = [...has].filter((line) => !had.has(line)).map((line) => `${kind}: + ${line}`);
    const went = [...had].filter((line) => !has.has(line)).map((line) => `${kind}: - ${line}`);
    return [...came, ...went];
  });
}

/** Without ourselves, our parent, and those that have ended and only wait for their parent to notice. */
function processes(): string[] {
  const own = new Set([process.ppid, process.pid]);
  return list('/proc')
    .filter((entry) => !own.has(Number(entry)) && processOf(Number(entry)) !== undefined)
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')}`);
}

const hierarchies = '/sys/fs/cgroup';
const cgroups = () => [
  ...list(hierarchies),
  ...list(hierarchies).flatMap((name) => list(path.join(hierarchies, name)).map((entry) => path.join(name, entry))),
];

const volatile =
  /^\/proc\/sys\/(kernel\/(random\/|ns_last_pid|pty\/nr)|fs\/(dentry-state|file-nr|inode-nr|inode-state|aio-nr|quota\/)|net\/netfilter\/nf_conntrack_count)/;

function sysctls(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return sysctls(file);
    return volatile.test(file) ? [] : [`${file} = ${read(file)}`];
  });
}

const lines = (text: string) => text.split('\n').filter(Boolean);

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
