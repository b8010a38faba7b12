import path from 'node:path';
import { createCgroup, removeCgroup } from '../bed/cgroups.js';
import { answers, untilTrue } from '../bed/health.js';
import { untilSchedulable } from '../bed/nodes.js';
import type { Part } from '../bed/part.js';
import { readPart, startPart, stop } from '../bed/processes.js';
import type { Site } from '../bed/site.js';
import { healthAddresses, nodeName } from './configuration.js';
import { prepareNodeNetwork } from './network.js';
import { buildPauseImage } from './pause-image.js';
import { fetchNodePrograms } from './programs.js';

const name = 'node';
const cgroupOf = ({ network }: Site) => `/${network}`;

/** containerd, kubelet and kube-proxy: one real node. They live and die together. */
export const realNode: Part = {
  name,
  prepare: () => Promise.all([fetchNodePrograms(), buildPauseImage()]),
  async start(site) {
    const { directory } = site;
    await prepareNodeNetwork();
    createCgroup(cgroupOf(site));
    const { tini } = await fetchNodePrograms();
    const init = [process.execPath, path.join(import.meta.dirname, 'init.js'), directory, cgroupOf(site)];
    const namespaces = ['--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
    const started = startPart(directory, name, 'unshare', [...namespaces, '--', tini, '--', ...init]);
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
