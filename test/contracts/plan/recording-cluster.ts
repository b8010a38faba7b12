import type {
  ApiRequest,
  Change,
  Cluster,
  CreateOptions,
  JsonPatchOperation,
  PlannedObject,
  Selection,
  WaitOptions,
} from '../../../src/platforms/kubernetes/api/cluster.js';
import type { Fence } from '../../../src/platforms/kubernetes/api/fence.js';
import { type Kind, LEASE } from '../../../src/platforms/kubernetes/api/kinds.js';

/** A real cluster that notes each change that it carries out, other than of the lock. */
export class RecordingCluster implements Cluster {
  readonly changes: Change[];
  readonly #real: Cluster;
  readonly #noted: (changes: readonly Change[]) => void;

  /** @param noted hears of each change once it is made */
  constructor(real: Cluster, noted: (changes: readonly Change[]) => void = () => undefined, changes: Change[] = []) {
    this.#real = real;
    this.#noted = noted;
    this.changes = changes;
  }

  get server(): string {
    return this.#real.server;
  }

  get namespace(): string {
    return this.#real.namespace;
  }

  get credentialsExpireAt(): number | undefined {
    return this.#real.credentialsExpireAt;
  }

  get clockAheadMs(): number {
    return this.#real.clockAheadMs;
  }

  get fence(): Fence | undefined {
    return this.#real.fence;
  }

  fencedBy(fence: Fence): Cluster {
    return new RecordingCluster(this.#real.fencedBy(fence), this.#noted, this.changes);
  }

  read = <T>(kind: Kind<T>, name: string, signal: AbortSignal) => this.#real.read(kind, name, signal);
  list = <T>(kind: Kind<T>, selection: Selection, signal: AbortSignal) => this.#real.list(kind, selection, signal);
  request = (request: ApiRequest, signal: AbortSignal) => this.#real.request(request, signal);

  until<T, R>(
    kind: Kind<T>,
    selection: Selection,
    decide: (objects: readonly T[]) => R | undefined,
    options: WaitOptions<T>,
    signal: AbortSignal,
  ): Promise<R> {
    return this.#real.until(kind, selection, decide, options, signal);
  }

  create<T>(kind: Kind<T>, object: T, signal: AbortSignal, options?: CreateOptions): Promise<T> {
    return this.#note(
      { verb: 'create', sent: object },
      kind,
      nameOf(object),
      signal,
      this.#real.create(kind, object, signal, options),
    );
  }

  apply<T>(kind: Kind<T>, object: T, options: { readonly force: boolean }, signal: AbortSignal): Promise<T> {
    const before = this.#real.read(kind, nameOf(object), signal);
    const applied = before.then(() => this.#real.apply(kind, object, options, signal));
    return before.then((live) =>
      this.#note({ verb: live ? 'apply' : 'create', sent: object }, kind, nameOf(object), signal, applied),
    );
  }

  patch<T>(kind: Kind<T>, name: string, operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<T> {
    return this.#note({ verb: 'patch', sent: operations }, kind, name, signal, this.#real.patch(kind, name, operations, signal));
  }

  merge<T>(kind: Kind<T>, name: string, patch: object, signal: AbortSignal): Promise<T> {
    return this.#note({ verb: 'merge', sent: patch }, kind, name, signal, this.#real.merge(kind, name, patch, signal));
  }

  remove<T>(kind: Kind<T>, name: string, options: { readonly uid?: string }, signal: AbortSignal): Promise<T | undefined> {
    return this.#note({ verb: 'remove', sent: undefined }, kind, name, signal, this.#real.remove(kind, name, options, signal));
  }

  async #note<T>(
    request: Pick<Change, 'verb' | 'sent'>,
    kind: Kind<unknown>,
    name: string,
    signal: AbortSignal,
    change: Promise<T>,
  ): Promise<T> {
    const after = await change;
    if (kind.plural === LEASE.plural) return after;
    const shown = request.verb === 'remove' ? undefined : (after as PlannedObject);
    this.changes.push({ ...request, kind: kind.kind, name, before: undefined, after: shown });
    this.#noted(this.changes);
    signal.throwIfAborted();
    return after;
  }
}

const nameOf = (object: unknown): string => (object as PlannedObject).metadata?.name ?? '';
