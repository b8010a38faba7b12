import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { WorkflowRun } from '../action/workflow-run.js';
import { POD } from '../target/kubernetes/kinds.js';
import { matchLabels } from '../target/kubernetes/selection.js';
import { imageIn, templateOf } from '../target/kubernetes/workload/app.js';
import { TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';
import { isReady, runningImageId } from '../target/kubernetes/workload/pod.js';
import { versionOf } from '../target/kubernetes/workload/pod-version.js';
import { waitForRollout } from '../target/kubernetes/workload/rollout.js';
import { owns, refuseOtherNames } from './begin.js';
import { chooseRevision } from './choose-revision.js';
import { dropCanaryConfig, dropNewConfig } from './config.js';
import { describeHold, HeldByAnotherRun } from './holder.js';
import { giveStableBack } from './leave.js';
import { ended, isOver, type Release } from './record.js';
import {
  readStable,
  recordedTemplate,
  restoreRevision,
  revisionsOf,
  setStableImage,
  setStableTemplate,
  stableTarget,
  templateHashOf,
  waitForStable,
} from './stable.js';
import { announce, now, type Work, waitOf, withStep } from './work.js';

/** `run`: only what this workflow run did; `any`: also another run's release. */
export type Scope = 'run' | 'any';

export type RollbackPlan =
  /** `held` is a release in flight that another run holds; `left` one that an earlier attempt of this run has promoted. */
  | { readonly kind: 'nothing'; readonly reason: string; readonly held?: Release; readonly left?: Release }
  | { readonly kind: 'abort'; readonly release: Release }
  | { readonly kind: 'restore'; readonly release: Release };

/**
 * What a rollback without arguments does. It looks only at the record, so that a failed build undoes nothing, and a second call nothing more.
 */
export function planRollback(latest: Release | undefined, scope: Scope, run: WorkflowRun): RollbackPlan {
  if (latest === undefined) return { kind: 'nothing', reason: 'This app has no release on record.' };
  if (scope === 'run' && !owns(run, latest)) return leftToItsRun(latest);
  if (!isOver(latest))
    return latest.phase === 'rolling-back' ? { kind: 'restore', release: latest } : { kind: 'abort', release: latest };
  if (latest.phase === 'promoted' && scope === 'run' && latest.owner.runAttempt < run.runAttempt) return leftToItsAttempt(latest);
  if (latest.phase === 'promoted') return { kind: 'restore', release: latest };
  return { kind: 'nothing', reason: `The latest release is ${latest.phase} already.` };
}

/** Whoever runs a green run again, or the failed jobs of one, has not asked to lose what it had released. */
const leftToItsAttempt = (left: Release): RollbackPlan => ({
  kind: 'nothing',
  reason:
    `Attempt ${left.owner.runAttempt} of this run promoted ${left.canary.image}, and no step of this attempt has changed it, so it stays. ` +
    '`scope: any` takes it back.',
  left,
});

function leftToItsRun(latest: Release): RollbackPlan {
  if (isOver(latest))
    return { kind: 'nothing', reason: `The latest release belongs to ${latest.owner.url}; \`scope: run\` leaves it alone.` };
  const reason = `${describeHold(latest)}; \`scope: run\` leaves it alone, and \`scope: any\` undoes it.`;
  return { kind: 'nothing', reason, held: latest };
}

/** @throws UserError when there is a release in flight, which would go on from a stable that is another one then */
export function refuseInFlight(latest: Release | undefined, run: WorkflowRun): void {
  if (latest === undefined || isOver(latest)) return;
  if (!owns(run, latest))
    throw new HeldByAnotherRun(latest, 'Let that run finish, or run rollback with `scope: any` and without arguments first.');
  throw new UserError(
    `A release is in flight (${latest.phase}); run rollback without arguments first. Nothing has been changed.`,
  );
}

/**
 * Brings stable back from a promoted release to the version before it.
 * @throws UserError when stable no longer runs what that release promoted, because what is live then is somebody else's decision
 */
export async function restore(work: Work, before: Release): Promise<Release> {
  if (before.phase === 'promoted' && (await wasChangedSince(work, before))) {
    throw new UserError(
      `Deployment ${work.cluster.namespace}/${before.deployment} was changed after release ${before.id} was promoted, so undoing that release would undo somebody else's change too. ` +
        'Say what you want with `to-revision: previous`, `to-revision: N` or `to-image`. Nothing has been changed.',
    );
  }
  if (before.irreversible) {
    throw new UserError(
      `Release ${before.id} is marked irreversible (\`irreversible: true\`), so its promotion is not undone automatically: ${before.stable.image} may not work with what went out with it. ` +
        'Release a fixed version instead, or force the old one with `to-image`. Nothing has been changed.',
    );
  }
  refuseOtherNames(work.app, before);
  const template = await recordedTemplate(work, before);
  return work.log.group(`Roll back to ${before.stable.image}`, async () => {
    const release = await announce(work, before, { phase: 'rolling-back' });
    const written = await restoreRevision(work, release, template);
    await waitForStable(work, release, written);
    await dropNewConfig(work, release);
    await dropCanaryConfig(work, release);
    await work.router.leave(work.held.signal);
    await giveStableBack(work, release);
    const rolledBack = ended(release, 'rolled-back', { at: now(work), by: work.runUrl });
    return announce(work, rolledBack, withStep(work, rolledBack));
  });
}

/** Whether stable runs another version than the release promoted; one that was restarted is the same. */
async function wasChangedSince(work: Work, { canary }: Release): Promise<boolean> {
  const stable = await readStable(work);
  if (canary.version !== undefined) return versionOf(templateOf(stable)) !== canary.version;
  return (await templateHashOf(work, stable)) !== canary.templateHash;
}

export interface Moved {
  readonly from: string;
  readonly to: string;
  /** False when stable was there already, so that nothing was written. */
  readonly isChanged: boolean;
}

/**
 * Moves a Deployment to one of its earlier revisions and waits until it runs. Unlike `kubectl rollout undo` it never goes forward again by itself.
 * @throws UserError when there is no such revision, or it was brought back already
 */
export async function moveToRevision(work: Work, revision: 'previous' | number): Promise<Moved> {
  const deployment = await readStable(work);
  const sets = await revisionsOf(work, deployment);
  const template = chooseRevision(deployment, sets, revision, work.app.container).spec?.template ?? {};
  const from = imageIn(templateOf(deployment), work.app.container);
  const to = imageIn(template, work.app.container);
  const written = await setStableTemplate(work, template);
  await waitForRollout(work.cluster, stableTarget(work, written), waitOf(work));
  await giveStableBack(work, { deployment: deployment.metadata?.name ?? '' });
  return { from, to, isChanged: !hasSameTemplate(deployment, written) };
}

/** Puts an image into stable, whatever the record says, and waits until it runs. */
export async function moveToImage(work: Work, image: string): Promise<Moved> {
  const deployment = await readStable(work);
  const from = imageIn(deployment.spec?.template ?? {}, work.app.container);
  const written = await setStableImage(work, work.app, image);
  await waitForRollout(work.cluster, stableTarget(work, written), waitOf(work));
  await giveStableBack(work, { deployment: deployment.metadata?.name ?? '' });
  return { from, to: image, isChanged: !hasSameTemplate(deployment, written) };
}

const hasSameTemplate = (a: V1Deployment, b: V1Deployment): boolean => isDeepStrictEqual(templateOf(a), templateOf(b));

/**
 * Proves what runs, not what was asked for: every ready pod of stable has the image in its spec, and the container runtime says that it is the
 * one that was meant.
 * @param knownIds image ids that the version had when it ran before; undefined or empty when nobody looked
 * @returns the image ids that run
 * @throws UserError when other pods are ready, or when the tag leads to another image by now
 */
export async function proveRunning(work: Work, image: string, knownIds: readonly string[] = []): Promise<string[]> {
  const { labels, container } = stableTarget(work);
  const pods = (
    await work.cluster.list(POD, { labels: `${matchLabels(labels)},${TRACK_LABEL}!=canary` }, work.held.signal)
  ).filter(isReady);
  const others = pods.filter((pod) => pod.spec?.containers.find(({ name }) => name === container)?.image !== image);
  if (pods.length === 0 || others.length > 0) {
    throw new UserError(
      `${pods.length} pods are ready and ${others.length} of them do not run ${image}: ${others.map(({ metadata }) => metadata?.name).join(', ')}.`,
    );
  }
  const ids = [...new Set(pods.map((pod) => runningImageId(pod, container)))];
  refuseOtherImage(image, ids, knownIds);
  return ids;
}

/** A tag can be moved, and a registry can answer with something else than it was asked for. */
export function refuseOtherImage(image: string, ids: readonly string[], knownIds: readonly string[]): void {
  const [, asked] = /@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  const isMeant = (id: string) => {
    if (knownIds.length > 0) return knownIds.includes(id);
    // Without a repository in front it may be the digest of the image's configuration, which nobody asked for.
    return asked === undefined || !id.includes('@sha256:') || id.endsWith(asked);
  };
  const wrong = ids.filter((id) => !isMeant(id));
  if (wrong.length === 0) return;
  const before = knownIds.length > 0 ? `before the release they ran ${knownIds.join(', ')}` : `${asked} was asked for`;
  throw new UserError(
    `The pods are ready and name ${image}, but they run ${wrong.join(', ')}; ${before}. The tag leads to another image now. Name the right one by its digest with \`to-image\`.`,
  );
}
