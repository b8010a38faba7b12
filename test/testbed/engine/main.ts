import { parseArgs } from 'node:util';
import { startEngine } from './start.js';
import { stopEngine } from './stop.js';

const USAGE = 'usage: main.js up|down --state DIR [--netns NAME]';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { state: { type: 'string' }, netns: { type: 'string' } },
});
const [command] = positionals;
if (values.state === undefined) throw new Error(USAGE);

if (command === 'up') {
  // One line of JSON: the address for tests, in D9_ENGINE.
  process.stdout.write(`${JSON.stringify(await startEngine(values.state, values.netns))}\n`);
} else if (command === 'down') await stopEngine(values.state);
else throw new Error(USAGE);
