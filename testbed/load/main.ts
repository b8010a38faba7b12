/** The load generator as a process of its own: for a shell, which gets one JSON document at the end, or for `startLoadProcess`. */
import { BedError } from '../bed/error.js';
import { type Load, startLoad } from './load.js';
import { readOptions } from './options.js';
import type { Sent } from './outcome.js';
import type { Message } from './process.js';

const tellEveryMs = 100;

async function serveShell(): Promise<void> {
  const load = await startLoad(readOptions(process.argv.slice(2), process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => load.stop());
  await load.ended;
  process.stdout.write(`${JSON.stringify(await load.stop())}\n`);
}

async function serveParent(tell: (message: Message, onSent?: () => void) => void): Promise<void> {
  let sent: Sent[] = [];
  const load: Load = await startLoad(readOptions(process.argv.slice(2), process.env), (request) => sent.push(request));
  const tellSent = () => {
    if (sent.length > 0) tell({ kind: 'sent', sent });
    sent = [];
  };
  const timer = setInterval(tellSent, tellEveryMs);
  // Also when the parent is gone, and nobody will ever ask.
  process.on('disconnect', () => process.exit());
  process.on('message', async () => {
    const { startedAt, endedAt, unsent } = await load.stop();
    clearInterval(timer);
    tellSent();
    tell({ kind: 'stopped', run: { startedAt, endedAt, unsent } }, () => process.disconnect());
  });
  tell({ kind: 'started' });
  await load.ended;
  tell({ kind: 'ended' });
}

try {
  const { send } = process;
  if (send === undefined) await serveShell();
  else await serveParent((message, onSent = () => undefined) => send.call(process, message, onSent));
} catch (error) {
  const isOurs = error instanceof BedError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isOurs ? (error as Error).message : (error as Error).stack}\n`);
  process.exit(2);
}
