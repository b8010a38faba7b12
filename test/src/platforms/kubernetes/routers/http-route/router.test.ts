import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../../../../src/kernel/errors.js';
import type { HttpRoute } from '../../../../../../src/platforms/kubernetes/api/http-route.js';
import {
  chooseHttpRoute,
  listHttpRoutes,
  refuseIndivisible,
  refuseShared,
} from '../../../../../../src/platforms/kubernetes/routers/http-route/find-http-route.js';
import { httpRouteRouter, settleTimeOf } from '../../../../../../src/platforms/kubernetes/routers/http-route/router.js';
import { httpRouteMemory } from '../../../../../../src/platforms/kubernetes/routers/http-route/weights.js';
import { ManualClock } from '../../../../../manual-clock.js';
import { anySignal, connectTo, RecordingLog } from '../../bed.js';
import { answer, FaultServer, refuse } from '../../fault-server.js';

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start([]);
});
afterEach(() => server.stop());

const BACKENDS = { stable: 'restaurant', canary: 'restaurant-canary', namespace: 'shop' };
const routeTo = (name: string, service: string, weight = 1): HttpRoute => ({
  metadata: { name, resourceVersion: '7' },
  spec: { rules: [{ backendRefs: [{ name: service, port: 80, weight }] }] },
});
const acceptance = { clock: new ManualClock(), log: new RecordingLog(), timeoutMs: 1000 };
const parentRef = { name: 'public' };
const controlledBy = (...controllers: string[]): HttpRoute => ({
  spec: { parentRefs: [parentRef] },
  status: { parents: controllers.map((controllerName) => ({ parentRef, controllerName })) },
});

test.each([
  ['no controller yet', controlledBy(), 30_000],
  ['Traefik', controlledBy('traefik.io/gateway-controller'), 3000],
  ['GKE', controlledBy('networking.gke.io/gateway'), 30_000],
  ['one that is not known', controlledBy('example.com/gateway'), 30_000],
  ['two, the slower of which counts', controlledBy('traefik.io/gateway-controller', 'networking.gke.io/gateway'), 30_000],
])('a change of a route with %s is waited for as long as documented', (_who, route, settleMs) => {
  expect(settleTimeOf(route)).toBe(settleMs);
});

test('a canary pod is there for every share of stable that it takes over, and one at least', () => {
  const route = routeTo('restaurant', 'restaurant');
  const options = { backends: BACKENDS, memory: httpRouteMemory(route, BACKENDS), settleMs: 0, acceptance };
  const router = httpRouteRouter(connectTo({ server: server.url }), options);
  const asked: Array<[number, number]> = [
    [10, 3],
    [34, 3],
    [50, 3],
    [100, 3],
    [1, 200],
    [7, 100],
  ];
  expect(asked.map(([percent, stable]) => router.canaryReplicas(percent, stable))).toEqual([1, 2, 2, 3, 2, 7]);
});

describe('the route', () => {
  const find = async (name?: string) =>
    chooseHttpRoute(await listHttpRoutes(connectTo({ server: server.url }), anySignal()), name, 'restaurant', 'shop');
  const list = (...routes: HttpRoute[]) => server.play(answer(200, { items: routes, metadata: {} }));

  test('is found by the Service that it leads to', async () => {
    list(routeTo('menu', 'menu'), routeTo('shop', 'restaurant'));
    expect((await find())?.metadata?.name).toBe('shop');
  });

  test('is none where the cluster has no Gateway API, or no route leads to the Service', async () => {
    list(routeTo('menu', 'menu'));
    expect(await find()).toBeUndefined();
    server.play(refuse(404, 'NotFound', 'the server could not find the requested resource'));
    expect(await find()).toBeUndefined();
  });

  test('has to be named when several lead to the Service', async () => {
    list(routeTo('shop', 'restaurant'), routeTo('shop-internal', 'restaurant'));
    await expect(find()).rejects.toThrow(
      new UserError(
        'route-unclear',
        'Several HTTPRoutes send traffic to Service shop/restaurant: shop, shop-internal. Say with `route:` which one is split.',
      ),
    );
  });

  test('that is named and missing, or leads elsewhere, is refused with where it leads', async () => {
    list(routeTo('menu', 'menu'));
    await expect(find('shop')).rejects.toThrow('There is no HTTPRoute shop/shop.');
    list(routeTo('shop', 'menu'));
    await expect(find('shop')).rejects.toThrow(/does not send traffic to Service restaurant\.\nIt names: menu \(rule 0\)\./);
  });

  test('that splits its traffic among several Services already is refused with what it leads to', () => {
    const rule = { backendRefs: [{ name: 'restaurant' }, { name: 'menu', weight: 5 }] };
    const shared: HttpRoute = { metadata: { name: 'shop', namespace: 'shop' }, spec: { rules: [rule] } };
    expect(() => refuseShared(shared, BACKENDS)).toThrow(/rule 0 also sends traffic to menu/);
    const idle = { backendRefs: [{ name: 'restaurant' }, { name: 'menu', weight: 0 }] };
    expect(() => refuseShared({ ...shared, spec: { rules: [idle] } }, BACKENDS)).not.toThrow();
    const twice = {
      backendRefs: [
        { name: 'restaurant', port: 80 },
        { name: 'restaurant', port: 81 },
      ],
    };
    expect(() => refuseShared({ ...shared, spec: { rules: [twice] } }, BACKENDS)).toThrow(UserError);
  });

  test('whose weights are too large to be split is a mistake that is explained before the release, not a defect', () => {
    expect(() => refuseIndivisible(routeTo('shop', 'restaurant', 20_000), BACKENDS)).toThrow(UserError);
    expect(() => refuseIndivisible(routeTo('shop', 'restaurant', 10_000), BACKENDS)).not.toThrow();
  });
});
