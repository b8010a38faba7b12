import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Part } from '../bed/part.js';
import { run } from '../bed/run.js';
import type { Site } from '../bed/site.js';
import { fetchPackages } from '../packages/packages.js';

/** buildah and what a machine may lack of its libraries and configuration. */
const packages = ['buildah', 'golang-github-containers-common', 'libassuan0', 'libdevmapper1.02.1', 'libgpgme11', 'libseccomp2'];

const fetchBuildah = () => fetchPackages({ name: 'buildah', packages: packages.map((name) => `${name}/bookworm`) });

const programOf = ({ directory }: Site) => path.join(directory, 'bin', 'buildah');

/** No server: a `buildah` that `exec` finds, with images of the bed's own. */
export const buildah: Part = {
  name: 'buildah',
  prepare: fetchBuildah,
  async start(site) {
    const home = path.join(site.directory, 'buildah');
    await mkdir(path.join(home, 'layer'), { recursive: true });
    await writeFile(path.join(home, 'storage.conf'), storageConfiguration(home));
    await writeFile(programOf(site), program(await fetchBuildah(), home), { mode: 0o755 });
  },
  isRunning: () => true,
  isHealthy: async (site) => (await run(programOf(site), ['version'])).startsWith('Version:'),
};

/** With `vfs` nothing stays mounted when buildah has ended; `--storage-driver overlay` works too. */
function storageConfiguration(home: string): string {
  return `[storage]\ndriver = "vfs"\ngraphroot = "${home}/images"\nrunroot = "${home}/run"\n`;
}

/**
 * The program as if its packages were installed, in a mount namespace of its own: it starts itself anew without our environment, so that it
 * would not find libraries elsewhere, and writes below /etc/cni and /var/lib/containers whatever it is told. Those writes end with it.
 */
function program(root: string, home: string): string {
  return `#!/bin/sh
exec unshare --mount --propagation private -- sh -ec '
layer=$1 root=$2 storage=$3
shift 3
mount -t tmpfs tmpfs "$layer"
mkdir -p "$layer/etc/containers" "$layer/etc.work" "$layer/lib" "$layer/lib.work"
cp "$storage" "$layer/etc/containers/storage.conf"
mount -t overlay -o "lowerdir=$root/usr:/usr" overlay /usr
mount -t overlay -o "lowerdir=$root/lib:/usr/lib" overlay /usr/lib
mount -t overlay -o "lowerdir=$root/etc:/etc,upperdir=$layer/etc,workdir=$layer/etc.work" overlay /etc
mount -t overlay -o "lowerdir=/var/lib,upperdir=$layer/lib,workdir=$layer/lib.work" overlay /var/lib
export BUILDAH_ISOLATION=chroot
exec /usr/bin/buildah "$@"
' sh '${home}/layer' '${root}' '${home}/storage.conf' "$@"
`;
}
