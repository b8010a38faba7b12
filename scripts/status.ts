import { parseArgs } from 'node:util';
import { status as definition } from '../actions/status/action.js';
import { readEnvironment } from '../src/action/environment.js';
import { UserError } from '../src/action/errors.js';
import { inputVariable, readInputs } from '../src/action/read-inputs.js';
import { describeFailure } from '../src/action/run.js';
import { systemClock } from '../src/lib/clock.js';
import { readStanding } from '../src/release/standing.js';
import { statusText } from '../src/report/status-text.js';
import { connect } from '../src/target/kubernetes/connect.js';

const USAGE = `npm run --silent status -- APP [--namespace NAME] [--context NAME] [--kubeconfig FILE] [--json]

Says what is on record of the app's releases, as the action status does. It reads one Lease and changes nothing.
--json prints the record as it is. Exit code 2 when it can't be read.`;

const FLAGS = ['namespace', 'context', 'kubeconfig'] as const;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      namespace: { type: 'string' },
      context: { type: 'string' },
      kubeconfig: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [app] = positionals;
  if (values.help) console.log(USAGE);
  else {
    if (app === undefined || positionals.length > 1) throw new UserError(USAGE);
    const given = FLAGS.map((name) => [inputVariable(name), values[name]] as const);
    await show(Object.fromEntries([[inputVariable('app'), app], ...given]), values.json);
  }
} catch (error) {
  console.error(describeFailure(error, false));
  process.exitCode = 2;
}

async function show(inputs: Readonly<Record<string, string | undefined>>, asJson: boolean): Promise<void> {
  const environment = readEnvironment({ ...process.env, ...inputs }, process.cwd());
  const { app, ...access } = await readInputs(definition, environment);
  const log = { info: () => undefined, debug: () => undefined, mask: () => undefined, warning: console.error, group: ungrouped };
  const cluster = connect(access, { clock: systemClock, log, environment });
  const standing = await readStanding(app, { cluster, clock: systemClock, signal: AbortSignal.timeout(30_000) });
  console.log(asJson ? JSON.stringify(standing.record, undefined, 2) : statusText(standing));
}

function ungrouped<T>(_: string, work: () => Promise<T>): Promise<T> {
  return work();
}
