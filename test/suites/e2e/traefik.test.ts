import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TraefikReference, TraefikService } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { RouterClient } from '../../../testbed/router/client.js';
import { expectCanaryShare, near, only } from './shares.js';
import { deployTwoVersions, type TwoVersions } from './two-versions.js';

/** What a router of ours, and the sandbox in Traefik's place, rely on of Traefik's own kinds. */
let bed: Fixture;
let app: TwoVersions;
let router: RouterClient;
beforeAll(async () => {
  bed = connectBed();
  if (bed.bed.gateway === undefined) throw new Error('These tests need a bed with a router: npm run test:e2e.');
  router = new RouterClient(bed.bed.gateway);
  app = await deployTwoVersions(bed);
});
afterAll(async () => {
  router.close();
  await bed.close();
});

const apiVersion = 'traefik.io/v1alpha1';
const stable = (weight?: number): TraefikReference => ({ name: 'restaurant', port: 80, ...(weight !== undefined && { weight }) });
const canary = (weight: number): TraefikReference => ({ name: 'restaurant-canary', port: 80, weight });
const to = (name: string): TraefikReference => ({ kind: 'TraefikService', name });

const createService = (name: string, spec: TraefikService['spec']) =>
  bed.api.create(collections.traefikServices(app.namespace), { apiVersion, kind: 'TraefikService', metadata: { name }, spec });
/** @returns the host whose requests it takes */
async function createRoute(name: string, services: readonly TraefikReference[]): Promise<string> {
  const host = `${name}.${app.namespace}.test`;
  const routes = [{ kind: 'Rule', match: `Host(\`${host}\`)`, services }];
  const spec = { entryPoints: ['web'], routes };
  await bed.api.create(collections.ingressRoutes(app.namespace), { apiVersion, kind: 'IngressRoute', metadata: { name }, spec });
  return host;
}
const weigh = (name: string, ...services: TraefikReference[]) =>
  bed.api.patch(`${collections.traefikServices(app.namespace)}/${name}`, { spec: { weighted: { services } } });

/** The version that answers a client with these cookies, and the cookies it has then. */
const askWith = (host: string, cookie: string): Promise<{ readonly version: string; readonly cookie: string }> =>
  new Promise((resolve, reject) => {
    const headers = { host, ...(cookie !== '' && { cookie }) };
    http
      .get(bed.bed.gateway ?? '', { agent: false, headers }, (response) => {
        response.resume();
        const [given = cookie] = (response.headers['set-cookie'] ?? []).map((one) => one.split(';')[0] ?? '');
        response.on('end', () => resolve({ version: String(response.headers['x-app-version']), cookie: given }));
      })
      .on('error', reject);
  });

test('each Service of a TraefikService gets its weight: 25 of 100, then nothing, then all', async () => {
  await createService('split', { weighted: { services: [stable(75), canary(25)] } });
  const host = await createRoute('split', [to('split')]);
  await expectCanaryShare(router, host, 25);
  for (const weight of [0, 100]) {
    await weigh('split', stable(100 - weight), canary(weight));
    await expectCanaryShare(router, host, weight);
  }
});

test('so does each Service of a rule, and one alone gets all whatever its weight', async () => {
  const host = await createRoute('direct', [stable(0)]);
  await router.until({ host }, only('v1'));
  const routes = [{ kind: 'Rule', match: `Host(\`${host}\`)`, services: [stable(90), canary(10)] }];
  await bed.api.patch(`${collections.ingressRoutes(app.namespace)}/direct`, { spec: { routes } });
  await expectCanaryShare(router, host, 10);
});

test('a TraefikService in another has its share of the outer, and splits it by its own weights', async () => {
  await createService('inner', { weighted: { services: [stable(50), canary(50)] } });
  await createService('outer', { weighted: { services: [{ ...to('inner'), weight: 40 }, stable(60)] } });
  await expectCanaryShare(router, await createRoute('nested', [to('outer')]), 20);
});

test('a port may be named', async () => {
  await router.until({ host: await createRoute('named', [{ name: 'restaurant', port: 'http' }]) }, only('v1'));
});

describe('what takes the whole route away, at weight 0 too', () => {
  const away: readonly (readonly [string, TraefikReference])[] = [
    ['a Service that is not there', { ...canary(0), name: 'missing' }],
    ['a port that the Service has not', { ...canary(0), port: 81 }],
    ['no port', { name: 'restaurant-canary', weight: 0 }],
    ['a Service of another namespace', { name: 'kubernetes', namespace: 'default', port: 443, weight: 0 }],
    ['a TraefikService that is not there', { ...to('missing'), weight: 0 }],
  ];

  let host: string;
  beforeAll(async () => {
    await createService('fragile', { weighted: { services: [stable(100)] } });
    host = await createRoute('fragile', [to('fragile')]);
  });

  test.each(away)('%s', async (_what, child) => {
    await weigh('fragile', stable(100));
    await router.until({ host }, only('v1'));
    await weigh('fragile', stable(100), child);
    await router.until({ host }, only('404'));
  });

  test('a canary without pods; taken out of the list, it costs nothing', async () => {
    await weigh('fragile', stable(100), canary(0));
    await router.until({ host }, only('v1'));
    await app.scale('restaurant-canary', 0);
    await router.until({ host }, only('404'));
    await weigh('fragile', stable(100));
    await router.until({ host }, only('v1'));
    await app.scale('restaurant-canary', 1);
  });

  test('a mirror without pods, which answers nobody', async () => {
    await createService('mirrored', { mirroring: { ...stable(), mirrors: [{ name: 'restaurant-canary', port: 80 }] } });
    const mirrored = await createRoute('mirrored', [to('mirrored')]);
    await router.until({ host: mirrored }, only('v1'));
    await app.scale('restaurant-canary', 0);
    await router.until({ host: mirrored }, only('404'));
    await app.scale('restaurant-canary', 1);
    await router.until({ host: mirrored }, only('v1'));
  });
});

test('a canary by its ClusterIP (`nativeLB`) without pods costs its share alone, and nothing at weight 0', async () => {
  const byAddress = (weight: number) => ({ ...canary(weight), nativeLB: true });
  await createService('native', { weighted: { services: [stable(80), byAddress(20)] } });
  const host = await createRoute('native', [to('native')]);
  await expectCanaryShare(router, host, 20);
  await app.scale('restaurant-canary', 0);
  await router.until({ host }, (shares) => near(shares, '502', 20) && near(shares, 'v1', 80));
  await weigh('native', stable(100), byAddress(0));
  await router.until({ host }, only('v1'));
  await app.scale('restaurant-canary', 1);
});

test("the list's sticky cookie keeps a client on the canary while that has weight, whatever the weight", async () => {
  const sticky = { cookie: { name: 'table' } };
  await createService('sticky', { weighted: { services: [stable(0), canary(100)], sticky } });
  const host = await createRoute('sticky', [to('sticky')]);
  await router.until({ host }, only('v2'));
  const { cookie } = await askWith(host, '');
  await weigh('sticky', stable(99), canary(1));
  await router.until({ host }, (shares) => near(shares, 'v2', 1));
  for (let count = 0; count < 20; count += 1) expect((await askWith(host, cookie)).version).toBe('v2');
  await weigh('sticky', stable(100), canary(0));
  await router.until({ host, headers: { cookie } }, only('v1'));
});
