import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { ended, isImageOf, type Release } from '../../../release/record/record.js';
import { liveImageIn, templateOf } from '../app/app.js';
import { giveStableBack } from '../canary/leave.js';
import { tellLeftConfig } from '../config-maps/config.js';
import { kubernetes } from '../memory.js';
import { waitForRollout } from '../rollout/rollout.js';
import { chooseRevision } from '../stable/choose-revision.js';
import { readStable, revisionsOf, setStableImage, setStableTemplate, stableTarget } from '../stable/stable.js';
import { announce, now, type Work, waitOf, withStep } from '../work.js';

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
  const before = await readStable(work);
  const sets = await revisionsOf(work, before);
  const template = chooseRevision(before, sets, revision, work.app.container).spec?.template ?? {};
  // It ran before, so what keeps it from starting may pass.
  const enduring = { ...work, endures: true };
  return moveStable(enduring, before, liveImageIn(template, work.app.container), () => setStableTemplate(work, template));
}

/** Puts an image into stable, whatever the record says, and waits until it runs. */
export async function moveToImage(work: Work, image: string): Promise<Moved> {
  return moveStable(work, await readStable(work), image, () => setStableImage(work, work.app, image));
}

/** A promoted version that was moved out of stable by name is rolled back: a later rollback must not take that for somebody else's change. */
export async function noteMoved(work: Work, latest: Release, from: string): Promise<void> {
  if (latest.phase !== 'promoted' || !isImageOf(latest.canary, from)) return;
  const rolledBack = ended(latest, 'rolled-back', { at: now(work), by: work.runUrl, platform: kubernetes });
  await announce(work, rolledBack, withStep(work, rolledBack));
  await tellLeftConfig(work, latest);
}

/** @throws UserError when it does not start; stable is what it was before then, or the message says how far it is from that */
async function moveStable(work: Work, before: V1Deployment, to: string, write: () => Promise<V1Deployment>): Promise<Moved> {
  const from = liveImageIn(templateOf(before), work.app.container);
  const written = await write();
  const isChanged = !hasSameTemplate(before, written);
  try {
    await waitForRollout(work.cluster, stableTarget(work, written), waitOf(work));
  } catch (error) {
    if (!(error instanceof UserError) || work.held.signal.aborted || !isChanged) throw error;
    work.log.info(`${error.message}\nPutting stable back to what it ran before.`);
    const state = await putTemplateBack(work, templateOf(before), from);
    throw error.followedBy(state, { brief: error.brief });
  }
  await giveStableBack(work, { deployment: before.metadata?.name ?? '' });
  return { from, to, isChanged };
}

const hasSameTemplate = (a: V1Deployment, b: V1Deployment): boolean => isDeepStrictEqual(templateOf(a), templateOf(b));

/** Half of a rollout is nothing that a next step could begin from. @returns where that leaves stable */
async function putTemplateBack(work: Work, template: V1PodTemplateSpec, image: string): Promise<string> {
  const written = await setStableTemplate(work, template);
  const name = written.metadata?.name ?? '';
  try {
    await waitForRollout(work.cluster, stableTarget(work, written), waitOf({ ...work, endures: true }));
    return `Stable is back at what it ran before, ${image}. Traffic: 100 % stable; record: unchanged.`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return (
      `Stable was put back to what it ran before, ${image}, and is not whole either: ${error.message}\n` +
      `Traffic: 100 % stable, on the pods that are ready; record: unchanged. Name a version that starts with \`to-revision\` or \`to-image\`; kubectl rollout status deployment/${name} shows how far it is.`
    );
  } finally {
    if (!work.held.signal.aborted) await giveStableBack(work, { deployment: name });
  }
}
