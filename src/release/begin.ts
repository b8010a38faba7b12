import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { WorkflowRun } from '../action/workflow-run.js';
import type { RouterMemory } from '../target/kubernetes/routers/router.js';
import { type App, imageIn, replicasOf, templateOf } from '../target/kubernetes/workload/app.js';
import { HeldByAnotherRun } from './holder.js';
import type { Prepared } from './preflight.js';
import { isOver, type Owner, type Release, type ReleaseRecord, type Revision } from './record.js';

export interface Request {
  /** Image to release; undefined means the one that is in flight. */
  readonly image: string | undefined;
  readonly weight: number;
  readonly takeOver: boolean;
  /** What a manifest says of the version; undefined without one. */
  readonly next?: { readonly hash: string; readonly isLive: boolean } | undefined;
}

/** What a step finds and is to do, before anything is changed. */
export type Start =
  | { readonly kind: 'nothing'; readonly reason: string; readonly latest: Release | undefined }
  | { readonly kind: 'continue'; readonly release: Release }
  /** A release that was being put back, or that is taken over, is put back first. */
  | { readonly kind: 'put-back-first'; readonly release: Release }
  | { readonly kind: 'begin' };

export const ownerOf = ({ repository, runId, runAttempt, url }: WorkflowRun): Owner => ({ repository, runId, runAttempt, url });

/** The run that started a release owns it, in any later attempt too. */
export const owns = (run: WorkflowRun, { owner }: Release): boolean =>
  owner.repository === run.repository && owner.runId === run.runId && run.runAttempt >= owner.runAttempt;

/**
 * Decides what a step has to do with what it finds.
 * @param liveImage image that stable runs at present
 * @throws UserError when the release in flight belongs to another run, or is one of another image
 */
export function decideStart(
  { latest }: ReleaseRecord,
  request: Request,
  run: WorkflowRun,
  liveImage: string,
  nowMs: number,
): Start {
  if (latest === undefined || isOver(latest)) return decideFresh(latest, request, liveImage);
  const isOurs = owns(run, latest);
  const isExpired = Date.parse(latest.holdUntil) <= nowMs;
  if (!isOurs && !isExpired && !request.takeOver) throw new HeldByAnotherRun(latest, WAY_OUT);
  if (request.weight === 0) return { kind: 'continue', release: latest };
  if (!isOurs || isHalfUndone(latest) || isHalfPromoted(latest, request)) return { kind: 'put-back-first', release: latest };
  refuseOtherManifest(latest, request);
  if (request.image === undefined || request.image === latest.canary.image) return { kind: 'continue', release: latest };
  throw new UserError(
    `A release of ${latest.canary.image} is in flight (${latest.phase}, ${latest.weight} %), and this step asks for ${request.image}. ` +
      'Abort it first with `weight: 0`, or promote it. Nothing has been changed.',
  );
}

const WAY_OUT = 'Let that run finish, run the rollback action there, or set `take-over: true` to put it back and go on.';

const isHalfUndone = ({ phase }: Release): boolean => phase === 'aborting' || phase === 'rolling-back';

/** Stable may be half updated, so no share of the traffic may go back to it; a run that starts over starts from stable as it was. */
const isHalfPromoted = ({ phase }: Release, { weight }: Request): boolean => phase === 'promoting' && weight < 100;

/** Each step of a release goes on with what the first began with, or pods of two versions would be called the canary. */
function refuseOtherManifest({ manifest, canary }: Release, { next }: Request): void {
  if (manifest?.hash === next?.hash) return;
  const what =
    manifest === undefined
      ? 'began without a manifest, and this step has one'
      : next === undefined
        ? 'began with a manifest, and this step has none'
        : 'began with another manifest than this step has';
  throw new UserError(
    `The release of ${canary.image} ${what}. Give each of its steps the same \`manifest\`, or abort it first with \`weight: 0\`. Nothing has been changed.`,
  );
}

function decideFresh(latest: Release | undefined, { image, weight, next }: Request, liveImage: string): Start {
  if (weight === 0) return { kind: 'nothing', reason: 'No release is in flight, so there is nothing to abort.', latest };
  if (image === undefined && weight === 100 && latest?.phase === 'promoted')
    return { kind: 'nothing', reason: `${latest.canary.image} is promoted already.`, latest };
  if (image === undefined) {
    throw new UserError(
      'No release is in flight, so `image` is needed to start one. Pass the image of the new version, best by digest. Nothing has been changed.',
    );
  }
  if (next ? next.isLive : image === liveImage)
    return {
      kind: 'nothing',
      reason: `Stable already runs ${image}.`,
      latest: latest?.canary.image === image ? latest : undefined,
    };
  return { kind: 'begin' };
}

/**
 * A step that came to a release of its run in flight does not begin it anew once somebody else has ended it: a rollback at night must not be undone
 * by the pipeline that it stopped.
 * @param first what the step was going to do before it had the lock
 * @param start what there is to do now that it has
 * @throws UserError naming the run that ended the release
 */
export function refuseEndedMeanwhile(first: Start, start: Start, { latest }: ReleaseRecord, run: WorkflowRun): void {
  if (!('release' in first) || !owns(run, first.release) || start.kind !== 'begin' || latest?.endedBy === run.url) return;
  throw new UserError(
    `The release of ${first.release.canary.image} that this step came to is over: ${latest?.endedBy ?? 'another run'} has ended it meanwhile (${latest?.phase ?? 'no record'}${latest?.reason ? `: ${latest.reason}` : ''}). ` +
      'Run the step again to release it anew. This step has changed nothing.',
  );
}

/**
 * A release is carried on, or put back, only with the objects that it was started with.
 * @throws UserError naming the inputs that lead to them
 */
export function refuseOtherNames(app: App, release: Release): void {
  const recorded = { deployment: release.deployment, service: release.service, container: release.container };
  const given = { deployment: app.deployment.metadata?.name, service: app.service.metadata?.name, container: app.container };
  const names = ['deployment', 'service', 'container'] as const;
  const different = names.filter((name) => recorded[name] !== given[name]);
  if (different.length === 0) return;
  throw new UserError(
    `The release on record was started with ${different.map((name) => `${name} ${recorded[name]}`).join(', ')}; this step names ${different.map((name) => `${name} ${given[name]}`).join(', ')}. ` +
      `Give it the same inputs: ${different.map((name) => `\`${name}: ${recorded[name]}\``).join(', ')}. Nothing has been changed.`,
  );
}

/** Credentials that end before the release may: whatever puts it back later would need others. Both in milliseconds since the epoch. */
export function warnOfExpiry(expiresAt: number | undefined, holdUntil: number, log: Pick<Log, 'warning'>): void {
  if (expiresAt === undefined || expiresAt >= holdUntil) return;
  log.warning(
    `The cluster credentials expire at ${new Date(expiresAt).toISOString()}, before this release may end (${new Date(holdUntil).toISOString()}). ` +
      'A later step or rollback needs fresh ones: fetch them in each job, or shorten `hold-for`.',
  );
}

export interface Beginning {
  readonly app: App;
  readonly image: string;
  readonly run: WorkflowRun;
  readonly router: RouterMemory;
  readonly stable: Pick<Revision, 'templateHash' | 'imageIds'>;
  readonly prepared: Pick<Prepared, 'autoscaler' | 'budget'>;
  readonly irreversible: boolean;
  readonly holdForMs: number;
  readonly nowMs: number;
  /** Random, for the release's id. */
  readonly nonce: string;
}

/** A release at its first moment: nothing exists yet, all that is needed to undo it is known. */
export function newRelease(beginning: Beginning): Release {
  const { app, image, run, router, stable, prepared, irreversible, holdForMs, nowMs, nonce } = beginning;
  return {
    id: `${run.runId}-${run.runAttempt}-${nonce}`,
    phase: 'starting',
    owner: ownerOf(run),
    holdUntil: new Date(nowMs + holdForMs).toISOString(),
    deployment: app.deployment.metadata?.name ?? '',
    service: app.service.metadata?.name ?? '',
    container: app.container,
    stable: { image: imageIn(templateOf(app.deployment), app.container), ...stable },
    canary: { image, templateHash: '' },
    stableReplicas: replicasOf(app.deployment),
    router,
    ...(app.isolationKey !== undefined && { isolationKey: app.isolationKey }),
    ...(prepared.autoscaler && { autoscaler: prepared.autoscaler }),
    ...(prepared.budget && { budget: prepared.budget }),
    ...(app.next && { manifest: { hash: app.next.hash, configMaps: app.next.configMaps.map(({ name }) => name) } }),
    irreversible,
    weight: 0,
    startedAt: new Date(nowMs).toISOString(),
    steps: [],
  };
}
