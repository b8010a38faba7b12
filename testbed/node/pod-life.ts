import { type Faults, healthy } from '../app/faults.js';
import { type Api, isConflict, isMissing } from '../client/api.js';
import type { Condition, Pod } from '../client/objects.js';
import type { Addresses } from './addresses.js';
import type { FaultRules } from './fault-rules.js';
import { type Image, pullImage } from './image.js';
import type { LivePod, LivePods } from './live-pods.js';
import { afterStage, type Facts, podStatus, timestamp } from './pod-status.js';
import { planStage, type Stage } from './stage.js';

/** What all pods of the node player share. */
export interface Node {
  readonly api: Pick<Api, 'get' | 'patch' | 'delete' | 'openWatch'>;
  readonly nodeAddress: string;
  readonly addresses: Pick<Addresses, 'take' | 'give'>;
  readonly pods: LivePods;
  readonly rules: FaultRules;
  /** Index of a node by its name, for its address block. */
  indexOf(nodeName: string): number;
}

/** A pod that is asked to go serves on for this long, unless its faults say otherwise, so that everybody has stopped routing to it. */
const usualStopMs = 1_000;
const retryMs = 500;

/** Plays the kubelet for one pod, from its binding to a node until it is gone. */
export class PodLife {
  readonly #node: Node;
  readonly #live: LivePod;
  readonly #path: string;
  readonly #startedMs = performance.now();
  readonly #startTime = timestamp();
  readonly #images = new Map<string, Image>();
  #pod: Pod;
  #ordered: Faults | undefined;
  #faultsSinceMs = performance.now();
  #written: Stage | undefined;
  #conditions: readonly Condition[] = [];
  #past: Facts['past'] = { restarts: 0, endedAt: undefined };
  #isOver = false;
  #isWoken = false;
  #endSleep: () => void = () => undefined;

  constructor(node: Node, pod: Pod) {
    const { namespace = '', name } = pod.metadata;
    this.#node = node;
    this.#pod = pod;
    this.#path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const address = node.addresses.take(node.indexOf(pod.spec.nodeName ?? ''));
    const order = (faults: Faults | undefined) => {
      this.#ordered = faults;
      this.reconsider();
    };
    this.#live = node.pods.add({ namespace, name, address, faults: healthy, order, probes: probesOf(pod) });
  }

  /** Takes note of the pod's newest version. */
  update(pod: Pod): void {
    this.#pod = pod;
    this.#refresh();
    if (pod.metadata.deletionTimestamp !== undefined) this.#wake();
  }

  /** Looks at the orders again; called when one has changed. */
  reconsider(): void {
    this.#refresh();
    this.#wake();
  }

  /** The API server has no such pod any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#node.pods.remove(this.#live);
    this.#node.addresses.give(this.#live.address);
    this.#wake();
  }

  async run(): Promise<void> {
    await this.#pull();
    while (!this.#isOver) {
      try {
        if (this.#pod.metadata.deletionTimestamp !== undefined) {
          await this.#stop();
          return;
        }
        await this.#sleep(await this.#step());
      } catch (error) {
        // Nobody waits for what fails once it is over.
        if (this.#isOver) return;
        process.stderr.write(`${this.#path}: ${error}\n`);
        await this.#sleep(retryMs);
      }
    }
  }

  /** Brings the status up to date; returns when to look again. */
  async #step(): Promise<number | undefined> {
    const now = performance.now();
    const hasImages = this.#images.size === this.#pod.spec.containers.length;
    const { stage, againMs } = planStage(this.#live.faults, hasImages, now - this.#startedMs, now - this.#faultsSinceMs);
    await this.#enter(stage);
    return againMs;
  }

  async #enter(stage: Stage): Promise<void> {
    if (JSON.stringify(stage) === JSON.stringify(this.#written)) return;
    // A pod that is asked to go serves on as it did.
    if (stage.kind !== 'stopping') this.#serve(stage.kind !== 'crashing' && stage.kind !== 'no-image');
    this.#live.isReady = stage.kind === 'ready';
    const { nodeAddress } = this.#node;
    // Each stage of a crash counts its restarts from the crash's beginning, so only its last one is past.
    if (this.#written?.kind === 'crashing' && stage.kind !== 'crashing') this.#past = afterStage(this.#written, this.#past);
    const facts = {
      stage,
      address: this.#live.address,
      nodeAddress,
      startTime: this.#startTime,
      images: this.#images,
      previous: this.#conditions,
      past: this.#past,
    };
    const status = podStatus(this.#pod, facts);
    // The uid keeps the status from a pod that was created anew under the same name.
    const patch = { metadata: { uid: this.#pod.metadata.uid }, status };
    await this.#node.api.patch(`${this.#path}/status`, patch).catch(ignoreGone);
    this.#written = stage;
    this.#conditions = status.conditions;
  }

  #serve(isServing: boolean): void {
    const hasStopped = this.#live.isServing && !isServing;
    this.#live.isServing = isServing;
    if (hasStopped) this.#node.pods.onStopped(this.#live.address);
  }

  async #stop(): Promise<void> {
    await this.#enter({ kind: 'stopping' });
    const graceMs = (this.#pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
    const untilMs = performance.now() + Math.min(graceMs, shortestStopMs(this.#live.faults));
    while (!this.#isOver && performance.now() < untilMs) await this.#sleep(untilMs - performance.now());
    this.#serve(false);
    const { uid } = this.#pod.metadata;
    await this.#node.api.delete(this.#path, { gracePeriodSeconds: 0, preconditions: { uid } }).catch(ignoreGone);
    this.end();
  }

  async #pull(): Promise<void> {
    const { containers } = this.#pod.spec;
    for (const { name, image } of containers) {
      const pulled = await pullImage(image).catch((error: unknown) => {
        process.stderr.write(`${this.#path}: pull ${image}: ${error}\n`);
        return undefined;
      });
      if (pulled !== undefined) this.#images.set(name, pulled);
    }
    this.#live.version = this.#images.get(containers[0]?.name ?? '')?.version ?? '';
    this.#refresh();
    this.#node.pods.onPulled(this.#live, containers[0]?.image ?? '');
  }

  /** The first container is the app: its image's faults are the pod's, unless an order to the player or to the pod itself says otherwise. */
  #refresh(): void {
    const { namespace = '', labels = {} } = this.#pod.metadata;
    const image = this.#images.get(this.#pod.spec.containers[0]?.name ?? '');
    const faults = this.#ordered ?? this.#node.rules.find(namespace, labels) ?? image?.faults ?? healthy;
    if (JSON.stringify(faults) === JSON.stringify(this.#live.faults)) return;
    this.#live.faults = faults;
    this.#faultsSinceMs = performance.now();
  }

  #wake(): void {
    this.#isWoken = true;
    this.#endSleep();
  }

  /** Waits until something happens, or for `forMs`; what has happened since the last sleep counts too. */
  async #sleep(forMs: number | undefined): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        const timer = forMs === undefined ? undefined : setTimeout(resolve, forMs);
        this.#endSleep = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isWoken = false;
  }
}

/** Those by HTTP, which an app may count. */
const probesOf = ({ spec }: Pod) =>
  spec.containers.flatMap(({ readinessProbe, livenessProbe }) =>
    [readinessProbe, livenessProbe].flatMap((probe) => {
      if (probe?.httpGet === undefined) return [];
      return [{ path: probe.httpGet.path ?? '/', periodMs: 1000 * (probe.periodSeconds ?? 10) }];
    }),
  );

function shortestStopMs({ ending, stopMs = usualStopMs }: Faults): number {
  switch (ending) {
    case 'drained':
      return stopMs;
    case 'abrupt':
      return 0;
    case 'never':
      return Number.POSITIVE_INFINITY;
  }
}

function ignoreGone(error: unknown): void {
  if (!isMissing(error) && !isConflict(error)) throw error;
}
