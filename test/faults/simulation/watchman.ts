import type { IncomingMessage } from 'node:http';
import { endpointSlices, httpRoutes } from '../../testbed/sandbox/api/resources.js';
import { REPLICAS } from './app.js';
import type { SimulatedCluster } from './cluster.js';
import type { StepProcess } from './step-process.js';
import { holderIn, imagesBehind, leases, recordIn, rulesIn } from './view.js';

/** Looks at each change of the cluster as it happens, and notes what must never be. */
export class Watchman {
  readonly #cluster: SimulatedCluster;
  readonly #seen = new Set<string>();
  readonly #weights: number[] = [];
  /** When the record first said that a release is over. */
  endedAtMs: number | undefined;
  #isOn = false;

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster;
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
    const phase = recordIn(store)?.phase;
    for (const { service, share } of rulesIn(store).flat()) {
      if (share === 0 || !service.startsWith('restaurant')) continue;
      const images = imagesBehind(store, service);
      const needed = Math.ceil(share * REPLICAS - 1e-9);
      if (images.length < needed)
        this.#note(
          `${service} has ${Math.round(share * 100)} % of the traffic and ${images.length} of ${needed} ready endpoints`,
        );
      // A promoted version is taken back by rolling stable, with the traffic on it.
      if (new Set(images).size > 1 && phase !== 'rolling-back')
        this.#note(`${service} has ${Math.round(share * 100)} % of the traffic on ${[...new Set(images)].sort().join(' and ')}`);
    }
  }

  /** Only who holds the record changes anything but the record. */
  seeChange(request: IncomingMessage, client: StepProcess): void {
    const { method = '', url = '' } = request;
    const isChange = method !== 'GET' && !url.includes('/leases') && !url.includes('reviews') && !url.includes('dryRun=All');
    if (!isChange) return;
    const { runId, attempt, job, runner } = client.order.as;
    const holder = holderIn(this.#cluster.store) ?? 'nobody';
    if (!holder.startsWith(`shop/restaurant/${runId}/${attempt}/${job}@${runner}#`))
      this.#note(
        `run ${runId} (${job}@${runner}) changes ${new URL(url, 'http://x').pathname} while ${holder.split('#')[0]} holds the record`,
      );
  }

  #note(what: string): void {
    this.#seen.add(what);
  }
}
