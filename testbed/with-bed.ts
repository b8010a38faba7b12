import { randomBytes } from 'node:crypto';
import { down } from './bed/down.js';
import { BedError } from './bed/error.js';
import { exec } from './bed/exec.js';
import { type BedPlan, bedWithTraffic } from './bed/site.js';
import { up } from './bed/up.js';

const usage = `Usage: with-bed.js [--engine | --full] -- COMMAND [ARGUMENTS]
Starts a bed of its own, runs the command inside it, and stops the bed. Without an option the bed is a control plane whose pods are played;
with --engine it has a Docker Engine and a registry too (D9_ENGINE); with --full it is the full bed, or with
D9_TESTBED=kind one around a kind cluster that runs.`;

/** Runs a command inside a bed that lives as long as the command. */
async function main(args: readonly string[]): Promise<number> {
  const separator = args.indexOf('--');
  const [command, ...rest] = args.slice(separator + 1);
  if (separator === -1 || command === undefined) throw new BedError(usage);
  const name = `with-${randomBytes(4).toString('hex')}`;
  try {
    await up(name, planOf(args.slice(0, separator)));
    return await exec(name, command, rest);
  } finally {
    await down(name);
  }
}

function planOf([option, ...others]: readonly string[]): BedPlan {
  if (others.length > 0 || !(option === undefined || option === '--engine' || option === '--full')) throw new BedError(usage);
  return option === '--full' ? bedWithTraffic() : { kind: 'control-plane', nodes: 2, engine: option === '--engine' };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
