import { status as definition } from '../actions/status/action.js';
import { inputVariable, readInputs } from '../src/hosts/github-actions/read-inputs.js';
import { describeFailure } from '../src/hosts/github-actions/run.js';
import { systemClock } from '../src/kernel/clock.js';
import { readEnvironment } from '../src/kernel/environment.js';
import { UserError } from '../src/kernel/errors.js';
import { FROM_A_SECRET } from '../src/platforms/kubernetes/access/kubeconfig-sources.js';
import { kubernetes } from '../src/platforms/kubernetes/index.js';
import { statusText } from '../src/report/status-text.js';
import { readArguments } from './command-line.js';

const USAGE = `npm run --silent status -- APP [--namespace NAME] [--context NAME] [--kubeconfig FILE] [--json]

Says what is on record of the app's releases, as the action status does. It reads one Lease and changes nothing.
--json prints the record as it is. Exit code 2 when it can't be read.`;

const TEXT = { type: 'string' } as const;
const FLAGS = ['namespace', 'context', 'kubeconfig'] as const;

try {
  const options = { namespace: TEXT, context: TEXT, kubeconfig: TEXT, json: { type: 'boolean', default: false } } as const;
  const given = readArguments({ allowPositionals: true, options }, USAGE);
  if (given) {
    const { values, positionals } = given;
    const [app] = positionals;
    if (app === undefined) throw new UserError('command-line-invalid', `APP is missing.\n\n${USAGE}`);
    if (positionals.length > 1)
      throw new UserError('command-line-invalid', `One APP is asked about, and there are ${positionals.join(', ')}.\n\n${USAGE}`);
    const flags = FLAGS.map((name) => [inputVariable(name), values[name]] as const);
    await show(Object.fromEntries([[inputVariable('app'), app], ...flags]), values.json);
  }
} catch (error) {
  console.error(describeFailure(error, false));
  process.exitCode = 2;
}

async function show(given: Readonly<Record<string, string | undefined>>, asJson: boolean): Promise<void> {
  const environment = readEnvironment({ ...process.env, ...given }, process.cwd());
  const inputs = await readInputs(definition, environment).catch((error: unknown) => {
    throw error instanceof UserError
      ? new UserError(error.code, inFlags(error.message), { cause: error, coded: inFlags(error.coded) })
      : error;
  });
  const log = { info: () => undefined, debug: () => undefined, mask: () => undefined, warning: console.error, group: ungrouped };
  const { start } = await kubernetes.actions.status.load();
  const runtime = { clock: systemClock, log, environment, signal: AbortSignal.timeout(30_000) };
  const standing = await start(inputs, runtime);
  console.log(asJson ? JSON.stringify(standing.record, undefined, 2) : statusText(standing));
}

/** A step has inputs, and a command has flags for the same. */
function inFlags(text: string): string {
  return text
    .replaceAll(FROM_A_SECRET, 'Say where it is with --kubeconfig FILE')
    .replaceAll(/pass its content in `kubeconfig`/g, 'say where it is with --kubeconfig FILE')
    .replaceAll('Input `app`', 'APP')
    .replace(/(?:Input )?`(namespace|context|kubeconfig)`/g, '--$1')
    .replace(/give the content of a kubeconfig, .*?(?=\.?(?: \[[a-z-]+\])?$)/gm, 'name one that is there')
    .replace('log in to the cluster before this step', 'log in to the cluster')
    .replace('the input is empty, ', '');
}

function ungrouped<T>(_: string, work: () => Promise<T>): Promise<T> {
  return work();
}
