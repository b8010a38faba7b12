import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { endpointSlices, httpRoutes } from '../../../../testbed/sandbox/api/resources.js';
import { type Done, isStableAway } from '../acts.js';
import { REPLICAS, type Setup } from './app.js';
import type { SimulatedCluster } from './cluster.js';
import type { StepProcess } from './step-process.js';
import { CANARY, hasTesterRules, holderIn, imagesBehind, leases, recordIn, rulesIn } from './view.js';

const STABLE = 'restaurant';
/** A request and its answer. */
const SUDDEN_MS = 100;
/** Pods that all of the traffic needs: as many as somebody left of them. */
const fullSize = (done: Done | undefined): number =>
  done?.act === 'scaled' ? Math.max(1, Math.min(REPLICAS, done.replicas)) : REPLICAS;

/** Looks at each change of the cluster as it happens, and notes what must never be. */
export class Watchman {
  readonly #cluster: SimulatedCluster;
  readonly #setup: Setup;
  readonly #done: () => Done | undefined;
  /** Share of each backend of each rule, as it was at the last look. */
  #shares = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #weights: number[] = [];
  /** When the record first said that a release is over. */
  endedAtMs: number | undefined;
  #isOn = false;

  /** @param done what somebody else has done so far */
  constructor(cluster: SimulatedCluster, setup: Setup, done: () => Done | undefined) {
    this.#cluster = cluster;
    this.#done = done;
    this.#setup = setup;
    for (const resource of [httpRoutes, endpointSlices]) cluster.store.listen(resource, () => this.#look());
    cluster.store.listen(leases, () => this.#noteRecord());
  }

  begin(): void {
    this.#isOn = true;
  }

  get violations(): readonly string[] {
    return [...this.#seen];
  }

  /** The weights that the record has named, the newest last. */
  get recordedWeights(): readonly number[] {
    return this.#weights;
  }

  #noteRecord(): void {
    const record = recordIn(this.#cluster.store);
    const weight = record?.weight;
    if (record?.phase === 'aborted' || record?.phase === 'rolled-back') this.endedAtMs ??= Date.now();
    if (weight !== undefined && weight !== this.#weights.at(-1)) this.#weights.push(weight);
  }

  /** All traffic is on revisions that are fully ready: enough of them, and of one version. */
  #look(): void {
    if (!this.#isOn) return;
    const { store } = this.#cluster;
    if (hasTesterRules(store) && imagesBehind(store, CANARY).length === 0)
      this.#note('testers are led to a canary without endpoints');
    // A promoted version is taken back by rolling stable, with the traffic on it; an app that drains is promoted so, too, when that is asked for.
    const { drains, isSplitByPods } = this.#setup;
    const done = this.#done();
    const isRolledByOthers = done !== undefined && ['restarted', 'edited', 'replaced'].includes(done.act);
    const mayMix = recordIn(store)?.phase === 'rolling-back' || drains || isSplitByPods || isRolledByOthers;
    this.#lookForEmpty();
    for (const { service, share } of rulesIn(store).flat()) {
      if (share === 0 || !service.startsWith('restaurant')) continue;
      if (done && service === STABLE && isStableAway(done)) continue;
      const images = imagesBehind(store, service);
      const needed = Math.ceil(share * fullSize(done) - 1e-9);
      if (images.length < needed)
        this.#note(
          `${service} has ${Math.round(share * 100)} % of the traffic and ${images.length} of ${needed} ready endpoints`,
        );
      if (new Set(images).size > 1 && !mayMix)
        this.#note(`${service} has ${Math.round(share * 100)} % of the traffic on ${[...new Set(images)].sort().join(' and ')}`);
    }
  }

  /** Nobody gives more traffic to what has no endpoint, whoever took its endpoints away. */
  #lookForEmpty(): void {
    const { store } = this.#cluster;
    const shares = new Map<string, number>();
    for (const [index, rule] of rulesIn(store).entries())
      for (const { service, share } of rule) {
        const key = `${index} ${service}`;
        shares.set(key, share);
        const isMore = share > (this.#shares.get(key) ?? share);
        if (isMore && service.startsWith(STABLE) && imagesBehind(store, service).length === 0 && !this.#isSudden())
          this.#note(`${service} is given ${Math.round(share * 100)} % of the traffic and has no ready endpoint`);
      }
    this.#shares = shares;
  }

  /** Somebody has done it in the same moment. */
  #isSudden(): boolean {
    const done = this.#done();
    return done !== undefined && Date.now() - done.atMs < SUDDEN_MS;
  }

  /** Only who holds the record changes anything but the record. What the server refuses is no change. */
  seeChange(request: IncomingMessage, response: ServerResponse, client: StepProcess): void {
    const { method = '', url = '' } = request;
    const isChange = method !== 'GET' && !url.includes('/leases') && !url.includes('reviews') && !url.includes('dryRun=All');
    if (!isChange) return;
    const { runId, attempt, job, runner } = client.order.as;
    const holder = holderIn(this.#cluster.store) ?? 'nobody';
    if (holder.startsWith(`shop/restaurant/${runId}/${attempt}/${job}@${runner}#`)) return;
    const { writeHead } = response;
    // Also where nobody hears the answer any more.
    response.writeHead = ((code: number, headers?: OutgoingHttpHeaders) => {
      judge(code);
      return writeHead.call(response, code, headers);
    }) as typeof writeHead;
    const judge = (code: number) => {
      if (code >= 300 || isOwnMess(method, client)) return;
      this.#note(
        `run ${runId} (${job}@${runner}) changes ${new URL(url, 'http://x').pathname} while ${holder.split('#')[0]} holds the record`,
      );
    };
  }

  #note(what: string): void {
    this.#seen.add(what);
  }
}

/** What a process creates when it has just lost the record, it removes again; whether it did is seen by what is left. */
function isOwnMess(method: string, client: StepProcess): boolean {
  if (method === 'POST') client.lateCreations += 1;
  else if (method === 'DELETE') client.lateCreations -= 1;
  else return false;
  return client.lateCreations >= 0;
}
