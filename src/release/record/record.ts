import { isSameImage } from '../../image/image-identity.js';
import type { JudgeState } from '../../slo/judge/state.js';
import type { Verdict } from '../../slo/objective/objective.js';
import type { PlatformMemory, PlatformOnRecord } from '../platform.js';
import type { Testers } from '../testers.js';

/** Where a release stands; the states before the last of each line may be found after a killed process. */
export type Phase = 'starting' | 'holding' | 'promoting' | 'promoted' | 'aborting' | 'aborted' | 'rolling-back' | 'rolled-back';

/** The two workloads of a release. */
export type Workload = 'stable' | 'canary';

/** By which strategy a release goes, and how far that has come where its phase doesn't tell. */
export interface StrategyMemory {
  readonly kind: string;
  /** One of the strategy's; absent outside a promotion. */
  readonly stage?: string;
  /** Which workload is the one to go on with once the release is over; absent where that is stable, as with a canary. */
  readonly live?: Workload;
}

/** A version of the app, as much of it as is needed to bring it back. */
export interface Revision {
  /** Image of the released version, as it was asked for. */
  readonly image: string;
  /** What the API server made of that in stable's pod template, where a webhook wrote a mirror or a digest in its place. */
  readonly admitted?: string;
  /** Ids of the images that its pods run, as the container runtime reports them; absent when nobody looked. */
  readonly imageIds?: readonly string[];
  /** What the platform tells versions of one image apart by; empty for a canary that is not promoted. */
  readonly templateHash: string;
  /** Of stable's whole pod template, without what a restart leaves in it; absent for a canary that is not promoted. */
  readonly version?: string;
}

export interface Step {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly phase: Phase;
  readonly weight: number;
  /** ISO 8601, UTC: from when on the canary's pods of this step were to serve; absent where none began to. */
  readonly servedSince?: string;
  /** What was measured after the weight was written; absent when no request was seen. */
  readonly measured?: MeasuredShare;
  /** What the gate last found at this weight; absent when none looked. */
  readonly verdict?: Verdict;
  /** The `canaryVersion` that the verdict is about; absent on older records. */
  readonly judged?: string;
}

/** What a gate knew when it ended; the next one goes on from it. */
export interface GateMemory {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The canary's weight that it looked at, in percent. */
  readonly weight: number;
  readonly verdict: Verdict;
  /** The `canaryVersion` that it looked at; absent on older records. */
  readonly judged?: string;
  /** `of`: what each counts (`fingerprint`); absent on older records. */
  readonly objectives: ReadonlyArray<{ readonly name: string; readonly of?: string; readonly state: JudgeState }>;
}

/** The canary's real share and its 99 % interval, in percent. */
export interface MeasuredShare {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly proven: boolean;
  /** Estimated share of all requests that reach stable past the split, in percent; absent when the counts show none. */
  readonly uncovered?: number;
}

export interface Owner {
  /** What runs the pipeline; the other fields are in its terms. */
  readonly system: 'github-actions';
  readonly repository: string;
  /** Of the workflow run. GitHub promises that it is unique within the repository, so only both together name one. */
  readonly id: string;
  /** The attempt whose step last changed the release, so that a later one can tell what is not its own doing. */
  readonly attempt: number;
  readonly url: string;
  /** File of the workflow that started the release; absent where the runner did not say, and in older records. */
  readonly workflow?: string;
  /** Login of whoever started that run, and the commit that it was about; absent where the runner did not say, and in older records. */
  readonly actor?: string;
  readonly commit?: string;
}

/** What a run found stable to run already when it asked for it, so that its later steps know that they have nothing to do. */
export interface SeenLive {
  readonly image: string;
  readonly repository: string;
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Hash of the manifest that was live as a whole; absent where none was asked for. */
  readonly manifest?: string;
  /** Whether this run has created it: the first deployment of the app. */
  readonly isCreated?: boolean;
}

/** Where the figures of a release are, as far as its steps have said. */
export interface MetricsMemory {
  readonly port?: number | string;
  readonly path?: string;
  /** How long a page in which nothing changes is waited for. */
  readonly maxAgeMs?: number;
  /** Paths whose requests are no evidence, as the user names them. */
  readonly upkeepPaths?: readonly string[];
}

export interface Release {
  readonly id: string;
  readonly phase: Phase;
  readonly strategy: StrategyMemory;
  readonly owner: Owner;
  /** ISO 8601, UTC; until then no other run takes the release over. */
  readonly holdUntil: string;
  /** Where the app runs, and what only that platform knows of the release. */
  readonly platform: PlatformMemory;
  readonly stable: Revision;
  readonly canary: Revision;
  /** Of the canary's own pod template, as the API server answered when it was written; absent before that, and on older records. */
  readonly canaryVersion?: string;
  /** Who gets the canary at any weight. */
  readonly testers?: Testers;
  /** What load balancers and gateways ask the pods for, by what stood around the app when the release began. */
  readonly upkeepPaths?: readonly string[];
  /** Which series count its requests, where a step has said it; absent on records of earlier versions. */
  readonly requestMetric?: string;
  /** Where the pods show their metrics, where a step has said it; absent on records of earlier versions. */
  readonly metrics?: MetricsMemory;
  /** Whether going back after the promotion would break something, such as a migrated schema. */
  readonly irreversible: boolean;
  /** Share of the traffic that was last asked for, in percent. */
  readonly weight: number;
  /** What whole pods made of it, by stable's size at that moment; absent where a route splits, and on older records. */
  readonly given?: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Page of the workflow run that ended it, which need not be the owner. */
  readonly endedBy?: string;
  readonly reason?: string;
  /** Kinds of what of the canary is being deleted and kept by somebody else; absent where nothing is. */
  readonly kept?: readonly string[];
  readonly gate?: GateMemory;
  readonly steps: readonly Step[];
}

/** What is kept of a release that is over. */
export interface PastRelease {
  readonly id: string;
  readonly phase: Phase;
  readonly image: string;
  readonly previousImage: string;
  readonly runUrl: string;
  /** File of the workflow that started it. */
  readonly workflow?: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Of the record that is written. */
export const SCHEMA = 2;

/** Everything that is remembered of an app's releases; one text at one place. */
export interface ReleaseRecord {
  readonly schema: typeof SCHEMA;
  /** The newest release, in flight or over. */
  readonly latest?: Release;
  /** Newest first, at most ten. */
  readonly history: readonly PastRelease[];
  /** Runs whose version was live before they began, newest first. */
  readonly live?: readonly SeenLive[];
}

export const EMPTY_RECORD: ReleaseRecord = { schema: SCHEMA, history: [] };

const ENDED: readonly Phase[] = ['promoted', 'aborted', 'rolled-back'];
/** Of past releases that are kept. */
export const MAX_HISTORY = 10;
/** So many runs may ask at once for what is live already; `concurrency:` makes it one as a rule. */
export const MAX_SEEN = 5;

/** A release that is over: it holds nothing of stable any more, so nothing is left that a later rollback would give back. */
export function ended(
  release: Release,
  phase: 'promoted' | 'aborted' | 'rolled-back',
  { at, by, platform }: { readonly at: string; readonly by: string; readonly platform: PlatformOnRecord },
): Release {
  const { testers: _, ...rest } = release;
  const memory = platform.ended(release.platform.memory);
  return {
    ...rest,
    phase,
    strategy: { kind: release.strategy.kind },
    platform: { kind: platform.kind, memory },
    endedAt: at,
    endedBy: by,
  };
}

export const isOver = ({ phase }: Release): boolean => ENDED.includes(phase);

/** Whether there is a release that is neither promoted nor put back. */
export const isInFlight = (release: Release | undefined): release is Release & InFlight =>
  release !== undefined && !isOver(release);

interface InFlight {
  readonly phase: Exclude<Phase, 'promoted' | 'aborted' | 'rolled-back'>;
}

/** Whether another process has ended a release between two looks at the record: what was found of one that nobody had on record may be that. */
export const isSettledSince = (before: ReleaseRecord, { latest }: ReleaseRecord): boolean =>
  latest !== undefined && isOver(latest) && (latest.id !== before.latest?.id || latest.phase !== before.latest.phase);

/** Whether no step of it has been done yet, so that nothing of its canary is there but what a step that was cut has left. */
export const isAtItsFirstStep = ({ steps }: Release): boolean => steps.length === 0;

/** Whether a promotion may have begun to change stable: then undoing it means more than taking the weight away. */
export const hasTouchedStable = ({ strategy: { stage } }: Pick<Release, 'strategy'>): boolean =>
  stage !== undefined && stage !== 'shifted';

/** Whether an image in a pod template is the revision's, as it was asked for or as the API server made it. */
export const isImageOf = ({ image, admitted }: Revision, live: string): boolean => isSameImage(image, live) || admitted === live;

/** What a reason may have of a text; the rest of it has been said in the log. */
const MAX_REASON = 1000;

/** A new release takes the place of the latest, which moves into the history. */
export function withRelease(record: ReleaseRecord, { reason, ...rest }: Release): ReleaseRecord {
  const { latest } = record;
  const short = reason && reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
  const release: Release = short === undefined ? rest : { ...rest, reason: short };
  if (latest === undefined || latest.id === release.id) return { ...record, latest: release };
  const history = record.history.filter(({ id }) => id !== release.id);
  return { ...record, latest: release, history: [pastOf(latest), ...history].slice(0, MAX_HISTORY) };
}

const pastOf = (latest: Release): PastRelease => ({
  id: latest.id,
  phase: latest.phase,
  image: latest.canary.image,
  previousImage: latest.stable.image,
  runUrl: latest.owner.url,
  ...(latest.owner.workflow !== undefined && { workflow: latest.owner.workflow }),
  startedAt: latest.startedAt,
  endedAt: latest.endedAt ?? latest.startedAt,
});

/** What a run found live takes the place of what it found before. What was promoted in an app that is gone can't be taken back in one that is new. */
export function withSeenLive({ latest, ...before }: ReleaseRecord, seen: SeenLive): ReleaseRecord {
  const isGone = seen.isCreated === true && latest !== undefined && isOver(latest);
  const record: ReleaseRecord = isGone
    ? { ...before, history: [pastOf(latest), ...before.history].slice(0, MAX_HISTORY) }
    : { ...before, ...(latest && { latest }) };
  const others = (record.live ?? []).filter(({ repository, runId }) => repository !== seen.repository || runId !== seen.runId);
  return { ...record, live: [seen, ...others].slice(0, MAX_SEEN) };
}
