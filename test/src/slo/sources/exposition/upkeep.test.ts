import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CountsLooks, callerOf, UpkeepLedger } from '../../../../../src/slo/sources/exposition/upkeep.js';

const UPKEEP = { metricsPath: '/shop/metrics', probes: [{ path: '/api/health?full=1', periodMs: 10_000 }] };
const caller = (labels: Record<string, string>) => callerOf(new Map(Object.entries(labels)), UPKEEP);

test.each<[Record<string, string>, string]>([
  [{ path: '/api/health' }, 'upkeep'],
  [{ uri: '/api/health/' }, 'upkeep'],
  [{ handler: '/shop/metrics' }, 'upkeep'],
  [{ route: '/metrics' }, 'upkeep'],
  [{ route: 'GET /api/health' }, 'upkeep'],
  [{ url: 'http://10.1.2.3:8080/api/health?x=1' }, 'upkeep'],
  [{ 'http.route': '/healthz' }, 'upkeep'],
  [{ page: '/actuator/prometheus' }, 'upkeep'],
  [{ grpc_service: 'grpc.health.v1.Health', grpc_method: 'Check' }, 'upkeep'],
  [{ 'rpc.method': '/grpc.health.v1.Health/Watch' }, 'upkeep'],
  [{ grpc_method: 'grpc.health.v1.Health/Check' }, 'upkeep'],
  [{ grpc_service: 'shop.v1.HealthFood', grpc_method: 'Check' }, 'mixed'],
  [{ path: '/menu' }, 'users'],
  [{ path: '/' }, 'users'],
  [{ path: '/api/v1/metrics' }, 'users'],
  [{ path: '/health' }, 'upkeep'],
  [{ uri: '/api/{resource}' }, 'mixed'],
  [{ uri: '/api/**' }, 'mixed'],
  [{ route: '/orders/:id' }, 'users'],
  [{ status: '200' }, 'mixed'],
  [{ handler: 'none', status: '2xx' }, 'mixed'],
  [{ path: '#val' }, 'mixed'],
  [{}, 'mixed'],
])('a series with %j counts requests of: %s', (labels, expected) => {
  expect(caller(labels)).toBe(expected);
});

test('the root is the kubelet’s and users’ alike, where it is what the kubelet asks', () => {
  const upkeep = { metricsPath: '/metrics', probes: [{ path: '/', periodMs: 1000 }] };
  expect(callerOf(new Map([['path', '/']]), upkeep)).toBe('mixed');
  expect(callerOf(new Map([['path', '/menu']]), upkeep)).toBe('users');
});

const look = fc.record({ users: fc.nat(5), elapsedMs: fc.integer({ min: 100, max: 5000 }) });

test('an app that counts its looks never gives more requests than its users have made, nor ever fewer than none', () => {
  fc.assert(
    fc.property(fc.array(look, { maxLength: 60 }), fc.constantFrom<CountsLooks>('yes', 'unknown'), (looks, counts) => {
      const ledger = new UpkeepLedger();
      let [users, surely] = [0, 0];
      for (const { users: come, elapsedMs } of looks) {
        const grown = come + 1;
        ledger.note({ grown, looks: 1, elapsedMs, probes: [] });
        const taken = ledger.take(grown, counts);
        users += come;
        surely += grown - taken.surely - taken.maybe;
        expect(taken.surely + taken.maybe).toBeLessThanOrEqual(grown);
      }
      expect(surely).toBeLessThanOrEqual(users);
    }),
  );
});

test('an app that is known not to count its looks loses none of its requests', () => {
  const ledger = new UpkeepLedger();
  ledger.note({ grown: 0, looks: 4, elapsedMs: 10, probes: [] });
  expect(ledger.countsFewer).toBe(true);
  ledger.note({ grown: 7, looks: 1, elapsedMs: 1000, probes: [] });
  expect(ledger.take(7, 'no')).toEqual({ surely: 0, maybe: 0 });
});
