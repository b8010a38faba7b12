import { digestOf, isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { WorkflowRun } from '../../../kernel/workflow-run.js';
import { ownerOf, owns, refuseHeld } from '../../../release/record/holder.js';
import { isInFlight, type Release, type ReleaseRecord, type Revision } from '../../../release/record/record.js';
import { describeLatest, howLive, settledBy } from '../../../release/record/seen-live.js';
import { refuseEnded, refuseStopped, replacesNewer } from '../../../release/record/stopped.js';
import { type App, imageIn, replicasOf, templateOf } from '../app/app.js';
import { contentHash } from '../canary-objects/canary-config.js';
import { isForeignConfig, refuseForeignConfig } from '../config-maps/live-config.js';
import type { FiguresMemory } from '../evidence/figures.js';
import type { Travelling, TravellingConfigMap } from '../manifest/travelling.js';
import { kubernetes, kubernetesOf, type ManifestMemory, onKubernetes } from '../memory.js';
import { versionOf } from '../pods/pod-version.js';
import type { Prepared } from '../preflight/preflight.js';
import type { RouterMemory } from '../router.js';
import { isForeign, isRewritten, type LiveStable, refuseForeign } from '../stable/live-stable.js';
import { USUAL } from '../strategies/index.js';

export { owns };

export interface Request {
  /** Image to release; undefined means the one that is in flight. */
  readonly image: string | undefined;
  /** Whether the API server makes of it what stable runs, by another name. */
  readonly isLive?: boolean;
  readonly weight: number;
  readonly takeOver: boolean;
  /** What a manifest says of the version; undefined without one. */
  readonly next?: NextVersion | undefined;
}

export interface NextVersion {
  readonly hash: string;
  /** Whether stable runs it already. */
  readonly isLive: boolean;
  readonly changesTemplate: boolean;
  /** The ConfigMaps that it changes. */
  readonly configMaps: readonly TravellingConfigMap[];
}

/** What a step finds and is to do, before anything is changed. */
export type Start =
  | NothingToDo
  | { readonly kind: 'continue'; readonly release: Release }
  /** A release that was being put back, or that is taken over, is put back first. */
  | { readonly kind: 'put-back-first'; readonly release: Release }
  | { readonly kind: 'begin'; readonly warning?: string };

export interface NothingToDo {
  readonly kind: 'nothing';
  readonly reason: string;
  /** What the user should know besides. */
  readonly warning?: string;
  /** The release that has brought all of what the step asks for; undefined when none has. */
  readonly latest: Release | undefined;
  /** What stable runs, when that is what the step is about. */
  readonly live?: string;
  /** Whether the later steps of this run would not know it from the record. */
  readonly isNew: boolean;
}

/**
 * Decides what a step has to do with what it finds.
 * @param live what stable runs at present
 * @throws UserError when the release in flight belongs to another run, is one of another image, or of another stable
 */
export function decideStart(record: ReleaseRecord, request: Request, run: WorkflowRun, live: LiveStable, nowMs: number): Start {
  const { latest } = record;
  if (!isInFlight(latest)) return decideFresh(record, request, run, live.image);
  refuseHeld(latest, request, run, nowMs);
  const isOurs = owns(run, latest);
  if (request.weight === 0) return { kind: 'continue', release: latest };
  if (!isOurs || isHalfUndone(latest) || isHalfPromoted(latest, request)) return { kind: 'put-back-first', release: latest };
  const other = otherVersion(latest, request);
  if (other !== undefined) {
    if (startsOver(latest, request, run)) return { kind: 'put-back-first', release: latest };
    throw new UserError('release-in-flight', other);
  }
  const configMaps = request.next?.configMaps ?? [];
  const isChanged =
    isForeign(latest, live) ||
    isRewritten(latest, live) ||
    configMaps.some((each) => isForeignConfig(latest, each.name, each.live));
  if (isChanged && request.takeOver && request.image !== undefined) return { kind: 'put-back-first', release: latest };
  refuseForeign(latest, live);
  for (const each of configMaps) refuseForeignConfig(latest, each.name, each.live);
  return { kind: 'continue', release: latest };
}

/** An attempt that was lost may have left another build of the same commit behind. Within one attempt two versions are a mistake. */
const startsOver = ({ owner }: Release, { image, takeOver }: Request, { runAttempt }: WorkflowRun): boolean =>
  image !== undefined && (takeOver || runAttempt > owner.attempt);

const isHalfUndone = ({ phase }: Release): boolean => phase === 'aborting' || phase === 'rolling-back';

/** Stable may be half updated, so no share of the traffic may go back to it; a run that starts over starts from stable as it was. */
const isHalfPromoted = ({ phase }: Release, { weight }: Request): boolean => phase === 'promoting' && weight < 100;

/**
 * Each step of a release goes on with what the first began with, or pods of two versions would be called the canary.
 * @returns why the step asks for something else than is in flight; undefined when it does not
 */
function otherVersion(release: Release, { next, image }: Request): string | undefined {
  const { canary, phase, weight } = release;
  const { manifest } = kubernetesOf(release);
  if (manifest?.hash !== next?.hash) {
    const what =
      manifest === undefined
        ? 'began without a manifest, and this step has one'
        : next === undefined
          ? 'began with a manifest, and this step has none'
          : 'began with another manifest than this step has';
    return `The release of ${canary.image} ${what}. Give each of its steps the same \`manifest\`, or abort it first with \`weight: 0\`. Nothing has been changed.`;
  }
  if (image === undefined || isSameImage(image, canary.image)) return undefined;
  return (
    `A release of ${canary.image} is in flight (${phase}, ${weight} %), and this step asks for ${image}. ` +
    'Abort it first with `weight: 0`, or promote it; `take-over: true` does the first and begins anew. Nothing has been changed.'
  );
}

function decideFresh(
  record: ReleaseRecord,
  { image, isLive, weight, next, takeOver }: Request,
  run: WorkflowRun,
  liveImage: string,
): Start {
  const { latest } = record;
  const nothing = { kind: 'nothing', latest: undefined, isNew: false } as const;
  if (weight === 0) return { ...nothing, reason: 'No release is in flight, so there is nothing to abort.' };
  const settled = settledBy(record, run, liveImage, kubernetes);
  const brought = (by: Release | undefined) => (weight === 100 ? by : undefined);
  if (image === undefined && settled) {
    const how = settled.release ? 'is promoted already' : howLive(settled);
    return { ...nothing, reason: `${settled.image} ${how}.`, live: liveImage, latest: brought(settled.release) };
  }
  if (image === undefined) {
    const known = describeLatest(record, liveImage);
    throw new UserError(
      'image-needed',
      `No release is in flight, so \`image\` is needed to start one: it is left out, or its expression gives nothing. ${known === '' ? '' : `${known} `}Pass the image of the new version, best by digest; where it is an output, look whether the step has the \`id\` that the expression names, and has pushed. Nothing has been changed.`,
    );
  }
  const whole = next && !next.isLive ? settledBy(record, run, liveImage, kubernetes, next.hash) : undefined;
  if (next && whole) {
    const reason = `This run has brought ${whole.image} and its manifest already.`;
    return { ...nothing, reason, warning: changedSince(next), live: liveImage, latest: brought(whole.release) };
  }
  if (next ? next.isLive : isLive || isSameImage(image, liveImage)) {
    const by = latest?.phase === 'promoted' && latest.canary.image === image ? latest : undefined;
    return {
      ...nothing,
      reason: `Stable already runs ${image}.`,
      ...(digestOf(image) === undefined && { warning: movedTag(image) }),
      live: liveImage,
      latest: brought(by),
      isNew: settled === undefined,
    };
  }
  const warning =
    refuseStopped(latest, { image, takeOver, manifest: next?.hash }, run, kubernetes) ?? replacesNewer(record, run, image);
  return { kind: 'begin', ...(warning !== undefined && { warning }) };
}

/** Whoever runs a green run again has not asked to write over what somebody has changed since. */
function changedSince({ changesTemplate, configMaps }: NextVersion): string {
  const changed = [
    ...(changesTemplate ? ["stable's pod template"] : []),
    ...configMaps.map(({ name, live }) => `ConfigMap ${name}${live ? '' : ' (deleted)'}`),
  ];
  return (
    `Somebody has changed what this run brought: ${changed.join(', ')}. It is left as it is. ` +
    'To bring it as the manifest has it, start a new run; to keep the change, write it into the manifest.'
  );
}

const movedTag = (image: string): string =>
  `Stable already runs ${image}, so this step has nothing to release. A tag may have been moved to another image since, and this step does not ask the registry: ` +
  'name the image by its digest (build-image: output `image`), and what was built anew is released.';

/** @throws UserError when the release of its run that a step came to has been ended by somebody else before the step had the lock */
export function refuseEndedMeanwhile(first: Start, start: Start, record: ReleaseRecord, run: WorkflowRun): void {
  if ('release' in first && start.kind === 'begin') refuseEnded(first.release, record, run);
}

/**
 * A release is carried on, or put back, only with the objects that it was started with.
 * @throws UserError naming the inputs that lead to them
 */
export function refuseOtherNames(app: App, release: Release): void {
  const recorded = kubernetesOf(release);
  const given = { deployment: app.deployment.metadata?.name, service: app.service.metadata?.name, container: app.container };
  const names = ['deployment', 'service', 'container'] as const;
  const different = names.filter((name) => recorded[name] !== given[name]);
  if (different.length === 0) return;
  throw new UserError(
    'release-begun-otherwise',
    `The release on record was started with ${different.map((name) => `${name} ${recorded[name]}`).join(', ')}; this step names ${different.map((name) => `${name} ${given[name]}`).join(', ')}. ` +
      `Give it the same inputs: ${different.map((name) => `\`${name}: ${recorded[name]}\``).join(', ')}. Nothing has been changed.`,
  );
}

/** Tokens of an hour are usual, and each job fetches its own; those that end sooner may end in the middle of this one. */
const SOON_MS = 30 * 60_000;

/** Credentials that end before the release may: whatever puts it back later would need others. All in milliseconds since the epoch. */
export function warnOfExpiry(
  expiresAt: number | undefined,
  { nowMs, holdUntil }: { readonly nowMs: number; readonly holdUntil: number },
  log: Pick<Log, 'info' | 'warning'>,
): void {
  if (expiresAt === undefined || expiresAt >= holdUntil) return;
  const text =
    `The cluster credentials expire at ${new Date(expiresAt).toISOString()}, before this release may end (${new Date(holdUntil).toISOString()}). ` +
    'A later step or rollback needs fresh ones: fetch them in each job, or shorten `hold-for`.';
  if (expiresAt - nowMs < SOON_MS) log.warning(text);
  else log.info(text);
}

export interface Beginning {
  readonly app: App;
  readonly image: string;
  readonly run: WorkflowRun;
  readonly router: RouterMemory;
  readonly stable: Pick<Revision, 'templateHash' | 'imageIds'>;
  readonly prepared: Pick<Prepared, 'autoscaler' | 'budget'> & Partial<Pick<Prepared, 'upkeepPaths'>>;
  readonly figures: FiguresMemory;
  readonly irreversible: boolean;
  readonly holdForMs: number;
  readonly nowMs: number;
  /** Random, for the release's id. */
  readonly nonce: string;
}

/** A release at its first moment: nothing exists yet, all that is needed to undo it is known. */
export function newRelease(beginning: Beginning): Release {
  const { app, image, run, router, stable, prepared, figures, irreversible, holdForMs, nowMs, nonce } = beginning;
  const template = templateOf(app.deployment);
  return {
    id: `${run.runId}-${run.runAttempt}-${nonce}`,
    phase: 'starting',
    strategy: { kind: USUAL.kind },
    owner: ownerOf(run),
    holdUntil: new Date(nowMs + holdForMs).toISOString(),
    platform: onKubernetes({
      deployment: app.deployment.metadata?.name ?? '',
      service: app.service.metadata?.name ?? '',
      container: app.container,
      stableReplicas: replicasOf(app.deployment),
      router,
      ...(app.isolationKey !== undefined && { isolationKey: app.isolationKey }),
      ...(prepared.autoscaler && { autoscaler: prepared.autoscaler }),
      ...(prepared.budget && { budget: prepared.budget }),
      ...(app.next && { manifest: manifestMemory(app.next) }),
    }),
    stable: { image: imageIn(template, app.container), version: versionOf(template), ...stable },
    canary: { image, templateHash: '' },
    ...(prepared.upkeepPaths?.length && { upkeepPaths: prepared.upkeepPaths }),
    ...figures,
    irreversible,
    weight: 0,
    startedAt: new Date(nowMs).toISOString(),
    steps: [],
  };
}

const manifestMemory = ({ hash, template, configMaps }: Travelling): ManifestMemory => ({
  hash,
  version: versionOf(template),
  configMaps: configMaps.map(({ name }) => name),
  contents: configMaps.map(({ name, data, live }) => ({ name, before: contentHash(live), after: contentHash(data) })),
});
