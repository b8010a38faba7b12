import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BedError } from './error.js';
import { isAlive, type Process } from './processes.js';

const startTimeoutMs = 60_000;

/**
 * Waits until a part that was just started says that it works.
 * @param name of the part's log
 * @throws BedError when the process ends, or a minute passes, before the answer is yes
 */
export async function untilTrue(directory: string, name: string, running: Process, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  const fail = (what: string) => new BedError(`${name} ${what}. The end of its log:\n${endOfLog(directory, name)}`);
  while (!(await ask())) {
    if (!isAlive(running)) throw fail('ended while it started');
    if (Date.now() > deadline) throw fail(`is not healthy after ${startTimeoutMs / 1000} s`);
    await wait(30);
  }
}

/** A bed that does not start is removed at once, so that its message has to hold the reason. */
export function endOfLog(directory: string, name: string): string {
  const log = readFileSync(path.join(directory, 'log', `${name}.log`), 'utf8');
  return log.trimEnd().split('\n').slice(-8).join('\n');
}

/** True when a GET is answered with 200. */
export function answers(address: string): Promise<boolean> {
  // Controller manager and scheduler sign their own certificates.
  const transport = address.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const request = transport.get(address, { rejectUnauthorized: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** Whether somebody accepts connections at a socket: dockerd and buildkitd do so only once their API is served. */
export function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
