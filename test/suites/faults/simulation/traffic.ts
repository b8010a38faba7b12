import { type LivePod, LivePods } from '../../../../testbed/node/live-pods.js';
import { endpointSlices, httpRoutes, traefikServices } from '../../../../testbed/sandbox/api/resources.js';
import type { Store } from '../../../../testbed/sandbox/api/store.js';

interface Backend {
  readonly name: string;
  readonly weight?: number;
}

/** Of a TraefikService. */
export interface Child extends Backend {
  readonly nativeLB?: boolean;
}

/** What splits the app's traffic where no HTTPRoute does; undefined where there is none. */
export function childrenIn(store: Store, namespace: string): readonly Child[] | undefined {
  const service = store.read(traefikServices, namespace, 'restaurant');
  return (service?.spec as { readonly weighted?: { readonly services?: readonly Child[] } } | undefined)?.weighted?.services;
}

interface Rule {
  readonly matches?: readonly { readonly headers?: unknown }[];
  readonly backendRefs?: readonly Backend[];
}

const STABLE = 'restaurant';

/** Of all requests those with the testers' header: few, as they count as the canary's share in the proof of it. */
const TESTERS = 0.01;

/** A share of the requests that nobody answered. */
export interface Loss {
  readonly atMs: number;
  readonly service: string;
  readonly reason: string;
  readonly requests: number;
}

export interface TrafficOptions {
  readonly rps: number;
  readonly proxies: number;
  /** Longest time from a change to a proxy acting on it. */
  readonly lagMs: number;
  readonly random: () => number;
  /** So many requests a second come to stable's Service past the split. */
  readonly pastTheSplit?: number;
  /** The proxies send everything to the first backend that has a weight, whatever the weights are. */
  readonly ignoresWeights?: boolean;
  /** What a pod's /metrics says, where it isn't what the usual app says. */
  readonly page?: Page;
}

/** What a pod has answered. */
export interface Answers {
  good: number;
  bad: number;
}

/** @param look how often this pod was asked before */
export type Page = (pod: LivePod, answers: Readonly<Answers>, look: number) => string;

/** Backends with the addresses behind them. */
type Backends = readonly { readonly service: string; readonly weight: number; readonly addresses: readonly string[] }[];

/** What one proxy believes. */
interface View {
  readonly everybody: Backends;
  /** Of those whose header leads them to the canary, where a rule is there for it. */
  readonly testers: Backends;
}

interface Proxy {
  view: View;
  isDue: boolean;
}

/**
 * A steady stream of requests through several proxies, each of which hears of a change with a delay of its own. Between two changes nothing about a
 * request can differ, so they are counted by the stretch of time: exact, and as cheap for a thousand requests as for one.
 */
export class Traffic {
  readonly losses: Loss[] = [];
  readonly pods = new CountedPods(() => this.account());
  readonly #store: Store;
  readonly #namespace: string;
  readonly #options: TrafficOptions;
  readonly #proxies: Proxy[];
  readonly #answers = new Map<string, Answers>();
  readonly #looks = new Map<string, number>();
  #countedUntilMs = Date.now();
  #isOn = false;

  constructor(store: Store, namespace: string, options: TrafficOptions) {
    this.#store = store;
    this.#namespace = namespace;
    this.#options = options;
    this.#proxies = Array.from({ length: options.proxies }, () => ({ view: { everybody: [], testers: [] }, isDue: false }));
    for (const resource of [httpRoutes, traefikServices, endpointSlices]) store.listen(resource, () => this.#changed());
  }

  /** Requests come from now on; the proxies know what there is. */
  begin(): void {
    for (const proxy of this.#proxies) proxy.view = this.#look();
    this.#countedUntilMs = Date.now();
    this.#isOn = true;
  }

  /** What a pod's /metrics says. */
  metricsOf(pod: LivePod): string {
    this.account();
    const { page = usualPage } = this.#options;
    const look = this.#looks.get(pod.address) ?? 0;
    this.#looks.set(pod.address, look + 1);
    return page(pod, this.#answers.get(pod.address) ?? { good: 0, bad: 0 }, look);
  }

  /** Counts the requests since the last change; called before each. */
  account(): void {
    const ms = Date.now() - this.#countedUntilMs;
    this.#countedUntilMs = Date.now();
    if (!this.#isOn || ms === 0) return;
    const requests = (this.#options.rps * ms) / 1000 / this.#proxies.length;
    for (const { view } of this.#proxies) {
      this.#send(view.everybody, requests * (1 - TESTERS));
      this.#send(view.testers, requests * TESTERS);
    }
    const past = (this.#options.pastTheSplit ?? 0) * (ms / 1000);
    if (past > 0) this.#send([{ service: STABLE, weight: 1, addresses: this.#behind(STABLE) }], past);
  }

  #send(backends: Backends, requests: number): void {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) this.#lose('(none)', 'no backend has a weight', requests);
    for (const { service, weight, addresses } of backends) {
      if (weight === 0) continue;
      const share = (requests * weight) / total;
      if (addresses.length === 0) this.#lose(service, 'no endpoint', share);
      for (const address of addresses) this.#ask(service, address, share / addresses.length);
    }
  }

  #ask(service: string, address: string, requests: number): void {
    const pod = this.pods.serving(address);
    if (!pod) {
      this.#lose(service, `the pod at ${address} has stopped`, requests);
      return;
    }
    const answers = this.#answers.get(address) ?? { good: 0, bad: 0 };
    this.#answers.set(address, answers);
    const bad = (requests * pod.faults.errorPercent) / 100;
    answers.bad += bad;
    answers.good += requests - bad;
  }

  #lose(service: string, reason: string, requests: number): void {
    this.losses.push({ atMs: Date.now(), service, reason, requests });
  }

  /** A proxy takes all changes together that came while it was about to act on the first. */
  #changed(): void {
    for (const proxy of this.#proxies) {
      if (proxy.isDue) continue;
      proxy.isDue = true;
      setTimeout(() => {
        this.account();
        proxy.isDue = false;
        proxy.view = this.#look();
      }, this.#options.random() * this.#options.lagMs);
    }
  }

  #look(): View {
    const children = childrenIn(this.#store, this.#namespace);
    if (children) return this.#lookAsTraefik(children);
    const route = this.#store.read(httpRoutes, this.#namespace, 'restaurant');
    const rules = (route?.spec?.rules ?? [{ backendRefs: [{ name: STABLE }] }]) as readonly Rule[];
    const { ignoresWeights = false } = this.#options;
    const backendsOf = ({ backendRefs = [] }: Rule) => {
      const backends = backendRefs.map(({ name, weight = 1 }) => ({ service: name, weight, addresses: this.#behind(name) }));
      return ignoresWeights ? backends.filter(({ weight }) => weight > 0).slice(0, 1) : backends;
    };
    const everybody = rules.find(({ matches = [] }) => !matches.some(({ headers }) => headers));
    return { everybody: backendsOf(everybody ?? {}), testers: backendsOf(rules[0] ?? {}) };
  }

  /** A child that Traefik can't build takes the whole route away, at weight 0 too; one that it asks by its Service's address it can. */
  #lookAsTraefik(children: readonly Child[]): View {
    const backends = children.map(({ name, weight = 1 }) => ({ service: name, weight, addresses: this.#behind(name) }));
    const isBuilt = children.every(({ nativeLB }, index) => nativeLB || (backends[index]?.addresses ?? []).length > 0);
    const everybody = isBuilt ? backends : [];
    return { everybody, testers: everybody };
  }

  #behind(service: string): string[] {
    const slices = this.#store
      .list(endpointSlices, this.#namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
    const endpoints = slices.flatMap((slice) => (slice.endpoints ?? []) as readonly Endpoint[]);
    return endpoints.filter(({ conditions }) => conditions.ready).map(({ addresses }) => addresses[0] ?? '');
  }
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean };
}

/** Of an app that counts its users' requests alone. */
const usualPage: Page = (_pod, { good, bad }) => {
  const [ok, failed] = [Math.floor(good), Math.floor(bad)];
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{status="200"} ${ok}`,
    `http_requests_total{status="500"} ${failed}`,
    '# TYPE http_request_duration_seconds histogram',
    ...['0.1', '0.5', '1', '+Inf'].map((edge) => `http_request_duration_seconds_bucket{le="${edge}"} ${ok + failed}`),
    `http_request_duration_seconds_sum ${(ok + failed) / 100}`,
    `http_request_duration_seconds_count ${ok + failed}`,
    '',
  ].join('\n');
};

/** Pods whose starts and ends are told before they take effect. */
class CountedPods extends LivePods {
  readonly #before: () => void;

  constructor(before: () => void) {
    super();
    this.#before = before;
  }

  override add(pod: Parameters<LivePods['add']>[0]): LivePod {
    const live = super.add(pod);
    let { isServing } = live;
    Object.defineProperty(live, 'isServing', {
      get: () => isServing,
      set: (next: boolean) => {
        this.#before();
        isServing = next;
      },
    });
    return live;
  }

  override remove(pod: LivePod): void {
    this.#before();
    super.remove(pod);
  }
}
