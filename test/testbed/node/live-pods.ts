import type { Faults } from './faults.js';
import { PodMetrics } from './pod-metrics.js';

/** A pod as the network meets it. */
export interface LivePod {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly metrics: PodMetrics;
  version: string;
  faults: Faults;
  /** Its container runs, so that connections are accepted. */
  isServing: boolean;
  isReady: boolean;
}

/** All pods that have an address. */
export class LivePods {
  readonly #byAddress = new Map<string, LivePod>();
  /** Called when a pod's container stops, so that its connections can be cut. */
  onStopped: (address: string) => void = () => undefined;

  add(pod: Pick<LivePod, 'namespace' | 'name' | 'address' | 'faults'>): LivePod {
    const live: LivePod = { ...pod, metrics: new PodMetrics(), version: '', isServing: false, isReady: false };
    this.#byAddress.set(pod.address, live);
    return live;
  }

  remove(pod: LivePod): void {
    this.#byAddress.delete(pod.address);
    this.onStopped(pod.address);
  }

  /** @returns undefined when nothing would accept a connection there */
  serving(address: string): LivePod | undefined {
    const pod = this.#byAddress.get(address);
    return pod?.isServing ? pod : undefined;
  }

  find(namespace: string, name: string): LivePod | undefined {
    return [...this.#byAddress.values()].find((pod) => pod.namespace === namespace && pod.name === name);
  }

  list(): LivePod[] {
    return [...this.#byAddress.values()];
  }
}
