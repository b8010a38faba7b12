import { setTimeout as wait } from 'node:timers/promises';
import { BedError } from './error.js';
import { isRunning, type Part } from './part.js';
import { readPart } from './processes.js';
import { readSite, type Site } from './site.js';
import { partsOf, stagesOf } from './stages.js';

/** What `up` and `status` do inside the bed's network namespace, as a process of its own: only there do the servers answer. */
const [order, directory = ''] = process.argv.slice(2);
try {
  const site = await readSite(directory);
  if (site === undefined) throw new BedError(`There is no test bed in ${directory}.`);
  if (order === 'start') await start(site);
  else process.stdout.write(JSON.stringify(await health(site)));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
  // Not only an exit code: what else is being waited for would keep us for a minute.
  process.exit(1);
}

async function start(site: Site): Promise<void> {
  for (const stage of stagesOf(site)) await Promise.all(stage.map((part) => part.start(site)));
}

async function health(site: Site) {
  return Object.fromEntries(await Promise.all(partsOf(site).map(async (part) => [part.name, await healthOf(part, site)])));
}

async function healthOf(part: Part, site: Site) {
  const running = await isRunning(part, site);
  const healthy = running && (await Promise.race([part.isHealthy(site), wait(3_000, false, { ref: false })]));
  return { pid: readPart(site.directory, part.name)?.pid, running, healthy };
}
