import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { restaurantLabels } from '../../../../testbed/restaurant.js';
import { type Act, type Done, isAct, perform } from '../acts.js';
import type { Tamper } from '../sabotage/at-the-gate.js';
import { type SwitchName, tamperOf } from '../sabotage/switches.js';
import { type Fault, kindOf, strike } from '../strike.js';
import { everythingOf, REPLICAS, type Setup } from './app.js';
import { NAMESPACE, SimulatedCluster } from './cluster.js';
import { clientOf, Network } from './network.js';
import { staleParents } from './others.js';
import { seedEverything, seededRandom } from './seeded.js';
import { type StepEnd, type StepOrder, StepProcess } from './step-process.js';
import type { TrafficOptions } from './traffic.js';
import { imagesBehind, mirrored, ownersView } from './view.js';
import { VirtualTime } from './virtual-time.js';
import { Watchman } from './watchman.js';

const STARTS_AT_MS = Date.UTC(2026, 0, 1);
/** Longer than any step may take. */
const LIMIT_MS = 30 * 60_000;
/** Longest way to the API server, unless a trial says otherwise. */
const LATENCY_MS = 20;
/** The slowest proxy is a little faster than the steps are told by `settle: 3s`. */
const PROXY_LAG_MS = 2900;
const STABLE = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/restaurant`;
const ROUTE = `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/httproutes/restaurant`;
/** A fifth of what comes by the route. */
const RPS_PAST_THE_SPLIT = 40;
/** In place of what the image says. */
export const DRAINING = 'stop-5000';

/** What is to happen to one request of a step, by its number from 0. */
export interface Blow {
  readonly index: number;
  readonly fault: Fault;
  /** In which of several ways an act is done; left out: by the index. */
  readonly turn?: number | undefined;
}

export interface TrialOptions {
  readonly seed: number;
  readonly workspace: string;
  /** How the product is broken on purpose. */
  readonly sabotage?: SwitchName | undefined;
  /** Sees each request before the API server does. */
  readonly tamper?: Tamper | undefined;
  /** Longest way to the API server. */
  readonly latencyMs?: number;
  readonly setup?: Setup | undefined;
  /** Where the customers differ from the usual ones. */
  readonly traffic?: Partial<TrafficOptions> | undefined;
}

const time = new VirtualTime(STARTS_AT_MS);
const network = new Network();
let isInstalled = false;

/** An app in a cluster of its own, in virtual time, and the steps that release it. One at a time in a process, which it takes over for good. */
export class Trial {
  readonly setup: Setup;
  readonly cluster: SimulatedCluster;
  readonly watchman: Watchman;
  /** What the app's owner wrote, before the first release. */
  ownersView: Readonly<Record<string, unknown>> = {};
  /** What somebody else has done while a step was at work. */
  done: Done | undefined;
  /** When the way back had been gone to its end. */
  backAtMs = Number.POSITIVE_INFINITY;
  readonly #options: TrialOptions;
  readonly #random: () => number;
  readonly #blows = new Map<StepProcess, Blow>();
  readonly #tampers: readonly Tamper[];

  private constructor(options: TrialOptions) {
    const { seed, setup = {} } = options;
    this.#options = options;
    this.setup = setup;
    this.#random = seededRandom(seed + 1);
    this.#tampers = [tamperOf(options.sabotage), options.tamper].filter((tamper) => tamper !== undefined);
    const past = { pastTheSplit: setup.hasOtherEntrances ? RPS_PAST_THE_SPLIT : 0 };
    const traffic = { rps: 200, proxies: 2, lagMs: PROXY_LAG_MS, random: seededRandom(seed + 2), ...past, ...options.traffic };
    this.cluster = new SimulatedCluster(network, (...request) => this.#keepGate(...request), traffic);
    this.watchman = new Watchman(this.cluster, setup, () => this.done);
  }

  /** With the app deployed, its route accepted, and customers on it. */
  static async start(options: TrialOptions): Promise<Trial> {
    if (!isInstalled) {
      time.install();
      network.install();
      isInstalled = true;
    }
    time.startOver(STARTS_AT_MS);
    seedEverything(options.seed);
    const trial = new Trial(options);
    await trial.#deploy();
    return trial;
  }

  get store() {
    return this.cluster.store;
  }

  begin(order: StepOrder, blow?: Blow): StepProcess {
    const { kubeconfig } = this.cluster;
    const { runnersAheadMs: aheadMs = 0 } = this.setup;
    const step = new StepProcess(order, { kubeconfig, workspace: this.#options.workspace, aheadMs });
    if (blow) this.#blows.set(step, blow);
    return step;
  }

  /** Lets time pass until the step has ended. */
  end(step: StepProcess): Promise<StepEnd> {
    return time.until(step.end, LIMIT_MS);
  }

  /** Lets time pass until the step has ended, or stands still. */
  endOrFrozen(step: StepProcess): Promise<StepEnd | 'frozen'> {
    return time.until(Promise.race([step.end, step.frozen]), LIMIT_MS);
  }

  async all(steps: readonly StepProcess[]): Promise<StepEnd[]> {
    return time.until(Promise.all(steps.map(({ end }) => end)), LIMIT_MS);
  }

  pass(ms: number): Promise<void> {
    return time.pass(ms);
  }

  async #deploy(): Promise<void> {
    const { api } = this.cluster;
    await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await time.pass(10);
    if (this.setup.isAbsent) return;
    if (this.setup.mirrored) this.cluster.rewriteImages(this.setup.mirrored, mirrored);
    for (const [path, object] of everythingOf(this.setup)) await api.create(path, object);
    await time.pass(2000);
    if (this.setup.hasStaleParents) await this.#addStaleParents();
    if (this.setup.isPaused) await api.patch(STABLE, { spec: { paused: true } });
    if (this.setup.drains) this.cluster.setFaults(DRAINING);
    await time.pass(100);
    if (imagesBehind(this.store, 'restaurant').length !== REPLICAS) throw new Error('the app has not started');
    this.ownersView = ownersView(this.store);
    this.cluster.traffic.begin();
    this.watchman.begin();
    await time.pass(1000);
  }

  /** Stable drains from then on: a person who restarts an app that does not loses requests without us, too. The canary is as good or bad as before. */
  async #perform(act: Act, turn: number): Promise<void> {
    this.cluster.setFaults(DRAINING, restaurantLabels);
    this.done = await perform(act, turn, this.cluster);
  }

  async #addStaleParents(): Promise<void> {
    const { api } = this.cluster;
    const { status } = await api.get<{ readonly status: { readonly parents: readonly object[] } }>(ROUTE);
    await api.patch(`${ROUTE}/status`, { status: { parents: [...status.parents, ...staleParents] } });
    await time.pass(100);
  }

  #keepGate(request: IncomingMessage, response: ServerResponse, answer: RequestListener): void {
    const client = clientOf(request.socket) as StepProcess;
    const index = client.sent.length;
    client.sent.push({ ...kindOf(request), path: new URL(request.url ?? '', 'http://x').pathname });
    client.log.push(`${new Date().toISOString().slice(11, 23)} #${index} ${request.method} ${request.url}`);
    setTimeout(
      () => {
        const forward = (to: ServerResponse) => {
          this.watchman.seeChange(request, to, client);
          if (!this.#tampers.some((tamper) => tamper(request, to, answer, this.store))) answer(request, to);
        };
        const blow = this.#blows.get(client);
        if (blow?.index !== index) forward(response);
        else if (isAct(blow.fault)) void this.#perform(blow.fault, blow.turn ?? index).then(() => forward(response));
        else strike(blow.fault, request, response, forward, client);
      },
      this.#random() * (this.#options.latencyMs ?? LATENCY_MS),
    );
  }
}
