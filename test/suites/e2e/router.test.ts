import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpRoute, KubeObject } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { RouterClient, type Shares } from '../../../testbed/router/client.js';
import { expectCanaryShare, near, only } from './shares.js';
import { deployTwoVersions, type TwoVersions } from './two-versions.js';

let bed: Fixture;
let app: TwoVersions;
let router: RouterClient;
beforeAll(async () => {
  bed = connectBed();
  if (bed.bed.gateway === undefined) throw new Error('These tests need a bed with a router: npm run test:e2e.');
  router = new RouterClient(bed.bed.gateway);
  app = await deployTwoVersions(bed);
  await app.createHalfDead();
});
afterAll(async () => {
  router.close();
  await bed.close();
});

const isHalfLost = (shares: Shares): boolean => near(shares, '502', 50) && near(shares, 'v1', 50);

const backends = (stable: number, canary: number, canaryName = 'restaurant-canary') => [
  { name: 'restaurant', port: 80, weight: stable },
  { name: canaryName, port: 80, weight: canary },
];

describe('HTTPRoute', () => {
  const routes = () => collections.httpRoutes(app.namespace);
  const host = () => `${app.namespace}.route.test`;
  const route = (name: string, hostname: string): KubeObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'default' }],
      hostnames: [hostname],
      rules: [{ backendRefs: backends(90, 10) }],
    },
  });
  const setRules = (...rules: readonly unknown[]) => bed.api.patch<HttpRoute>(`${routes()}/restaurant`, { spec: { rules } });
  const weigh = (stable: number, canary: number, name?: string) => setRules({ backendRefs: backends(stable, canary, name) });

  /** Ten times a second, or as often as the API server takes it. */
  async function changeEndlessly(name: string, signal: AbortSignal): Promise<void> {
    for (let weight = 0; !signal.aborted; weight = (weight + 1) % 50) {
      await bed.api.patch(`${routes()}/${name}`, { spec: { rules: [{ backendRefs: backends(100 - weight, weight) }] } });
      await wait(100);
    }
  }

  /** What the route's controllers say about it, once they have judged it as it is now. */
  async function judged({ metadata }: KubeObject): Promise<Record<string, string | undefined>> {
    const route = await bed.api.until<HttpRoute>(routes(), metadata.name, (seen) => {
      const conditions = (seen?.status?.parents ?? []).flatMap((parent) => parent.conditions);
      return conditions.length > 0 && conditions.every(({ observedGeneration }) => observedGeneration === metadata.generation);
    });
    const parents = route?.status?.parents ?? [];
    const conditions = parents.flatMap((parent) => parent.conditions);
    return {
      controllers: parents.map(({ controllerName }) => controllerName).join(),
      ...Object.fromEntries(conditions.map(({ type, reason }) => [type, reason])),
    };
  }

  beforeAll(async () => {
    const created = await bed.api.create(routes(), route('restaurant', host()));
    await judged(created);
    await router.until({ host: host() }, (shares) => 'v1' in shares);
  });

  test('each Service gets its weight: 10 of 100, then nothing, then all', async () => {
    await expectCanaryShare(router, host(), 10);
    for (const weight of [0, 100, 30]) {
      await weigh(100 - weight, weight);
      await expectCanaryShare(router, host(), weight);
    }
  });

  test('a rule that matches a header sends its requests to the canary, and none of the others', async () => {
    const canary = {
      matches: [{ headers: [{ name: 'x-canary', value: 'yes' }] }],
      backendRefs: [{ name: 'restaurant-canary', port: 80 }],
    };
    await setRules(canary, { backendRefs: backends(100, 0) });
    await router.until({ host: host(), headers: { 'x-canary': 'yes' } }, only('v2'));
    expect(await router.shares({ host: host(), headers: { 'x-canary': 'no' } }, 100)).toEqual({ v1: 100 });
    expect(await router.shares({ host: host() }, 100)).toEqual({ v1: 100 });
  });

  test('each change is judged anew, by its own controller and nobody else', async () => {
    const traefik = { controllers: 'traefik.io/gateway-controller', Accepted: 'Accepted' };
    expect(await judged(await weigh(80, 20))).toEqual({ ...traefik, ResolvedRefs: 'ResolvedRefs' });
    expect(await judged(await weigh(80, 20, 'missing'))).toEqual({ ...traefik, ResolvedRefs: 'BackendNotFound' });
    expect(await judged(await weigh(70, 30))).toEqual({ ...traefik, ResolvedRefs: 'ResolvedRefs' });
  });

  test('the share of a Service that is not there is answered with 500, and weight 0 spares it', async () => {
    await weigh(80, 20, 'missing');
    await router.until({ host: host() }, (shares) => near(shares, '500', 20) && near(shares, 'v1', 80));
    await weigh(100, 0, 'missing');
    await router.until({ host: host() }, only('v1'));
  });

  test('the share of a canary without pods is answered with 503 and is not given to stable; weight 0 spares it', async () => {
    await weigh(80, 20);
    await app.scale('restaurant-canary', 0);
    await router.until({ host: host() }, (shares) => near(shares, '503', 20) && near(shares, 'v1', 80));
    await weigh(100, 0);
    await router.until({ host: host() }, only('v1'));
    await app.scale('restaurant-canary', 1);
  });

  test('a weight acts though another route changes all the time', async () => {
    await bed.api.create(routes(), route('other', `other.${host()}`));
    const ended = new AbortController();
    const changes = changeEndlessly('other', ended.signal);
    try {
      for (const weight of [100, 0, 100, 0]) {
        await judged(await weigh(100 - weight, weight));
        await router.until({ host: host() }, only(weight === 0 ? 'v1' : 'v2'));
      }
    } finally {
      ended.abort();
      await changes;
      await bed.api.delete(`${routes()}/other`);
    }
  });

  test('a request to an endpoint that refuses is lost: the router does not try another one', async () => {
    await setRules({ backendRefs: [{ name: 'half-dead', port: 80 }] });
    await router.until({ host: host() }, isHalfLost);
  });
});

const ingress = (name: string, className: string, host: string, service: string, annotations = {}): KubeObject => {
  const backend = { service: { name: service, port: { number: 80 } } };
  const rules = [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { ingressClassName: className, rules },
  } as KubeObject;
};
const ingresses = () => `/apis/networking.k8s.io/v1/namespaces/${app.namespace}/ingresses`;

test('an Ingress of class traefik leads to its Service', async () => {
  const host = `${app.namespace}.ingress.test`;
  await bed.api.create(ingresses(), ingress('plain', 'traefik', host, 'restaurant'));
  await router.until({ host }, only('v1'));
});

describe("ingress-nginx's canary annotations", () => {
  const host = () => `${app.namespace}.nginx.test`;
  const kinds = ['weight', 'weight-total', 'by-header', 'by-header-value', 'by-header-pattern', 'by-cookie'] as const;
  type Rules = Partial<Record<(typeof kinds)[number], string>>;
  const annotationsOf = (rules: Rules) =>
    Object.fromEntries(kinds.map((kind) => [`nginx.ingress.kubernetes.io/canary-${kind}`, rules[kind] ?? null]));
  const annotate = (rules: Rules) =>
    bed.api.patch(`${ingresses()}/nginx-canary`, { metadata: { annotations: annotationsOf(rules) } });

  beforeAll(async () => {
    const isCanary = { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '20' };
    await bed.api.create(ingresses(), ingress('nginx', 'nginx', host(), 'restaurant'));
    await bed.api.create(ingresses(), ingress('nginx-canary', 'nginx', host(), 'restaurant-canary', isCanary));
  });

  test('canary-weight is the share of the canary, of canary-weight-total where that is given', async () => {
    await expectCanaryShare(router, host(), 20);
    for (const weight of [0, 100]) {
      await annotate({ weight: String(weight) });
      await expectCanaryShare(router, host(), weight);
    }
    await annotate({ weight: '50', 'weight-total': '500' });
    await expectCanaryShare(router, host(), 10);
  });

  test('canary-by-header sends `always` to the canary at weight 0, and keeps `never` away from it at weight 100', async () => {
    const withHeader = (value: string) => ({ host: host(), headers: { 'x-canary': value } });
    await annotate({ weight: '0', 'by-header': 'x-canary' });
    await router.until({ host: host() }, only('v1'));
    await router.until(withHeader('always'), only('v2'));
    await annotate({ weight: '100', 'by-header': 'x-canary' });
    await router.until({ host: host() }, only('v2'));
    expect(await router.shares(withHeader('never'), 50)).toEqual({ v1: 50 });
    await annotate({ weight: '0', 'by-header': 'x-canary', 'by-header-value': 'blue' });
    await router.until({ host: host() }, only('v1'));
    expect(await router.shares(withHeader('blue'), 50)).toEqual({ v2: 50 });
    expect(await router.shares(withHeader('always'), 50)).toEqual({ v1: 50 });
  });

  test('canary-by-cookie sends `always` to the canary at weight 0, and keeps `never` away from it at weight 100', async () => {
    const withCookie = (value: string) => ({ host: host(), headers: { cookie: `canary=${value}` } });
    await annotate({ weight: '0', 'by-cookie': 'canary' });
    await router.until({ host: host() }, only('v1'));
    await router.until(withCookie('always'), only('v2'));
    await annotate({ weight: '100', 'by-cookie': 'canary' });
    await router.until({ host: host() }, only('v2'));
    expect(await router.shares(withCookie('never'), 50)).toEqual({ v1: 50 });
  });

  test('a request to an endpoint that refuses is lost here too', async () => {
    const lossy = `half.${host()}`;
    await bed.api.create(ingresses(), ingress('half-dead', 'nginx', lossy, 'half-dead'));
    await router.until({ host: lossy }, isHalfLost);
  });

  test('the share of a canary without pods goes to stable, that of a stable without pods is answered with 503', async () => {
    await annotate({ weight: '50' });
    await expectCanaryShare(router, host(), 50);
    await app.scale('restaurant-canary', 0);
    await router.until({ host: host() }, only('v1'));
    await app.scale('restaurant-canary', 1);
    await app.scale('restaurant', 0);
    await router.until({ host: host() }, (shares) => near(shares, '503', 50) && near(shares, 'v2', 50));
    await annotate({ weight: '100' });
    await router.until({ host: host() }, only('v2'));
    await app.scale('restaurant', 2);
  });
});
