import { rm } from 'node:fs/promises';
import type { Part } from '../bed/part.js';
import type { Site } from '../bed/site.js';
import { buildBuildkitd } from '../buildkit/buildkitd.js';
import { fetchEngine } from './programs.js';
import { engineAddress, isEngineReady, isEngineRunning, startEngine } from './start.js';
import { stopEngine } from './stop.js';

const stateOf = ({ socketDirectory }: Site) => socketDirectory;

/** Docker Engine, buildx and the registry; BuildKit by itself is started by the tests that use it. */
export const engine: Part = {
  name: 'engine',
  prepare: () => Promise.all([fetchEngine(), buildBuildkitd()]),
  start: async (site) => void (await startEngine(stateOf(site))),
  isRunning: (site) => isEngineRunning(stateOf(site)),
  isHealthy: (site) => isEngineReady(stateOf(site)),
  stop: (site) => stopEngine(stateOf(site)),
  async clean(site) {
    // Once more: an engine that was just being started when it was stopped may have left mounts.
    await stopEngine(stateOf(site));
    await rm(stateOf(site), { recursive: true, force: true });
  },
  describe: async (site) => {
    const address = await engineAddress(stateOf(site));
    return { engine: address, registry: address.registry };
  },
};
