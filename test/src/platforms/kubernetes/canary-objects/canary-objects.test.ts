import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../../src/kernel/errors.js';
import { type App, canaryName } from '../../../../../src/platforms/kubernetes/app/app.js';
import {
  type CanaryPlan,
  canaryDeployment,
  canarySelector,
  canaryService,
  endpointLabel,
  type Isolation,
  ownLabels,
} from '../../../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import { type AppParts, someApp } from '../app/apps.js';

type Labels = Readonly<Record<string, string>>;

const plan = (app: App, isolation: Isolation = 'isolated'): CanaryPlan => ({
  app,
  image: 'restaurant:2',
  replicas: 2,
  releaseId: '42-1-cafe',
  isolation,
});
const templateOf = (app: App, isolation?: Isolation) => canaryDeployment(plan(app, isolation)).spec?.template;
const podLabels = (app: App, isolation?: Isolation): Labels => templateOf(app, isolation)?.metadata?.labels ?? {};
const selects = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

const KEYS = ['app', 'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', 'tier', 'zone'];
const subset = (labels: Labels) =>
  fc
    .subarray(Object.keys(labels), { minLength: 1 })
    .map((keys) => Object.fromEntries(keys.map((key) => [key, labels[key] ?? ''])));
const parts: fc.Arbitrary<Required<Pick<AppParts, 'labels' | 'matched' | 'selector'>>> = fc
  .dictionary(fc.constantFrom(...KEYS), fc.constantFrom('a', 'b', 'web-canary'), { minKeys: 1 })
  .chain((labels) => fc.record({ labels: fc.constant(labels), matched: subset(labels), selector: subset(labels) }));

test('behind a router the stable Service never selects the canary, and neither Deployment nor Service takes the other’s pods', () => {
  const sharing = parts.filter(({ matched, selector }) => Object.keys(selector).some((key) => key in matched));
  fc.assert(
    fc.property(sharing, ({ labels, matched, selector }) => {
      const app = someApp({ labels, matched, selector });
      const canary = podLabels(app);
      const deploymentSelector = canaryDeployment(plan(app)).spec?.selector.matchLabels;
      const serviceSelector = canaryService(plan(app)).spec?.selector;
      expect(selects(selector, canary)).toBe(false);
      expect(selects(matched, canary)).toBe(false);
      expect(selects(deploymentSelector, canary)).toBe(true);
      expect(selects(serviceSelector, canary)).toBe(true);
      expect(selects(deploymentSelector, labels)).toBe(false);
      expect(selects(serviceSelector, labels)).toBe(false);
    }),
  );
});

test('without a router the stable Service selects the canary too, and the canary’s Deployment counts only its own pods', () => {
  fc.assert(
    fc.property(parts, ({ labels, matched, selector }) => {
      const app = someApp({ labels, matched, selector });
      const canary = podLabels(app, 'shared');
      expect(selects(selector, canary)).toBe(true);
      expect(selects(canarySelector(app, 'shared'), canary)).toBe(true);
      expect(selects(canarySelector(app, 'shared'), labels)).toBe(false);
    }),
  );
});

describe('an app that selects by app.kubernetes.io/managed-by, as some charts do,', () => {
  const labels = { 'app.kubernetes.io/managed-by': 'Helm', app: 'restaurant' };
  const app = someApp({ labels });

  test('gets a canary Deployment that the API server accepts, its selector matching its own pods', () => {
    expect(selects(canaryDeployment(plan(app)).spec?.selector.matchLabels, podLabels(app))).toBe(true);
  });

  test('gets a canary Service that leads to the canary', () => {
    expect(selects(canaryService(plan(app)).spec?.selector, podLabels(app))).toBe(true);
  });

  test('has its canary behind the stable Service when there is no router', () => {
    expect(selects(labels, podLabels(app, 'shared'))).toBe(true);
  });
});

describe('the label that sets the canary apart', () => {
  test.each([
    [['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app'], 'app.kubernetes.io/instance'],
    [['app.kubernetes.io/name', 'app.kubernetes.io/component'], 'app.kubernetes.io/component'],
    [['app.kubernetes.io/name', 'tier'], 'tier'],
    [['app.kubernetes.io/name', 'app'], 'app'],
    [['app.kubernetes.io/name'], 'app.kubernetes.io/name'],
  ])('of %j is %s, the one that the fewest policies mention', (keys, chosen) => {
    const labels = Object.fromEntries(keys.map((key) => [key, 'web']));
    expect(ownLabels(someApp({ labels }), 'isolated')).toEqual({ [chosen]: 'web-canary', 'd9.dev/track': 'canary' });
  });

  test('has to be in both selectors; without one the canary is refused with the way out', () => {
    const app = someApp({ labels: { app: 'web', tier: 'front' }, matched: { tier: 'front' }, selector: { app: 'web' } });
    expect(() => ownLabels(app, 'isolated')).toThrow(UserError);
    expect(() => ownLabels(app, 'isolated')).toThrow(/can't be kept out of Service shop\/restaurant.*use `router: replicas`/);
    expect(ownLabels(app, 'shared')).toEqual({ 'd9.dev/track': 'canary' });
  });

  test('is refused where its value would be too long, and not cut', () => {
    expect(ownLabels(someApp({ labels: { app: 'a'.repeat(56) } }), 'isolated').app).toHaveLength(63);
    const tooLong = someApp({ labels: { app: 'a'.repeat(57) } });
    expect(() => ownLabels(tooLong, 'isolated')).toThrow(UserError);
    expect(() => ownLabels(tooLong, 'isolated')).toThrow('longer than the 63 characters');
  });
});

test('the longest name that an app may have leaves room for the names derived from it', () => {
  expect(canaryName('a'.repeat(56)).length).toBeLessThanOrEqual(63);
});

describe('what is taken from stable', () => {
  const LABELS = { team: 'kitchen', 'cost-centre': '42', 'app.kubernetes.io/part-of': 'shop', release: 'prometheus' };
  const OURS = {
    'app.kubernetes.io/managed-by': 'd9-actions',
    'd9.dev/app': 'restaurant',
    'd9.dev/track': 'canary',
    'd9.dev/release': '42-1-cafe',
  };

  test('are the labels and annotations of its objects that a policy may ask for, under a name and marks of its own', () => {
    const annotations = { 'policy.example.com/owner': 'kitchen', 'prometheus.io/scrape': 'true' };
    const metadata = { labels: { ...LABELS, 'app.kubernetes.io/managed-by': 'Helm' }, annotations };
    const app = someApp({ deploymentMetadata: { ...metadata, resourceVersion: '7' }, serviceMetadata: metadata });
    const expected = { name: 'restaurant-canary', namespace: 'shop', labels: { ...LABELS, ...OURS }, annotations };
    expect(canaryDeployment(plan(app)).metadata).toEqual(expected);
    expect(canaryService(plan(app)).metadata).toEqual(expected);
  });

  test('has no owner, so that it serves on when somebody deletes stable and makes it anew', () => {
    expect(canaryDeployment(plan(someApp())).metadata).not.toHaveProperty('ownerReferences');
    expect(canaryService(plan(someApp())).metadata).not.toHaveProperty('ownerReferences');
  });

  test.each([
    'kubectl.kubernetes.io/last-applied-configuration',
    'deployment.kubernetes.io/revision',
    'applyset.kubernetes.io/part-of',
    'kubernetes.io/change-cause',
    'app.kubernetes.io/instance',
    'argocd.argoproj.io/tracking-id',
    'argocd.argoproj.io/instance',
    'kustomize.toolkit.fluxcd.io/name',
    'helm.toolkit.fluxcd.io/namespace',
    'meta.helm.sh/release-name',
    'helm.sh/chart',
    'kapp.k14s.io/app',
    'objectset.rio.cattle.io/hash',
    'config.k8s.io/owning-inventory',
    'tanka.dev/environment',
    'keel.sh/policy',
    'image.openshift.io/triggers',
    'd9.dev/fence',
  ])('is not %s, by which a tool would take the canary for its own', (mark) => {
    const metadata = { labels: { [mark]: 'x', team: 'kitchen' }, annotations: { [mark]: 'x' } };
    const app = someApp({ deploymentMetadata: metadata, serviceMetadata: metadata });
    for (const object of [canaryDeployment(plan(app)), canaryService(plan(app))]) {
      expect(object.metadata?.labels).toEqual({ team: 'kitchen', ...OURS });
      expect(object.metadata?.annotations).toBeUndefined();
    }
  });

  test.each([
    'external-dns.alpha.kubernetes.io/hostname',
    'service.beta.kubernetes.io/aws-load-balancer-type',
    'service.beta.kubernetes.io/azure-dns-label-name',
    'service.kubernetes.io/qcloud-loadbalancer-internal-subnetid',
    'cloud.google.com/neg',
    'networking.gke.io/load-balancer-type',
    'kubernetes.io/elb.class',
    'load-balancer.hetzner.cloud/name',
    'metallb.universe.tf/address-pool',
    'io.cilium/lb-ipam-ips',
    'kube-vip.io/loadbalancerIPs',
    'loadbalancer.openstack.org/keep-floatingip',
    'dns.gardener.cloud/dnsnames',
    'service.cilium.io/global',
    'mirror.linkerd.io/exported',
    'consul.hashicorp.com/service-name',
    'getambassador.io/config',
    'tailscale.com/expose',
  ])('is not %s of the Service, which would lead users past the split', (mark) => {
    const app = someApp({
      serviceMetadata: { labels: { [mark]: 'x' }, annotations: { [mark]: 'x', 'prometheus.io/port': '1' } },
    });
    expect(canaryService(plan(app)).metadata).toMatchObject({ labels: OURS, annotations: { 'prometheus.io/port': '1' } });
    expect(Object.keys(canaryService(plan(app)).metadata?.labels ?? {})).toEqual(Object.keys(OURS));
    expect(Object.keys(canaryService(plan(app)).metadata?.annotations ?? {})).toEqual(['prometheus.io/port']);
  });

  test('is how the Service spreads and keeps its traffic, also by fields that are yet to come', () => {
    const spread = {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      trafficDistribution: 'PreferClose',
      internalTrafficPolicy: 'Local',
      ipFamilies: ['IPv6'],
      ipFamilyPolicy: 'SingleStack',
      publishNotReadyAddresses: true,
      aFieldOfTomorrow: 'x',
    };
    const address = {
      type: 'LoadBalancer',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      externalIPs: ['192.0.2.1'],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30_001,
      allocateLoadBalancerNodePorts: true,
      loadBalancerClass: 'x',
      loadBalancerIP: '192.0.2.2',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    };
    const { selector: _, ports, ...rest } = canaryService(plan(someApp({ serviceSpec: { ...spread, ...address } }))).spec ?? {};
    expect(rest).toEqual({ type: 'ClusterIP', ...spread });
    expect(ports).toEqual([{ port: 80, targetPort: 8080 }]);
  });

  test('are the Deployment’s fields, apart from those that say how many pods, which, and how they are replaced', () => {
    const deploymentSpec = { minReadySeconds: 5, progressDeadlineSeconds: 60, revisionHistoryLimit: 3, paused: true };
    const { replicas, selector, strategy, template, ...rest } = canaryDeployment(plan(someApp({ deploymentSpec }))).spec ?? {};
    expect(rest).toEqual({ minReadySeconds: 5, progressDeadlineSeconds: 60, revisionHistoryLimit: 3 });
    expect(replicas).toBe(2);
  });

  const MARKS = {
    'kubectl.kubernetes.io/restartedAt': '2026',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'argocd.argoproj.io/sync-wave': '1',
    'argocd.argoproj.io/instance': 'shop',
    'kustomize.toolkit.fluxcd.io/name': 'shop',
    'helm.toolkit.fluxcd.io/name': 'shop',
    'meta.helm.sh/release-name': 'shop',
  };

  test('of the pods’ annotations is what a pod needs, and no mark of Argo CD, Flux, Helm or kubectl', () => {
    const kept = { 'prometheus.io/port': '9090', 'sidecar.istio.io/inject': 'true', 'checksum/config': 'abc' };
    const annotations = templateOf(someApp({ annotations: { ...MARKS, ...kept } }))?.metadata?.annotations;
    expect(annotations).toEqual(kept);
  });

  test('of the pods’ labels is what they are selected by, and no mark of Argo CD, Flux or Helm', () => {
    const labels = podLabels(someApp({ labels: { app: 'restaurant', ...MARKS }, matched: { app: 'restaurant' } }));
    expect(Object.keys(labels).filter((key) => key in MARKS)).toEqual([]);
  });

  test('of the Service are the ports, without the node port that is taken', () => {
    expect(canaryService(plan(someApp())).spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80, targetPort: 8080 }] });
    expect(canaryService(plan(someApp())).spec?.ports?.[0]).not.toHaveProperty('nodePort');
  });

  test('of the containers is all but the released image, which moves along wherever it stands', () => {
    const initContainers = [
      { name: 'migrate', image: 'docker.io/library/restaurant:1', args: ['migrate'] },
      { name: 'certs', image: 'certs:1' },
    ];
    const containers = [
      { name: 'worker', image: 'restaurant:1' },
      { name: 'app', image: 'restaurant:1' },
    ];
    const spec = templateOf(someApp({ podSpec: { initContainers, containers } }))?.spec;
    expect(spec?.initContainers).toEqual([{ ...initContainers[0], image: 'restaurant:2' }, initContainers[1]]);
    expect(spec?.containers.map(({ image }) => image)).toEqual(['restaurant:2', 'restaurant:2']);
  });

  test('of other containers is all', () => {
    const containers = [
      { name: 'proxy', image: 'proxy:1' },
      { name: 'app', image: 'restaurant:1', env: [{ name: 'A', value: 'b' }] },
    ];
    expect(templateOf(someApp({ podSpec: { containers } }))?.spec?.containers).toEqual([
      containers[0],
      { ...containers[1], image: 'restaurant:2' },
    ]);
  });

  test('is not changed by it', () => {
    const app = someApp({ annotations: { 'prometheus.io/port': '1' }, podSpec: { affinity: {}, topologySpreadConstraints: [] } });
    const before = structuredClone(app);
    canaryDeployment(plan(app));
    canaryService(plan(app));
    expect(app).toEqual(before);
  });
});

describe('placement rules that are about the app itself are about the canary', () => {
  const labels = { app: 'restaurant', tier: 'front' };
  const spread = (labelSelector: object) => ({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
  });
  const apart = (term: object) => ({
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', ...term }] } },
  });
  const specWith = (podSpec: object) => templateOf(someApp({ labels, matched: { app: 'restaurant' }, podSpec }))?.spec;

  test('in topologySpreadConstraints', () => {
    const { topologySpreadConstraints } = spread({ matchLabels: { app: 'restaurant-canary', tier: 'front' } });
    expect(specWith(spread({ matchLabels: labels }))?.topologySpreadConstraints).toEqual(topologySpreadConstraints);
  });

  test('in pod anti-affinity by label', () => {
    const expected = apart({ labelSelector: { matchLabels: { app: 'restaurant-canary' } } });
    expect(specWith(apart({ labelSelector: { matchLabels: { app: 'restaurant' } } }))).toMatchObject(expected);
  });

  test('in pod anti-affinity by expression, as charts usually write it', () => {
    const by = (value: string) =>
      apart({ labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [value] }] } });
    expect(specWith(by('restaurant'))).toMatchObject(by('restaurant-canary'));
  });

  test('while rules about other apps stay as they are', () => {
    const others = {
      ...apart({ labelSelector: { matchLabels: { app: 'cache' } } }),
      ...spread({ matchLabels: { app: 'cache' } }),
    };
    expect(specWith(others)).toMatchObject(others);
  });

  test('while the namespaces that a rule names stay as they are, even if one is labelled like the app', () => {
    const term = apart({ labelSelector: {}, namespaceSelector: { matchLabels: { app: 'restaurant' } } });
    expect(specWith(term)).toMatchObject(term);
  });
});

test('behind the stable Service a canary pod leaves by the label that was chosen when the release began', () => {
  const app = { ...someApp({ labels: { app: 'web', tier: 'front' } }), isolationKey: 'tier' };
  expect(endpointLabel(app, 'shared')).toEqual(['tier', 'front']);
  expect(endpointLabel(someApp({ labels: { app: 'web', tier: 'front' } }), 'shared')).toEqual(['app', 'web']);
});
