import path from 'node:path';
import { answers, untilTrue } from '../bed/health.js';
import { nodeAddress } from '../bed/network.js';
import { untilSchedulable } from '../bed/nodes.js';
import type { Part } from '../bed/part.js';
import { startPart } from '../bed/processes.js';
import { run } from '../bed/run.js';
import { controlAddress } from './control-address.js';

/** Pod addresses: all of them are local to the bed's network namespace, so that one server answers for all pods. */
const podNetwork = '10.244.0.0/16';

const name = 'node-player';
const isHealthy = () => answers(`${controlAddress}/healthz`);

/** Plays the nodes and their pods. */
export const nodePlayer: Part = {
  name,
  async start({ directory, nodes }) {
    await run('ip', ['address', 'replace', `${nodeAddress}/32`, 'dev', 'lo']);
    await run('ip', ['route', 'replace', 'local', podNetwork, 'dev', 'lo']);
    const program = path.join(import.meta.dirname, 'main.js');
    const started = startPart(directory, name, process.execPath, [program, directory, String(nodes)]);
    await untilTrue(directory, name, started, isHealthy);
    await untilSchedulable(
      directory,
      Array.from({ length: nodes }, (_, index) => `node-${index}`),
    );
  },
  isHealthy,
  describe: () => ({ control: controlAddress }),
};
