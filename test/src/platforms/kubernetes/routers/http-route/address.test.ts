import { expect, test } from '@jest/globals';
import type { Cluster } from '../../../../../../src/platforms/kubernetes/api/cluster.js';
import { addressOf } from '../../../../../../src/platforms/kubernetes/routers/http-route/address.js';
import { anySignal } from '../../bed.js';

type Answer = { readonly status: number; readonly body: string } | Error;

/** A cluster that knows one Gateway, or does not tell. */
function clusterWith(answer: Answer): { readonly cluster: Cluster; readonly asked: string[] } {
  const asked: string[] = [];
  const request = ({ path }: { path: string }) => {
    asked.push(path);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ...answer, headers: {} });
  };
  return { cluster: { namespace: 'shop', request } as unknown as Cluster, asked };
}

const gateway = (...listeners: ReadonlyArray<readonly [string, number, string]>): Answer => ({
  status: 200,
  body: JSON.stringify({ spec: { listeners: listeners.map(([name, port, protocol]) => ({ name, port, protocol })) } }),
});

const route = (parent: object = {}, hostnames: string[] = ['menu.shop.test']) => ({
  spec: { hostnames, parentRefs: [{ name: 'public', ...parent }] },
});

const HTTP = ['web', 8000, 'HTTP'] as const;
const HTTPS = ['websecure', 8443, 'HTTPS'] as const;
const DENIED: Answer = { status: 403, body: '{}' };

test.each<[string, Answer, object, string]>([
  ['a Gateway of plain HTTP', gateway(HTTP), {}, 'http://menu.shop.test'],
  ['one of both', gateway(HTTP, HTTPS), {}, 'https://menu.shop.test'],
  ['the plain listener of one of both', gateway(HTTP, HTTPS), { sectionName: 'web' }, 'http://menu.shop.test'],
  ['the other one, by its port', gateway(HTTP, HTTPS), { port: 8443 }, 'https://menu.shop.test'],
  ['a Gateway that may not be read', DENIED, {}, 'https://menu.shop.test'],
  ['one that may not be read, by port 80', DENIED, { port: 80 }, 'http://menu.shop.test'],
  ['one that does not answer', new Error('away'), {}, 'https://menu.shop.test'],
  ['a Gateway that has no listeners yet', { status: 200, body: '{}' }, {}, 'https://menu.shop.test'],
  ['no Gateway at all', gateway(HTTP), { kind: 'Service' }, 'https://menu.shop.test'],
])('the address by %s', async (_what, answer, parent, address) => {
  expect(await addressOf(clusterWith(answer).cluster, route(parent), anySignal())).toBe(address);
});

test('names the first host that is one, asks for the Gateway where it is, and asks nobody without a host', async () => {
  const { cluster, asked } = clusterWith(gateway(HTTP));
  const elsewhere = route({ namespace: 'infra' }, ['*.shop.test', 'menu.shop.test', 'other.test']);
  expect(await addressOf(cluster, elsewhere, anySignal())).toBe('http://menu.shop.test');
  expect(asked).toEqual(['/apis/gateway.networking.k8s.io/v1/namespaces/infra/gateways/public']);
  expect(await addressOf(cluster, route({}, ['*.shop.test']), anySignal())).toBe('');
  expect(await addressOf(cluster, undefined, anySignal())).toBe('');
  expect(asked).toHaveLength(1);
});
