import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { buildGoProgram } from '../bed/go-program.js';
import { answers, untilTrue } from '../bed/health.js';
import type { Part } from '../bed/part.js';
import { testbedSource } from '../bed/places.js';
import { startPart } from '../bed/processes.js';

const name = 'registry';
const address = '127.0.0.1:5000';
const isHealthy = () => answers(`http://${address}/v2/`);

/** Compiles crane, whose `registry serve` needs no package of any distribution, unless the cache has it: half a minute. */
const buildCrane = () =>
  buildGoProgram({
    name: 'crane',
    module: testbedSource('registry'),
    package: 'github.com/google/go-containerregistry/cmd/crane',
  });

/** A registry alone, for a bed without an engine; where an engine is, a registry comes with it. */
export const registry: Part = {
  name,
  prepare: buildCrane,
  async start({ directory }) {
    const blobs = path.join(directory, 'registry');
    await mkdir(blobs);
    const started = startPart(directory, name, await buildCrane(), ['registry', 'serve', '--address', address, '--disk', blobs]);
    await untilTrue(directory, name, started, isHealthy);
  },
  isHealthy,
  describe: () => ({ registry: address }),
};
