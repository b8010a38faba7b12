import type { V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { ended, type Release } from '../../../release/record/record.js';
import { templateOf } from '../app/app.js';
import { giveStableBack } from '../canary/leave.js';
import { dropCanaryConfig, dropNewConfig } from '../config-maps/config.js';
import { refuseOtherNames } from '../decide/begin.js';
import { kubernetes, kubernetesOf } from '../memory.js';
import { versionOf } from '../pods/pod-version.js';
import { ForeignStable } from '../stable/live-stable.js';
import { readStable, recordedTemplate, restoreRevision, templateHashOf, waitForStable } from '../stable/stable.js';
import { announce, now, type Work, withStep } from '../work.js';
import { refuseScaledDown, startStable } from './undo-stable.js';

/**
 * Brings stable back from a promoted release to the version before it.
 * @throws UserError when stable no longer runs what that release promoted, because what is live then is somebody else's decision
 */
export async function restore(work: Work, before: Release): Promise<Release> {
  if (before.phase === 'promoted' && (await wasChangedSince(work, before))) throw changedSince(work, before);
  if (before.irreversible) {
    throw new UserError(
      'release-irreversible',
      `Release ${before.id} is marked irreversible (\`irreversible: true\`), so its promotion is not undone automatically: ${before.stable.image} may not work with what went out with it. ` +
        'Release a fixed version instead, or force the old one with `to-image`. Nothing has been changed.',
    );
  }
  refuseOtherNames(work.app, before);
  const template = await recordedTemplate(work, before);
  return work.log.group(`Roll back to ${before.stable.image}`, async () => {
    const rollingBack = await announce(work, before, { phase: 'rolling-back' });
    const { release, written } = await startStable(work, rollingBack, await writeBack(work, rollingBack, template));
    await waitForStable(work, release, written);
    await refuseScaledDown(work, release);
    await dropNewConfig(work, release);
    await dropCanaryConfig(work, release);
    await work.router.leave(work.held.signal);
    await giveStableBack(work, kubernetesOf(release));
    const rolledBack = ended(release, 'rolled-back', { at: now(work), by: work.runUrl, platform: kubernetes });
    return announce(work, rolledBack, withStep(work, rolledBack));
  });
}

/** What somebody has put there a moment before stays, and the release is what it was. */
async function writeBack(work: Work, release: Release, template: V1PodTemplateSpec): Promise<V1Deployment> {
  try {
    return await restoreRevision(work, release, template);
  } catch (error) {
    if (!(error instanceof ForeignStable)) throw error;
    await announce(work, release, { phase: 'promoted' });
    throw changedSince(work, release, error);
  }
}

const changedSince = ({ cluster }: Work, release: Release, cause?: unknown): UserError =>
  new UserError(
    'stable-changed',
    `Deployment ${cluster.namespace}/${kubernetesOf(release).deployment} was changed after release ${release.id} was promoted, so undoing that release would undo somebody else's change too. ` +
      'Say what you want with `to-revision: previous`, `to-revision: N` or `to-image`. Nothing has been changed.',
    { cause },
  );

/** Whether stable runs another version than the release promoted; one that was restarted is the same. */
async function wasChangedSince(work: Work, { canary }: Release): Promise<boolean> {
  const stable = await readStable(work);
  if (canary.version !== undefined) return versionOf(templateOf(stable)) !== canary.version;
  return (await templateHashOf(work, stable)) !== canary.templateHash;
}
