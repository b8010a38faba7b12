import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAct } from './act/build.js';
import { findBinary } from './bed/binary.js';
import { down } from './bed/down.js';
import { BedError } from './bed/error.js';
import { exec } from './bed/exec.js';
import { bedName } from './bed/places.js';
import { type BedPlan, bedWithTraffic } from './bed/site.js';
import { status } from './bed/status.js';
import { prepare, up } from './bed/up.js';

const usage = `Usage: npm run testbed -- COMMAND
  build [--control-plane [--engine]]
                                    build and fetch what a bed runs into the user's cache
  up                                start the full bed: a real node, a container engine; print one line of JSON about it.
                                    With D9_TESTBED=kind: around the kind cluster that D9_KIND_CLUSTER names (default: "kind")
  up --control-plane [--nodes N] [--engine]
                                    start a bed whose pods are played by the test bed itself
  status                            which parts run and answer, as JSON
  exec -- COMMAND [ARGUMENTS]       run a command inside the bed
  image push|archive …              make an image of the app, inside the bed (docs/testbed.md)
  load …                            send traffic from inside the bed, print JSON about it (docs/testbed.md)
  down                              stop the bed and remove everything of it
D9_TESTBED_NAME picks one of several beds (default: "default"). More: docs/testbed.md`;

const printLine = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** @returns the exit code */
async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'build':
      printLine(await build(readPlan(args)));
      return 0;
    case 'up':
      printLine(await up(bedName(), readPlan(args)));
      return 0;
    case 'status':
      printLine(await status(bedName()));
      return 0;
    case 'exec': {
      const [file, ...rest] = args[0] === '--' ? args.slice(1) : args;
      if (file === undefined) throw new BedError('`exec` needs a command, e.g. exec -- kubectl get pods');
      return exec(bedName(), file, rest);
    }
    case 'image':
    case 'load':
      return exec(bedName(), process.execPath, [path.join(import.meta.dirname, command, 'main.js'), ...args]);
    case 'down':
      await down(bedName());
      return 0;
    default:
      throw new BedError(usage);
  }
}

/** What runs workflow files belongs to the full bed. */
async function build(plan: BedPlan): Promise<unknown> {
  await prepare(plan);
  if (plan.kind === 'kind') return {};
  const cluster = { binary: findBinary().file, kubernetesVersion: findBinary().version };
  return plan.kind === 'full' ? { ...cluster, act: await buildAct() } : cluster;
}

function readPlan(args: string[]): BedPlan {
  const { values } = parseArgs({
    args,
    options: { 'control-plane': { type: 'boolean' }, nodes: { type: 'string' }, engine: { type: 'boolean' } },
  });
  if (!values['control-plane']) {
    if (values.nodes !== undefined || values.engine)
      throw new BedError('--nodes and --engine go with --control-plane: a full bed has one real node, and always an engine.');
    return bedWithTraffic();
  }
  const nodes = Number(values.nodes ?? 2);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 254)
    throw new BedError(`--nodes is "${values.nodes}"; it takes 1 to 254.`);
  return { kind: 'control-plane', nodes, engine: values.engine ?? false };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof BedError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isOurs ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
