import { UserError } from '../../../kernel/errors.js';
import type { Runtime } from '../../../kernel/runtime.js';
import type { WorkflowRun } from '../../../kernel/workflow-run.js';
import { freshNonce } from '../../../release/record/nonce.js';
import { ended, type Release } from '../../../release/record/record.js';
import { forgetFormerConfig } from '../config-maps/config.js';
import { withFigures } from '../evidence/figures.js';
import { kubernetes } from '../memory.js';
import { recordedNames, refuseSecondName } from '../preflight/other-names.js';
import type { Prepared } from '../preflight/preflight.js';
import { runningRevision } from '../stable/stable.js';
import { announce, now, serverMs, type Work } from '../work.js';
import { newRelease, warnOfExpiry } from './begin.js';

/**
 * A release that goes on, as the doing of this attempt. Its migration may go out with a later step than the first, and it is no less irreversible
 * for that.
 */
export async function continueRelease(
  work: Work,
  before: Release,
  { irreversible }: { readonly irreversible: boolean },
  { runAttempt }: WorkflowRun,
): Promise<Release> {
  const release = withFigures({ ...before, owner: { ...before.owner, attempt: runAttempt } }, work.figures);
  return irreversible && !release.irreversible ? announce(work, release, { irreversible }) : release;
}

/**
 * A release that is about to start: on record, before its first effect.
 * @throws UserError when another name's release of the same Deployment is on record too; this one is over then, and the one before it the latest again
 */
export async function beginRelease(
  work: Work,
  { irreversible, holdFor }: { readonly irreversible: boolean; readonly holdFor: number },
  image: string,
  prepared: Prepared | undefined,
  { workflowRun }: Pick<Runtime, 'workflowRun'>,
): Promise<Release> {
  if (!prepared) throw new Error('a release begins without having looked around first');
  await forgetFormerConfig(work, work.held.record.latest);
  const nowMs = serverMs(work);
  warnOfExpiry(work.cluster.credentialsExpireAt, { nowMs, holdUntil: nowMs + holdFor }, work.log);
  const release = newRelease({
    app: work.app,
    image,
    run: workflowRun,
    router: work.router.memory,
    stable: await runningRevision(work, work.app.deployment),
    prepared,
    figures: work.figures,
    irreversible,
    holdForMs: holdFor,
    nowMs,
    nonce: freshNonce(),
  });
  const former = work.held.record.latest;
  await announce(work, release, {});
  return refuseSimultaneous(work, release, former);
}

/** Two steps that began at one moment under two names have both looked around before either was on record. Now at least one sees the other. */
async function refuseSimultaneous(work: Work, release: Release, former: Release | undefined): Promise<Release> {
  try {
    refuseSecondName(await recordedNames(work.cluster, work.app, work.held.signal), work.app);
    return release;
  } catch (error) {
    if (error instanceof UserError) {
      const reason = 'its Deployment is released under another name';
      await announce(work, ended(release, 'aborted', { at: now(work), by: work.runUrl, platform: kubernetes }), { reason });
      // What was promoted before can still be taken back.
      if (former) await announce(work, former, {});
    }
    throw error;
  }
}
