/** The app as a process of its own, in a real pod. PORT, APP_VERSION and FAULTS say what it is; docs/testbed.md lists the faults. */
import { readFileSync } from 'node:fs';
import { type Faults, parseFaults } from './faults.js';
import { crashLog, startingLog } from './log.js';
import { serveApp } from './serve.js';

const leakEveryMs = 100;

const { PORT = '8080', APP_VERSION = 'unversioned', FAULTS = '', HOSTNAME = 'restaurant' } = process.env;
const faults = readFaults(FAULTS);
const log = startingLog(faults, APP_VERSION);
if (faults.crash) endWith(log);

// From the start: a container's first process that has no handler doesn't notice the signal at all.
let stop = () => Promise.resolve();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop().then(() => process.exit(0)));

const served = await serveApp({
  name: HOSTNAME,
  version: APP_VERSION,
  faults,
  page: readFileSync('index.html', 'utf8'),
  host: '0.0.0.0',
  port: Number(PORT),
  onFaults: suffer,
});
stop = served.stop;
process.stdout.write(`${log.join('\n')}\n`);
const leaked: Buffer[] = [];
setInterval(leak, leakEveryMs).unref();

/** A mistake in the environment ends the process before it listens. */
function readFaults(text: string): Faults {
  try {
    const read = parseFaults(text);
    if (read.flavours?.isShared) throw new Error('The flavour "shared" is for played pods only: real ones share no memory.');
    return read;
  } catch (error) {
    return endWith([(error as Error).message]);
  }
}

function suffer({ crash }: Faults): void {
  if (crash) endWith(crashLog);
}

/** Filled, so that the memory is really taken. */
function leak(): void {
  const { leakPerSecond } = served.app.faults;
  if (leakPerSecond > 0) leaked.push(Buffer.alloc((leakPerSecond * 1e6 * leakEveryMs) / 1000, 1));
}

function endWith(lines: readonly string[]): never {
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(1);
}
