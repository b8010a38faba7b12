import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBed } from './bed/description.js';
import { down } from './bed/down.js';
import { BedError } from './bed/error.js';
import { exec } from './bed/exec.js';
import { entering } from './bed/network.js';
import { bedDirectory } from './bed/places.js';
import { up } from './bed/up.js';
import { fetchEngine } from './engine/programs.js';

const usage =
  'Usage: with-bed.js [--engine] -- COMMAND [ARGUMENTS]   starts a bed of its own, runs the command inside it, and stops the bed';

/** Runs a command inside a bed that lives as long as the command; with `--engine` there is a Docker Engine and a registry too (D9_ENGINE). */
async function main(args: readonly string[]): Promise<number> {
  const separator = args.indexOf('--');
  const [command, ...rest] = args.slice(separator + 1);
  if (separator === -1 || command === undefined) throw new BedError(usage);
  const withEngine = args.slice(0, separator).includes('--engine');
  const name = `with-${randomBytes(4).toString('hex')}`;
  const state = await mkdtemp(path.join(tmpdir(), 'd9-engine-'));
  // Before the bed: inside its network there is no mirror to fetch from.
  if (withEngine) await fetchEngine();
  try {
    await up(name, 2);
    if (withEngine) process.env.D9_ENGINE = await engine(name, 'up', state);
    return await exec(name, command, rest);
  } finally {
    if (withEngine) await engine(name, 'down', state).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    await down(name);
    await rm(state, { recursive: true, force: true });
  }
}

/** Starts or stops the engine inside the bed's network namespace; @returns the line that it prints */
async function engine(name: string, command: 'up' | 'down', state: string): Promise<string> {
  const bed = await readBed(bedDirectory(name));
  if (bed === undefined) throw new BedError(`The test bed "${name}" is gone.`);
  const program = path.join(import.meta.dirname, 'engine/main.js');
  const child = spawn(...entering(bed.network, process.execPath, [program, command, '--state', state]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let line = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    line += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0)
    throw new BedError(`The engine could not be ${command === 'up' ? 'started' : 'stopped'}; its messages are above.`);
  return line.trim();
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
