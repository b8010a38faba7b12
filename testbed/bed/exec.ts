import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { readBed } from './description.js';
import { BedError } from './error.js';
import { entering } from './network.js';
import { bedDirectory } from './places.js';

/** Runs a command inside the bed's network namespace, with KUBECONFIG, D9_TESTBED, D9_ENGINE (of a bed with an engine) and the bed's kubectl; returns its exit code. */
export async function exec(name: string, command: string, args: readonly string[]): Promise<number> {
  const bed = await readBed(bedDirectory(name));
  if (bed === undefined) throw new BedError(`No test bed "${name}" is running. Start it with: npm run testbed -- up`);
  const env = {
    ...process.env,
    PATH: `${path.join(bed.directory, 'bin')}:${process.env.PATH}`,
    KUBECONFIG: bed.kubeconfig,
    D9_TESTBED: JSON.stringify(bed),
    ...(bed.engine && { D9_ENGINE: JSON.stringify(bed.engine) }),
  };
  const child = spawn(...entering(bed.directory, command, args), { stdio: 'inherit', env });
  // A terminal's Ctrl-C reaches the child by itself; what is sent to us alone must be passed on.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
