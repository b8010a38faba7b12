import type { IncomingMessage } from 'node:http';
import { TransportFailure } from '../../../http/failure.js';

/**
 * The complete lines of an answer that goes on, until it ends or nothing has come for `silenceMs`.
 * A last line without its end is dropped: the connection broke in the middle of it.
 * @throws TransportFailure when the connection breaks; the signal's reason when aborted
 */
export async function* readLines(response: IncomingMessage, silenceMs: number, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of readPieces(response, silenceMs, signal)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}

/** An answer as a whole, or what came of it before it fell silent: the Status that came instead of a watch. */
export async function readBody(response: IncomingMessage, silenceMs: number, signal: AbortSignal): Promise<string> {
  let body = '';
  for await (const piece of readPieces(response, silenceMs, signal)) body += piece;
  return body;
}

async function* readPieces(response: IncomingMessage, silenceMs: number, signal: AbortSignal): AsyncGenerator<string> {
  let silent = false;
  const hangUp = () => {
    silent = true;
    response.destroy();
  };
  const abort = () => response.destroy();
  signal.addEventListener('abort', abort);
  const timer = setTimeout(hangUp, silenceMs);
  try {
    signal.throwIfAborted();
    for await (const piece of response.setEncoding('utf8')) {
      timer.refresh();
      yield piece;
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    if (silent) return;
    const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    throw new TransportFailure('reset', code, true, `the watch broke (${code})`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
