import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createCgroup, removeCgroup } from '../bed/cgroups.js';
import { BedError } from '../bed/error.js';
import { answers, untilTrue } from '../bed/health.js';
import { untilSchedulable } from '../bed/nodes.js';
import type { Part } from '../bed/part.js';
import { repository } from '../bed/places.js';
import { type Process, readPart, startPart, stop } from '../bed/processes.js';
import type { Site } from '../bed/site.js';
import { healthAddresses, hiddenPlaces, nodeName } from './configuration.js';
import { prepareNodeNetwork } from './network.js';
import { buildPauseImage } from './pause-image.js';
import { fetchNodePrograms, type NodePrograms } from './programs.js';

const name = 'node';
const cgroupOf = ({ network }: Site) => `/${network}`;

/** containerd, kubelet and kube-proxy: one real node. They live and die together. */
export const realNode: Part = {
  name,
  prepare: () => Promise.all([fetchNodePrograms(), buildPauseImage()]),
  async start(site) {
    const { directory } = site;
    refuseHidden(directory, repository);
    await prepareNodeNetwork();
    createCgroup(cgroupOf(site));
    const programs = await fetchNodePrograms();
    const init = [process.execPath, path.join(import.meta.dirname, 'init.js'), directory, cgroupOf(site)];
    const namespaces = ['--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
    const started = startPart(directory, name, 'unshare', [...namespaces, '--', programs.tini, '--', ...init]);
    await writeCtr(directory, started, programs);
    await untilTrue(directory, name, started, isHealthy);
    await untilSchedulable(directory, [nodeName]);
  },
  isHealthy,
  async stop({ directory }) {
    // At once: all that the node knows goes with it. `unshare` takes no SIGTERM; its end kills the first process, and that all others.
    const running = readPart(directory, name);
    if (running !== undefined) await stop(running, 0);
  },
  clean: (site) => removeCgroup(cgroupOf(site)),
};

async function isHealthy(): Promise<boolean> {
  return (await Promise.all(Object.values(healthAddresses).map(answers))).every(Boolean);
}

/** The node runs from these directories, and has others in their place. */
function refuseHidden(...directories: readonly string[]): void {
  for (const directory of directories) {
    const hidden = hiddenPlaces.find((place) => directory.startsWith(`${place}/`));
    if (hidden !== undefined)
      throw new BedError(
        `The node of the test bed cannot use ${directory}: it has a ${hidden} of its own. Use another XDG_CACHE_HOME or clone.`,
      );
  }
}

/** Puts containerd's own client where `exec` finds it, e.g. for `ctr images import`. */
async function writeCtr(directory: string, { pid }: Process, { environment }: NodePrograms): Promise<void> {
  const command = `nsenter --mount=/proc/${pid}/ns/mnt -- env PATH='${environment.PATH}' ctr --namespace k8s.io "$@"`;
  await writeFile(path.join(directory, 'bin', 'ctr'), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
}
