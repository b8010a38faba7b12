import {
  ApiError,
  type ApiRequest,
  type ApiResponse,
  type Change,
  type ChangePlan,
  type Cluster,
  type CreateOptions,
  DeadlineError,
  type JsonPatchOperation,
  type PlannedObject,
  type Selection,
  type WaitOptions,
} from './cluster.js';
import type { Fence } from './fence.js';
import { mergedWith, patchedBy } from './json-patch.js';
import type { Kind } from './kinds.js';
import { isConflict } from './swap.js';

/** An object as the plan would leave it. */
interface Seen {
  /** Undefined: it would not be there. */
  now: PlannedObject | undefined;
  /** Whether the server has one of this name, which its answers are about. */
  readonly isLive: boolean;
  /** Of the live object. */
  readonly version: string | undefined;
  /** What has been done to the live object so far, as one patch; undefined once that can't be said in one. */
  sent: readonly JsonPatchOperation[] | undefined;
}

type Request = Pick<Change, 'verb' | 'sent' | 'isUnchecked'>;

/** What all views of one plan share. */
class Overlay implements ChangePlan {
  readonly changes: Change[] = [];
  readonly objects = new Map<string, Seen>();

  note<T extends PlannedObject>(kind: Kind<T>, name: string, object: T | undefined): void {
    const seen = this.objects.get(keyOf(kind, name));
    if (seen) seen.now = object;
    else this.objects.set(keyOf(kind, name), { now: object, isLive: false, version: undefined, sent: undefined });
  }
}

const keyOf = ({ plural }: Pick<Kind<unknown>, 'plural'>, name: string): string => `${plural}/${name}`;

/**
 * A cluster on which whoever works changes nothing: each change is sent with `dryRun=All`, so that admission, quota and schema have their say, and later
 * reads see what it would have made. So a plan is made by the very code that does it. What the server can't judge, because it follows from what is not
 * there, is taken as accepted.
 */
export class PlannedCluster implements Cluster {
  readonly plan: ChangePlan;
  readonly fence: Fence | undefined;
  readonly #dry: Cluster;
  readonly #overlay: Overlay;

  /** @param dry one whose every change carries `dryRun=All` */
  constructor(dry: Cluster, overlay: Overlay = new Overlay(), fence?: Fence) {
    this.#dry = dry;
    this.#overlay = overlay;
    this.plan = overlay;
    this.fence = fence;
  }

  get server(): string {
    return this.#dry.server;
  }

  get namespace(): string {
    return this.#dry.namespace;
  }

  get credentialsExpireAt(): number | undefined {
    return this.#dry.credentialsExpireAt;
  }

  get clockAheadMs(): number {
    return this.#dry.clockAheadMs;
  }

  fencedBy(fence: Fence): Cluster {
    return new PlannedCluster(this.#dry, this.#overlay, fence);
  }

  async read<T>(kind: Kind<T>, name: string, signal: AbortSignal): Promise<T | undefined> {
    return (await this.#see(kind, name, signal)).now as T | undefined;
  }

  async list<T>(kind: Kind<T>, selection: Selection, signal: AbortSignal): Promise<T[]> {
    const live = await this.#dry.list(kind, selection, signal);
    if (selection.namespace !== undefined && selection.namespace !== this.namespace) return live;
    const nameOf = (object: unknown) => (object as PlannedObject).metadata?.name ?? '';
    const prefix = `${kind.plural}/`;
    const known = new Map(
      [...this.#overlay.objects].flatMap(([key, { now }]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), now] as const] : [],
      ),
    );
    const others = live.filter((object) => !known.has(nameOf(object)));
    return [...others, ...[...known.values()].filter((object) => object && matches(object, selection))] as T[];
  }

  async create<T>(kind: Kind<T>, object: T, signal: AbortSignal, options?: CreateOptions): Promise<T> {
    const { name = '' } = (object as PlannedObject).metadata ?? {};
    const seen = await this.#see(kind, name, signal);
    if (seen.now) throw new ApiError(409, 'AlreadyExists', `${kind.plural} "${name}" already exists`);
    const made = await this.#created(kind, object, seen, signal, options);
    return this.#change({ verb: 'create', sent: object }, kind, name, seen, asCreated(made));
  }

  async apply<T>(kind: Kind<T>, object: T, options: { readonly force: boolean }, signal: AbortSignal): Promise<T> {
    const { name = '' } = (object as PlannedObject).metadata ?? {};
    const seen = await this.#see(kind, name, signal);
    const { now, isLive } = seen;
    if (isLive && !now)
      return this.#change(
        { verb: 'create', sent: object },
        kind,
        name,
        seen,
        asCreated(await this.#created(kind, object, seen, signal)),
      );
    const made = await this.#sent(
      kind,
      name,
      seen,
      this.#dry.apply(kind, isLive ? object : withoutIdentity(object), options, signal),
    );
    if (!isLive) return this.#change({ verb: now ? 'apply' : 'create', sent: object }, kind, name, seen, asCreated(made));
    seen.sent = undefined;
    return this.#change({ verb: 'apply', sent: object }, kind, name, seen, asLive(made, seen));
  }

  async patch<T>(kind: Kind<T>, name: string, operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<T> {
    const seen = await this.#see(kind, name, signal);
    if (!seen.now) throw notFound(kind, name);
    if (seen.sent === undefined)
      return this.#change(
        { verb: 'patch', sent: operations, isUnchecked: true },
        kind,
        name,
        seen,
        patchedBy(seen.now, operations) as T,
      );
    // The server knows nothing of the patches before: they go along. Controllers write the object meanwhile, so its version is tested by the first alone.
    const sent = [...seen.sent, ...operations];
    const sending = seen.sent.length === 0 ? sent : sent.filter(({ path }) => path !== '/metadata/resourceVersion');
    const made = await this.#sent(kind, name, seen, this.#dry.patch(kind, name, sending, signal));
    seen.sent = sent;
    return this.#change({ verb: 'patch', sent: operations }, kind, name, seen, asLive(made, seen));
  }

  async merge<T>(kind: Kind<T>, name: string, patch: object, signal: AbortSignal): Promise<T> {
    const seen = await this.#see(kind, name, signal);
    if (!seen.now) throw notFound(kind, name);
    const isFirst = seen.sent?.length === 0;
    const made = isFirst ? await this.#dry.merge(kind, name, patch, signal) : (mergedWith(seen.now, patch) as T);
    seen.sent = undefined;
    return this.#change({ verb: 'merge', sent: patch, isUnchecked: !isFirst }, kind, name, seen, asLive(made, seen));
  }

  /** What a finalizer may keep is taken as gone: whoever put it there lets go of it as a rule. */
  async remove<T>(kind: Kind<T>, name: string, options: { readonly uid?: string }, signal: AbortSignal): Promise<undefined> {
    const seen = await this.#see(kind, name, signal);
    if (!seen.now || (options.uid !== undefined && seen.now.metadata?.uid !== options.uid)) return;
    if (seen.isLive) await this.#dry.remove(kind, name, options, signal);
    seen.sent = undefined;
    this.#note({ verb: 'remove', sent: undefined, isUnchecked: !seen.isLive }, kind, name, seen, undefined);
  }

  until<T, R>(
    kind: Kind<T>,
    selection: Selection,
    decide: (objects: readonly T[]) => R | undefined,
    options: WaitOptions<T>,
    signal: AbortSignal,
  ): Promise<R> {
    if (this.#overlay.changes.length === 0) return this.#dry.until(kind, selection, decide, options, signal);
    return Promise.reject(new DeadlineError(`nothing comes of ${kind.plural} that are merely planned`));
  }

  request(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    return this.#dry.request(request, signal);
  }

  /** A name that the plan would have made free is taken on the server still: it is asked about an object of another one. */
  async #created<T>(kind: Kind<T>, object: T, { isLive }: Seen, signal: AbortSignal, options?: CreateOptions): Promise<T> {
    if (!isLive) return this.#dry.create(kind, object, signal, options);
    const { metadata } = object as PlannedObject;
    const name = `${metadata?.name?.slice(0, MAX_NAME - PLANNED.length - 1)}-${PLANNED}`;
    const made = await this.#dry.create(kind, { ...object, metadata: { ...metadata, name } }, signal, options);
    return { ...made, metadata: { ...(made as PlannedObject).metadata, name: metadata?.name } };
  }

  async #see<T>(kind: Kind<T>, name: string, signal: AbortSignal): Promise<Seen> {
    const key = keyOf(kind, name);
    const known = this.#overlay.objects.get(key);
    if (known) return known;
    const now = (await this.#dry.read(kind, name, signal)) as PlannedObject | undefined;
    const seen: Seen = { now, isLive: now !== undefined, version: now?.metadata?.resourceVersion, sent: now && [] };
    this.#overlay.objects.set(key, seen);
    return seen;
  }

  /** An object that somebody changes while the plan is made is read anew, unless the plan has changed it already. */
  async #sent<T>(kind: Kind<T>, name: string, { sent }: Seen, sending: Promise<T>): Promise<T> {
    try {
      return await sending;
    } catch (error) {
      if (isConflict(error) && sent?.length === 0) this.#overlay.objects.delete(keyOf(kind, name));
      throw error;
    }
  }

  #change<T>(request: Request, kind: Kind<T>, name: string, seen: Seen, after: T): T {
    this.#note(request, kind, name, seen, after as PlannedObject);
    return after;
  }

  #note(request: Request, { kind }: Kind<unknown>, name: string, seen: Seen, after: PlannedObject | undefined): void {
    this.#overlay.changes.push({ ...request, kind, name, before: seen.now, after });
    seen.now = after;
  }
}

/** Of what is not on the server there is no version that a precondition could name. */
const PLANNED = 'planned';

/** Of a Service, the shortest of all kinds. */
const MAX_NAME = 63;

/** Whether an object is not on the server, because the plan would create it. */
export const isPlanned = ({ metadata }: PlannedObject): boolean => metadata?.resourceVersion === PLANNED;

export const asCreated = <T>(object: T): T => {
  const { metadata } = object as PlannedObject;
  return { ...object, metadata: { uid: PLANNED, ...metadata, resourceVersion: PLANNED } };
};

/** The version that is still the server's; a change of an object leaves its status as it is. */
const asLive = <T>(object: T, { now, version: resourceVersion }: Seen): T => ({
  ...object,
  metadata: { ...(object as PlannedObject).metadata, resourceVersion },
  ...(now && 'status' in now && { status: now.status }),
});

const withoutIdentity = <T>(object: T): T => {
  const { uid: _, resourceVersion: __, ...metadata } = (object as PlannedObject).metadata ?? {};
  return { ...object, metadata };
};

const notFound = ({ plural }: Kind<unknown>, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${plural} "${name}" not found`);

/** By the equalities that the suite selects by. */
function matches({ metadata }: PlannedObject, { labels, fields }: Selection): boolean {
  const holds = (terms: string | undefined, lookUp: (key: string) => string | undefined) =>
    (terms ?? '').split(',').every((term) => {
      const [key = '', value] = term.split('=');
      return term === '' || lookUp(key) === value;
    });
  return (
    holds(labels, (key) => metadata?.labels?.[key]) &&
    holds(fields, (key) => (key === 'metadata.name' ? metadata?.name : undefined))
  );
}
