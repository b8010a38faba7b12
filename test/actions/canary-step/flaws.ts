import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import fc from 'fast-check';
import type { HttpRoute } from '../../../src/platforms/kubernetes/api/http-route.js';
import type { StillCluster } from './still-cluster.js';

/** What a user can get wrong: in what he writes, or in what he has in the cluster. */
export interface Flaw {
  /** Shown when a case fails. */
  readonly name: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly spoil?: (world: World) => void;
  /** What the refusal has to say. */
  readonly says: RegExp;
}

/** The cluster of one case. */
export interface World {
  readonly cluster: StillCluster;
  readonly deployment: V1Deployment;
  readonly service: V1Service;
  readonly route: HttpRoute;
}

const LABELS = { 'app.kubernetes.io/name': 'restaurant', tier: 'web' };

export function soundWorld(cluster: StillCluster, replicas: number): World {
  const deployment: V1Deployment = {
    metadata: { name: 'restaurant', namespace: 'shop', uid: 'uid-1', generation: 3 },
    spec: {
      replicas,
      selector: { matchLabels: { ...LABELS } },
      template: { metadata: { labels: { ...LABELS } }, spec: { containers: [{ name: 'app', image: 'restaurant:1' }] } },
    },
    status: { observedGeneration: 3, replicas, updatedReplicas: replicas, availableReplicas: replicas },
  };
  const service: V1Service = {
    metadata: { name: 'restaurant', namespace: 'shop' },
    spec: { selector: { ...LABELS }, ports: [{ port: 80 }] },
  };
  const route: HttpRoute = {
    metadata: { name: 'restaurant', namespace: 'shop', resourceVersion: '7' },
    spec: {
      parentRefs: [{ name: 'public' }],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'restaurant', port: 80, weight: 1 }] },
      ],
    },
    status: { parents: [{ parentRef: { name: 'public' }, conditions: [{ type: 'Accepted', status: 'True' }] }] },
  };
  cluster.objects.set('deployments', [deployment]);
  cluster.objects.set('services', [service]);
  cluster.objects.set('httproutes', [route]);
  return { cluster, deployment, service, route };
}

const set = <T extends object, K extends keyof T>(object: T, key: K, value: T[K]): void => {
  object[key] = value;
};
const spec = ({ deployment }: World) => deployment.spec as NonNullable<V1Deployment['spec']>;
const rule = ({ route }: World) => (route.spec?.rules ?? [])[0] ?? {};
const add = ({ cluster }: World, plural: string, ...objects: object[]) =>
  cluster.objects.set(plural, [...(cluster.objects.get(plural) ?? []), ...objects]);
const lease = (world: World, record: string) =>
  add(world, 'leases', { metadata: { name: 'd9-restaurant', annotations: { 'd9.dev/release': record } } });
const autoscaler = (name: string, more: object = {}) => ({
  metadata: { name, ...more },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'restaurant' }, minReplicas: 1, maxReplicas: 9 },
});

/** Text of which no part is a value of the input. */
const wrong = (name: string, values: fc.Arbitrary<string>, says: RegExp): fc.Arbitrary<Flaw> =>
  values.map((value) => ({ name: `${name} ${JSON.stringify(value)}`, inputs: { [name]: value }, says }));

const word = fc.stringMatching(/^[a-z]{3,12}$/);

/** Mistakes in the inputs; every one of a step's is reported with the others. */
export const INPUT_FLAWS: ReadonlyArray<fc.Arbitrary<Flaw>> = [
  wrong(
    'weight',
    fc.oneof(fc.constantFrom('30%', '-1', '1e1', '٣', '0x10', '10.5', '+5'), fc.integer({ min: 101 }).map(String), word),
    /Input `weight`/,
  ),
  wrong(
    'app',
    fc.oneof(
      fc.stringMatching(/^[A-Z_][a-z]{0,5}$/),
      fc.string({ minLength: 57, maxLength: 80, unit: fc.constantFrom('a', 'b') }),
    ),
    /Input `app`/,
  ),
  wrong('namespace', fc.stringMatching(/^-[a-z]{1,5}$/), /Input `namespace`/),
  wrong('promotion', word, /Input `promotion`: "\w+" is not one of surge, in-place/),
  wrong(
    'router',
    word.filter((text) => !['auto', 'replicas'].includes(text)),
    /Input `router`/,
  ),
  wrong(
    'managed-by',
    word.filter((text) => !['fail', 'warn'].includes(text)),
    /Input `managed-by`/,
  ),
  wrong(
    'on-breach',
    word.filter((text) => !['fail', 'abort'].includes(text)),
    /Input `on-breach`/,
  ),
  wrong('start-timeout', fc.constantFrom('5', '5 minutes', '-1s', 'soon', '1y', '0s', '0'), /Input `start-timeout`/),
  wrong('settle', fc.integer({ min: 1 }).map(String), /Input `settle`/),
  wrong('hold-for', fc.oneof(word, fc.constant('0s')), /Input `hold-for`/),
  wrong('request-metric', fc.constantFrom('a{', '{b="c"', '1abc', 'a b', 'x{y=z}'), /Input `request-metric`/),
  wrong('metrics-port', fc.constantFrom('0', '65536', 'Http', '-80', '8080.5'), /Input `metrics-port`/),
  wrong('canary-replicas', fc.constantFrom('0', '-3', 'many', '100000'), /Input `canary-replicas`/),
  wrong('irreversible', fc.constantFrom('yes', '1', 'no', 'on'), /Input `irreversible`/),
  wrong('header', fc.oneof(word, fc.constantFrom('=x', 'X Y=1', 'X-Canary=', 'a\u0001=b')), /Input `header`/),
  wrong('cookie', fc.oneof(word, fc.constantFrom('=x', 'a=b;c', 'a=b c', 'a="b"')), /Input `cookie`/),
  wrong('slo', fc.constantFrom('missing.yml', '../slo.yml', '/etc/passwd', 'wrong.yml'), /Input `slo`/),
  wrong('manifest', fc.constantFrom('missing.yml', '../app.yml', 'wrong.yml'), /Input `manifest`/),
  wrong('context', word, /Input `context`/),
  wrong('wieght', fc.constant('10'), /Did you mean `weight`\?/),
  fc.constant({
    name: 'evidence file without slo',
    inputs: { 'evidence-file': 'evidence.jsonl' },
    says: /no gate without `slo`/,
  }),
  fc.constant({ name: 'hold without slo', inputs: { hold: '1m' }, says: /no gate without `slo`/ }),
  fc.constant({
    name: 'route and ratio',
    inputs: { route: 'restaurant', router: 'replicas' },
    says: /`route` and `router: replicas` exclude each other/,
  }),
  fc.constant({
    name: 'pods and ratio',
    inputs: { 'canary-replicas': '3', router: 'replicas' },
    says: /`canary-replicas` and `router: replicas` exclude/,
  }),
  fc.constant({
    name: 'testers and ratio',
    inputs: { header: 'a=b', router: 'replicas' },
    says: /`header` and `cookie` need a route/,
  }),
];

/** What is wrong with the app, its route, its surroundings, its record or the credentials. */
export const WORLD_FLAWS: ReadonlyArray<fc.Arbitrary<Flaw>> = [
  word.map((name) => ({
    name: 'other Deployment',
    inputs: { deployment: `${name}-x` },
    says: /There is no Deployment shop\/\w+-x/,
  })),
  word.map((name) => ({ name: 'other Service', inputs: { service: `${name}-x` }, says: /There is no Service shop\/\w+-x/ })),
  word.map((name) => ({ name: 'other route', inputs: { route: `${name}-x` }, says: /There is no HTTPRoute shop\/\w+-x/ })),
  word.map((name) => ({ name: 'other container', inputs: { container: `${name}-x` }, says: /has no container \w+-x/ })),
  fc.constant({ name: 'no image', inputs: { image: '' }, says: /`image` is needed/ }),
  fc.constant({
    name: 'gate without a moment',
    inputs: { weight: '100', slo: 'slo.yml', promotion: 'in-place' },
    says: /judge the canary while it has all traffic/,
  }),
  fc.constant({
    name: 'route elsewhere',
    inputs: { router: 'http-route' },
    spoil: (world) => set(rule(world), 'backendRefs', [{ name: 'menu' }]),
    says: /No HTTPRoute in namespace shop sends traffic/,
  }),
  ...flaws({
    'no selector': [(world) => set(world.service, 'spec', { ports: [] }), /selects nothing/],
    'selects others': [(world) => set(world.service, 'spec', { selector: { app: 'menu' } }), /does not lead to the pods/],
    recreate: [(world) => set(spec(world), 'strategy', { type: 'Recreate' }), /strategy Recreate/],
    'all unavailable': [
      (world) => set(spec(world), 'strategy', { rollingUpdate: { maxUnavailable: '100%' } }),
      /maxUnavailable 100%/,
    ],
    'scaled to 0': [(world) => set(spec(world), 'replicas', 0), /scaled to 0/],
    'no history': [(world) => set(spec(world), 'revisionHistoryLimit', 0), /revisionHistoryLimit 0/],
    'several containers': [
      (world) => void spec(world).template.spec?.containers.push({ name: 'proxy', image: 'p' }),
      /several containers/,
    ],
    'in a rollout': [
      (world) => set(world.deployment, 'status', { observedGeneration: 3, replicas: 3, updatedReplicas: 1 }),
      /in the middle of a rollout/,
    ],
    'no label apart': [
      (world) => set(spec(world).selector, 'matchLabels', { own: 'x' }),
      /can't be kept out of Service|does not lead to/,
    ],
    'label too long': [
      (world) => {
        const value = 'r'.repeat(60);
        for (const labels of [
          spec(world).selector.matchLabels,
          spec(world).template.metadata?.labels,
          world.service.spec?.selector,
        ])
          for (const key of Object.keys(LABELS)) if (labels) labels[key] = value;
      },
      /longer than the 63 characters/,
    ],
    'route split already': [
      (world) => void rule(world).backendRefs?.push({ name: 'menu', weight: 1 }),
      /also sends traffic to menu/,
    ],
    'Service twice': [
      (world) => void rule(world).backendRefs?.push({ name: 'restaurant', port: 81 }),
      /also sends traffic to restaurant/,
    ],
    'weights too large': [
      (world) => set(rule(world), 'backendRefs', [{ name: 'restaurant', weight: 900_000 }]),
      /too large to be divided/,
    ],
    'route that nobody serves': [(world) => set(world.route, 'status', { parents: [] }), /No controller has accepted HTTPRoute/],
    'two routes': [
      (world) => add(world, 'httproutes', { metadata: { name: 'second' }, spec: world.route.spec }),
      /Several HTTPRoutes/,
    ],
    'canary in the route': [
      (world) => void rule(world).backendRefs?.push({ name: 'restaurant-canary', weight: 0 }),
      /restaurant-canary already/,
    ],
    'foreign canary': [
      (world) => add(world, 'deployments', { metadata: { name: 'restaurant-canary' } }),
      /no release on record made it/,
    ],
    'foreign Service': [
      (world) => add(world, 'services', { metadata: { name: 'restaurant-canary' } }),
      /no release on record made it/,
    ],
    'foreign budget': [
      (world) => add(world, 'poddisruptionbudgets', { metadata: { name: 'restaurant-canary' }, spec: {} }),
      /PodDisruptionBudget restaurant-canary .* not of this suite/,
    ],
    'newer record': [(world) => lease(world, '{"schema":3}'), /schema 3, this one knows 1 and 2/],
    'broken record': [(world) => lease(world, '{"schema":1,"history":[{}]}'), /no valid release record/],
    'record is no JSON': [(world) => lease(world, 'phase: promoted'), /no valid release record: it is not JSON/],
    KEDA: [
      (world) =>
        add(world, 'horizontalpodautoscalers', autoscaler('a', { ownerReferences: [{ kind: 'ScaledObject', name: 's' }] })),
      /scaled by KEDA/,
    ],
    'two autoscalers': [
      (world) => add(world, 'horizontalpodautoscalers', autoscaler('a'), autoscaler('b')),
      /Several HorizontalPodAutoscalers/,
    ],
    'cut off': [
      (world) =>
        add(world, 'networkpolicies', { metadata: { name: 'db' }, spec: { podSelector: { matchLabels: { ...LABELS } } } }),
      /NetworkPolicy db has stable's pods and not the canary's/,
    ],
    'Argo CD': [
      (world) => void Object.assign(world.deployment.metadata ?? {}, { labels: { 'argocd.argoproj.io/instance': 'shop' } }),
      /managed by Argo CD/,
    ],
    Helm: [
      (world) => void Object.assign(world.route.metadata ?? {}, { annotations: { 'meta.helm.sh/release-name': 'shop' } }),
      /managed by Helm/,
    ],
  }),
  fc
    .constantFrom(
      'patch deployments',
      'create services',
      'get pods/proxy',
      'patch leases',
      'list networkpolicies',
      'patch httproutes',
    )
    .map((right) => ({
      name: `may not ${right}`,
      spoil: ({ cluster }: World) => void cluster.forbidden.add(right),
      says: new RegExp(`may not ${right.replace(' ', '.* ')}`),
    })),
];

function flaws(table: Readonly<Record<string, readonly [(world: World) => void, RegExp]>>): Array<fc.Arbitrary<Flaw>> {
  return Object.entries(table).map(([name, [spoil, says]]) => fc.constant({ name, spoil, says }));
}
