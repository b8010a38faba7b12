import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Store } from '../../../../testbed/sandbox/api/store.js';
import { canaryWeightIn } from '../simulation/view.js';

/** Stands before the API server, and sees to a request in its place where it returns true. */
export type Tamper = (request: IncomingMessage, response: ServerResponse, answer: RequestListener, store: Store) => boolean;

/** A change that gives the canary weight 0 is answered as if it were done. */
export const skipWeightZero: Tamper = (request, response, answer, store) => {
  const { method, url = '' } = request;
  if (method !== 'PATCH' || !url.includes('/httproutes/') || canaryWeightIn(store) === 0) return false;
  readBody(request, (body) => {
    const isZero = /"name":"restaurant-canary"[^}]*"weight":0[,}]|"weight":0,[^}]*"name":"restaurant-canary"/.test(body);
    sendAgain(request, body, isZero ? `${url}&dryRun=All` : url, response, answer);
  });
  return true;
};

/** A change is carried out whoever has changed the object since, and whoever's mark stands on it. */
export const forgetFence: Tamper = (request, response, answer) => {
  const { method, url = '', headers } = request;
  if (method !== 'PATCH' || url.includes('/leases/') || headers['content-type'] !== 'application/json-patch+json') return false;
  readBody(request, (body) => {
    const operations = JSON.parse(body) as { readonly op: string }[];
    sendAgain(request, JSON.stringify(operations.filter(({ op }) => op !== 'test')), url, response, answer);
  });
  return true;
};

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks).toString()));
}

function sendAgain(
  { method, headers, socket }: IncomingMessage,
  body: string,
  url: string,
  response: ServerResponse,
  answer: RequestListener,
): void {
  const again = Object.assign(Readable.from([Buffer.from(body)]), { method, headers, socket, url });
  answer(again as unknown as IncomingMessage, response as Parameters<RequestListener>[1]);
}
