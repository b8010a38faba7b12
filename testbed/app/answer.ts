import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Faults, parseFaults, parseRequestFaults, unknownWords } from './faults.js';
import { parseFlavours } from './flavours.js';
import type { AppMetrics, PlayedProbe } from './metrics.js';

/** The header of every answer that the app itself gives to a customer; its value is the version. */
export const versionHeader = 'x-app-version';

/** One running copy of the app: a process of its own in a real pod, one of many in the node player and in the sandbox. */
export interface App {
  /** The pod's name; in the header `x-app-pod`. */
  readonly name: string;
  readonly version: string;
  readonly faults: Faults;
  readonly isReady: boolean;
  readonly metrics: AppMetrics;
  /** Probes that nobody sends, where the pod is played. */
  readonly probes?: readonly PlayedProbe[];
  /** What customers see, in HTML. */
  readonly page: string;
  /** Takes other faults from now on; undefined brings back those that it started with. */
  order(faults: Faults | undefined): void;
}

/** Spring Boot's is there too, for what is configured for it. */
const metricsPaths: readonly string[] = ['/metrics', '/actuator/prometheus'];

/**
 * Answers one request: /healthz and /metrics, which are not counted unless a flavour says so; orders at `POST /-/faults`; on every other path the page.
 * The header `x-fault` replaces the app's faults for one request.
 */
export function answer(app: App, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0];
  if (path === '/-/faults') {
    takeOrder(app, request, response).catch((error: unknown) => response.destroy(error as Error));
    return;
  }
  request.resume();
  if (path === '/healthz') answerHealth(app, path, response);
  else if (path === '/metrics' && app.faults.flavours?.pagePath !== undefined) answerPlain(response, 200, 'meals');
  else if (path !== undefined && [...metricsPaths, app.faults.flavours?.pagePath].includes(path)) {
    answerMetrics(app, path, request, response).catch((error: unknown) => response.destroy(error as Error));
  } else answerCustomer(app, request, response);
}

function answerPlain(response: ServerResponse, status: number, text: string, onSent?: () => void): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`, onSent);
}

function answerHealth({ isReady, metrics }: App, path: string, response: ServerResponse): void {
  const status = isReady ? 200 : 503;
  metrics.attend('probe', status, path);
  answerPlain(response, status, isReady ? 'ok' : 'not ready');
}

async function answerMetrics(app: App, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { faults, metrics, probes } = app;
  if (faults.noData) {
    answerPlain(response, 404, 'not found');
    return;
  }
  // As Spring Boot's /actuator/prometheus does: it has no JSON to give.
  if (faults.flavours?.negotiates && !/text\/|\*\/\*|openmetrics/.test(request.headers.accept ?? '*/*')) {
    metrics.attend('scrape', 406, path);
    answerPlain(response, 406, 'not acceptable');
    return;
  }
  const page = await metrics.page(faults.flavours, probes);
  metrics.attend('scrape', 200, path);
  response.writeHead(200, { 'content-type': metrics.contentType(faults.flavours) }).end(page);
}

function answerCustomer(app: App, request: IncomingMessage, response: ServerResponse): void {
  const startedMs = performance.now();
  const header = request.headers['x-fault'];
  const faults = header === undefined ? app.faults : parseRequestFaults(String(header));
  if (faults === undefined) {
    answerPlain(response, 400, 'x-fault takes errors-N, resets-N and slow-N.');
    return;
  }
  const finish = () => {
    if (happens(faults.resetPercent)) {
      request.socket.resetAndDestroy();
      return;
    }
    const status = happens(faults.errorPercent) ? 500 : 200;
    app.metrics.record(status, (performance.now() - startedMs) / 1000, request.url?.split('?', 1)[0]);
    response
      .writeHead(status, {
        [versionHeader]: app.version,
        'x-app-pod': app.name,
        'content-type': 'text/html',
        'content-length': Buffer.byteLength(app.page),
      })
      .end(app.page);
  };
  if (faults.slowMs > 0) finishLater(response, faults.slowMs, finish);
  else finish();
}

/** Unless the client has hung up by then. */
function finishLater(response: ServerResponse, afterMs: number, finish: () => void): void {
  const timer = setTimeout(finish, afterMs);
  response.once('close', () => clearTimeout(timer));
}

const happens = (percent: number): boolean => percent > 0 && Math.random() * 100 < percent;

/** An order is `{"faults": "errors-100"}`, or null in place of the words to take it back. */
async function takeOrder(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const words = wordsOf(text);
  const unknown = unknownWords(words ?? '');
  const noFlavour = flavourFault(words ?? '');
  if (request.method !== 'POST' || words === undefined) {
    answerPlain(response, 400, 'POST {"faults": "errors-100"}, or {"faults": null} to take it back.');
  } else if (unknown.length > 0) {
    answerPlain(response, 400, `No such fault: ${unknown.join(', ')}`);
  } else if (noFlavour !== undefined) {
    answerPlain(response, 400, noFlavour);
  } else {
    // Afterwards: an order to crash is answered all the same.
    answerPlain(response, 200, `faults: ${words ?? 'as at the start'}`, () =>
      app.order(words === null ? undefined : parseFaults(words)),
    );
  }
}

/** @returns what is wrong with the flavours, if something is */
function flavourFault(words: string): string | undefined {
  try {
    parseFlavours(words);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @returns undefined for what is no order */
function wordsOf(text: string): string | null | undefined {
  try {
    const { faults } = JSON.parse(text) as { faults?: unknown };
    return faults === null || typeof faults === 'string' ? faults : undefined;
  } catch {
    return undefined;
  }
}
