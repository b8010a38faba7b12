import type { App } from '../app/answer.js';
import type { Faults } from '../app/faults.js';
import { AppMetrics } from '../app/metrics.js';

/** A pod as the network meets it. */
export interface LivePod extends App {
  readonly namespace: string;
  readonly address: string;
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

  /** Called when the image of a pod's first container is there. */
  onPulled(_pod: LivePod, _image: string): void {}

  add(pod: Pick<LivePod, 'namespace' | 'name' | 'address' | 'faults' | 'order' | 'probes'>): LivePod {
    const live: LivePod = {
      ...pod,
      page: `${pod.name}\n`,
      metrics: new AppMetrics(pod.namespace),
      version: '',
      isServing: false,
      isReady: false,
    };
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
