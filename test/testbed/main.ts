import { parseArgs } from 'node:util';
import { buildBinary } from './bed/binary.js';
import { down } from './bed/down.js';
import { BedError } from './bed/error.js';
import { exec } from './bed/exec.js';
import { fetchGatewayCrds } from './bed/gateway-crds.js';
import { bedName } from './bed/places.js';
import { status } from './bed/status.js';
import { up } from './bed/up.js';

const usage = `Usage: npm run testbed -- COMMAND
  build                             compile the control plane's binary into the user's cache
  up --control-plane [--nodes N]    start the bed, print one line of JSON about it
  status                            which parts run and answer, as JSON
  exec -- COMMAND [ARGUMENTS]       run a command inside the bed
  down                              stop the bed and remove everything of it
D9_TESTBED_NAME picks one of several beds (default: "default"). More: docs/testbed.md`;

const printLine = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** @returns the exit code */
async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'build': {
      const [binary] = await Promise.all([buildBinary(), fetchGatewayCrds()]);
      printLine({ binary: binary.file, kubernetesVersion: binary.version });
      return 0;
    }
    case 'up':
      printLine(await up(bedName(), readNodes(args)));
      return 0;
    case 'status':
      printLine(await status(bedName()));
      return 0;
    case 'exec': {
      const [file, ...rest] = args[0] === '--' ? args.slice(1) : args;
      if (file === undefined) throw new BedError('`exec` needs a command, e.g. exec -- kubectl get pods');
      return exec(bedName(), file, rest);
    }
    case 'down':
      await down(bedName());
      return 0;
    default:
      throw new BedError(usage);
  }
}

function readNodes(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { 'control-plane': { type: 'boolean' }, nodes: { type: 'string', default: '2' } },
  });
  const nodes = Number(values.nodes);
  if (!values['control-plane']) throw new BedError('Say which bed: `up --control-plane` is the only kind so far.');
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 254)
    throw new BedError(`--nodes is "${values.nodes}"; it takes 1 to 254.`);
  return nodes;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof BedError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isOurs ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
