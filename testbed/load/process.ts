import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Load, type LoadOptions, observe } from './load.js';
import type { Sent } from './outcome.js';
import { type Report, type Run, report } from './report.js';
import { Tally } from './tally.js';

/** What the generator's process says to the one that started it. */
export type Message =
  | { readonly kind: 'started' }
  | { readonly kind: 'sent'; readonly sent: readonly Sent[] }
  | { readonly kind: 'ended' }
  | { readonly kind: 'stopped'; readonly run: Run };

const program = path.join(import.meta.dirname, 'main.js');

/**
 * Like `startLoad`, in a process of its own: whatever else this one does, it makes no request late. Every request is known here within 0.1 s of
 * its end.
 * @throws Error when the options are refused or the process ends of itself
 */
export async function startLoadProcess(options: LoadOptions): Promise<Load> {
  const child = fork(program, ['--options', JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const tally = new Tally();
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<Report>();
  for (const { promise } of [started, ended, stopped]) promise.catch(() => undefined);
  child.on('message', (message: Message) => {
    if (message.kind === 'started') started.resolve();
    if (message.kind === 'ended') ended.resolve();
    if (message.kind === 'sent') for (const sent of message.sent) tally.add(sent);
    if (message.kind === 'stopped') stopped.resolve(report(tally, message.run));
  });
  let death: Error | undefined;
  once(child, 'close').then(([code]) => {
    death = new Error(`The load generator ended with ${code}: ${complaint.trim()}`);
    for (const { reject } of [started, ended, stopped]) reject(death);
  }, stopped.reject);
  await started.promise;
  return {
    ...observe(tally, () => {
      if (death !== undefined) throw death;
    }),
    ended: ended.promise,
    stop: () => {
      // A process that has ended meanwhile can't be told; `close` says what became of it.
      if (child.connected) child.send('stop', () => undefined);
      return stopped.promise;
    },
  };
}
