import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { type Act, isAct } from './acts.js';

/** What can happen to one request, and to the process that sent it. */
export const FAULTS = [
  'kill-before',
  'kill-after',
  'freeze-before',
  'freeze-after',
  'cancel',
  '429',
  '500',
  '500-after',
  '503',
  'reset-before',
  'reset-after',
  'stall-before',
  'stall-after',
  '409',
  'watch-410',
  'watch-410-event',
  'watch-cut',
] as const;

/** What happens to a request, or to its process. */
export type RequestFault = (typeof FAULTS)[number];

/** What can happen when a request arrives. */
export type Fault = RequestFault | Act;

/** What a request is, as far as it matters for what can happen to it. */
export interface RequestKind {
  readonly method: string;
  readonly isWatch: boolean;
  /** A server-side apply. */
  readonly isApply: boolean;
}

export const kindOf = ({ method = 'GET', url = '', headers }: IncomingMessage): RequestKind => ({
  method,
  isWatch: /[?&]watch=(1|true)/.test(url),
  isApply: headers['content-type']?.startsWith('application/apply-patch') ?? false,
});

const isChange = ({ method }: RequestKind): boolean => method !== 'GET';

/** Whether it can happen: conflicts are said of changes only, and of watches what only they have. */
export function isPossible(fault: Fault, request: RequestKind): boolean {
  if (fault === '409') return isChange(request) && request.method !== 'DELETE';
  if (fault.startsWith('watch-')) return request.isWatch;
  // Of a read it makes no difference whether the server has answered it; the process's own end is tried on both sides all the same.
  if (fault.endsWith('-after') && fault !== 'kill-after' && fault !== 'freeze-after') return isChange(request);
  return true;
}

/**
 * Whether a step has to get over it: the same request succeeds a moment later. An apply that is refused with a conflict meets another owner of its
 * fields, and what is created, one that was faster.
 */
export function isPassing(fault: Fault, { method, isApply }: RequestKind): boolean {
  if (fault === '409') return method === 'PATCH' && !isApply;
  return !isAct(fault) && fault !== 'cancel' && !fault.startsWith('kill') && !isFreeze(fault);
}

/** The process stands still for longer than its lock lasts, while others go on. */
export const isFreeze = (fault: Fault): boolean => fault.startsWith('freeze-');

/** The process that sent the request. */
export interface Victim {
  /** `kill -9` */
  kill(): void;
  /** `kill -STOP`, until somebody lets it go on. */
  freeze(onThaw?: () => void): void;
  /** As the runner does: SIGINT, then SIGTERM, then SIGKILL. */
  cancel(): void;
}

/** Has the real server answer. */
export type Forward = (response: ServerResponse) => void;

/** Does to a request what its fault says. */
export function strike(
  fault: RequestFault,
  request: IncomingMessage,
  response: ServerResponse,
  forward: Forward,
  victim: Victim,
): void {
  const hangUp = () => request.socket.destroy();
  switch (fault) {
    case 'kill-before':
      victim.kill();
      break;
    case 'kill-after':
      unseen(request, forward, () => victim.kill());
      break;
    case 'freeze-before':
      victim.freeze(() => forward(response));
      break;
    case 'freeze-after':
      victim.freeze();
      forward(response);
      break;
    case 'cancel':
      victim.cancel();
      forward(response);
      break;
    case '429':
      refuse(response, 429, 'TooManyRequests', { 'retry-after': '1' });
      break;
    case '500':
      refuse(response, 500, 'InternalError');
      break;
    case '500-after':
      unseen(request, forward, () => refuse(response, 500, 'InternalError'));
      break;
    case '503':
      refuse(response, 503, 'ServiceUnavailable', { 'retry-after': '1' });
      break;
    case 'reset-before':
      hangUp();
      break;
    case 'reset-after':
      unseen(request, forward, hangUp);
      break;
    case 'stall-before':
      request.resume();
      break;
    case 'stall-after':
      unseen(request, forward, () => undefined);
      break;
    case '409':
      refuse(response, 409, 'Conflict');
      break;
    case 'watch-410':
      refuse(response, 410, 'Expired');
      break;
    case 'watch-410-event':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n`);
      break;
    case 'watch-cut':
      forward(cutShort(response));
      break;
  }
}

/** The server answers, and nobody hears it. */
function unseen(request: IncomingMessage, forward: Forward, then: () => void): void {
  let isAnswered = false;
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      if (!isAnswered) then();
      isAnswered = true;
      done();
    },
  });
  const response = new http.ServerResponse(request);
  response.assignSocket(nowhere as never);
  request.socket.once('close', () => response.destroy());
  forward(response);
}

/** The connection breaks in the middle of the first line. */
function cutShort(response: ServerResponse): ServerResponse {
  const { write } = response;
  response.write = (chunk: unknown) => {
    const text = String(chunk);
    response.write = () => true;
    write.call(response, text.slice(0, text.length / 2), 'utf8', () => response.destroy());
    return true;
  };
  return response;
}

function refuse(response: ServerResponse, code: number, reason: string, headers: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify(status(code, reason));
  response
    .writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
    .end(body);
}

const status = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `a fault of the suite: ${code}`,
  reason,
  code,
});
