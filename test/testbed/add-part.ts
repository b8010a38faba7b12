import type { Bed } from './bed/description.js';
import { BedError } from './bed/error.js';
import { Api } from './client/api.js';
import { prepareRouter, startRouter } from './router/start.js';

const usage = 'Usage: npm run testbed -- exec -- node build/test/testbed/add-part.js router';

/** Starts a part in a bed that runs, from inside it; `down` stops it with the rest. */
async function main(names: readonly string[]): Promise<void> {
  const line = process.env.D9_TESTBED;
  if (line === undefined || names.length === 0) throw new BedError(usage);
  const bed = JSON.parse(line) as Bed;
  const api = new Api(bed.kubeconfig);
  try {
    for (const name of names) {
      if (name !== 'router') throw new BedError(`There is no part "${name}" to add.\n${usage}`);
      await startRouter(bed.directory, api, await prepareRouter());
    }
  } finally {
    api.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
