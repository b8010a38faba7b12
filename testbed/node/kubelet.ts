import { follow } from '../client/follow.js';
import type { Pod } from '../client/objects.js';
import { type Node, PodLife } from './pod-life.js';

/** Plays the kubelet's part of the API for the pods of all fake nodes. */
export class Kubelet {
  readonly #node: Node;
  readonly #lives = new Map<string, PodLife>();

  constructor(node: Node) {
    this.#node = node;
  }

  /** Looks at every pod again; called when an order has changed. */
  reconsider(): void {
    for (const life of this.#lives.values()) life.reconsider();
  }

  /** Forgets all pods, so that nothing waits for anything any more. */
  end(): void {
    for (const [uid, life] of this.#lives) this.#forget(uid, life);
  }

  /** Follows the pods until `signal` ends it. */
  run(signal: AbortSignal): Promise<void> {
    const onList = (pods: Pod[]) => {
      const present = new Set(pods.map(({ metadata }) => metadata.uid));
      for (const [uid, life] of this.#lives) if (!present.has(uid)) this.#forget(uid, life);
      for (const pod of pods) this.#see(pod);
    };
    const onChange = (type: string, pod: Pod) => {
      const life = this.#lives.get(pod.metadata.uid ?? '');
      if (type !== 'DELETED') this.#see(pod);
      else if (life !== undefined) this.#forget(pod.metadata.uid ?? '', life);
    };
    return follow<Pod>(this.#node.api, '/api/v1/pods', { fieldSelector: 'spec.nodeName!=' }, { onList, onChange }, signal);
  }

  #see(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    const known = this.#lives.get(uid);
    if (known !== undefined) {
      known.update(pod);
      return;
    }
    if (this.#node.indexOf(pod.spec.nodeName ?? '') === -1) return;
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return;
    const life = new PodLife(this.#node, pod);
    this.#lives.set(uid, life);
    life.run().catch((error: unknown) => process.stderr.write(`${pod.metadata.name}: ${error}\n`));
  }

  #forget(uid: string, life: PodLife): void {
    this.#lives.delete(uid);
    life.end();
  }
}
