import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackages } from '../packages/packages.js';

/** bookworm's, all of one age; iptables with the libraries that only it needs, as it is not on every machine. */
const packages = [
  'containerd',
  'runc',
  'containernetworking-plugins',
  'tini',
  'iptables',
  'libip4tc2',
  'libip6tc2',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftnl11',
  'libseccomp2',
  'libxtables12',
].map((name) => `${name}/bookworm`);

/** What a node is made of, besides Kubernetes itself. */
export interface NodePrograms {
  readonly tini: string;
  /** Directory of the CNI plugins. */
  readonly cni: string;
  /** The program that is iptables under whichever of its names it is called by. */
  readonly iptables: string;
  /** What a process needs in its environment to run them. */
  readonly environment: { readonly PATH: string; readonly LD_LIBRARY_PATH: string; readonly XTABLES_LIBDIR: string };
}

/** Fetches the programs, once; see `fetchPackages`. */
export async function fetchNodePrograms(): Promise<NodePrograms> {
  const root = await fetchPackages({ name: 'real-node', packages });
  const libraries = join(root, 'usr/lib', architectureDirectory(join(root, 'usr/lib')));
  return {
    tini: join(root, 'usr/bin/tini'),
    cni: join(root, 'usr/lib/cni'),
    iptables: join(root, 'usr/sbin/xtables-nft-multi'),
    environment: {
      PATH: `${join(root, 'usr/sbin')}:${join(root, 'usr/bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
      LD_LIBRARY_PATH: libraries,
      XTABLES_LIBDIR: join(libraries, 'xtables'),
    },
  };
}

/** Debian's name for the libraries of this machine's kind, e.g. x86_64-linux-gnu. */
function architectureDirectory(directory: string): string {
  const found = readdirSync(directory).find((name) => name.endsWith('-linux-gnu'));
  if (found === undefined) throw new Error(`${directory} has no libraries.`);
  return found;
}
