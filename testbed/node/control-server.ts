import http, { type IncomingMessage } from 'node:http';
import { parseFaults, unknownWords } from '../app/faults.js';
import type { FaultOrder, FaultRules } from './fault-rules.js';
import type { LivePods } from './live-pods.js';

/** Takes orders from tests: `POST /faults`; shows `GET /pods`; answers `GET /healthz` once the nodes are registered. */
export function serveControl(address: URL, pods: LivePods, rules: FaultRules, onOrder: () => void): Promise<void> {
  const server = http.createServer((request, response) => {
    const reply = (status: number, body: unknown) => response.writeHead(status).end(`${JSON.stringify(body)}\n`);
    switch (`${request.method} ${request.url}`) {
      case 'GET /healthz':
        reply(200, 'ok');
        break;
      case 'GET /pods':
        reply(
          200,
          pods.list().map(({ metrics: _, ...pod }) => pod),
        );
        break;
      case 'POST /faults':
        readOrder(request)
          .then((order) => {
            rules.set(order);
            onOrder();
            reply(200, order);
          })
          .catch((error: Error) => reply(400, error.message));
        break;
      default:
        reply(404, 'Known: GET /healthz, GET /pods, POST /faults');
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(Number(address.port), address.hostname, resolve);
  });
}

async function readOrder(request: IncomingMessage): Promise<FaultOrder> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const order = JSON.parse(text) as FaultOrder;
  if (typeof order.namespace !== 'string') throw new Error('An order names a namespace.');
  if (order.faults !== null && typeof order.faults !== 'string')
    throw new Error('`faults` is a text, or null to take the order back.');
  const unknown = unknownWords(order.faults ?? '');
  if (unknown.length > 0) throw new Error(`No such fault: ${unknown.join(', ')}`);
  if (parseFaults(order.faults ?? '').leakPerSecond > 0) throw new Error('Played pods have no memory that could leak.');
  return order;
}
