import { join } from 'node:path';
import { fetchPackages } from '../packages/packages.js';

/** sid has a current engine; its runc needs a newer libc than bookworm's, so that one comes from bookworm. */
const PACKAGES = [
  'docker.io/sid',
  'docker-cli/sid',
  'docker-buildx/sid',
  'containerd/sid',
  'runc/bookworm',
  'docker-registry/bookworm',
  'busybox-static/bookworm',
];

/** Docker Engine, buildx, a registry and busybox as the packages have them. */
export interface EnginePrograms {
  /** Directories to put first in PATH, in this order. */
  readonly path: readonly string[];
  readonly buildx: string;
  readonly busybox: string;
}

/** Fetches the programs, once; see `fetchPackages`. */
export async function fetchEngine(): Promise<EnginePrograms> {
  const root = await fetchPackages({ name: 'engine', packages: PACKAGES });
  return {
    path: [join(root, 'usr/sbin'), join(root, 'usr/bin')],
    buildx: join(root, 'usr/libexec/docker/cli-plugins/docker-buildx'),
    busybox: join(root, 'bin/busybox'),
  };
}
