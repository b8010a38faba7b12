import type { Runtime } from '../action/runtime.js';
import type { WorkflowRun } from '../action/workflow-run.js';
import { newRelease, warnOfExpiry } from './begin.js';
import { forgetFormerConfig } from './config.js';
import { freshNonce } from './open.js';
import type { Prepared } from './preflight.js';
import type { Release } from './record.js';
import { runningRevision } from './stable.js';
import { announce, type Work } from './work.js';

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
  const release = { ...before, owner: { ...before.owner, runAttempt } };
  return irreversible && !release.irreversible ? announce(work, release, { irreversible }) : release;
}

/** A release that is about to start; its first announcement, before its first effect, puts it on record. */
export async function beginRelease(
  work: Work,
  { irreversible, holdFor }: { readonly irreversible: boolean; readonly holdFor: number },
  image: string,
  prepared: Prepared | undefined,
  { clock, workflowRun }: Pick<Runtime, 'clock' | 'workflowRun'>,
): Promise<Release> {
  if (!prepared) throw new Error('a release begins without having looked around first');
  await forgetFormerConfig(work, work.held.record.latest);
  warnOfExpiry(work.cluster.credentialsExpireAt, clock.now() + holdFor, work.log);
  return newRelease({
    app: work.app,
    image,
    run: workflowRun,
    router: work.router.memory,
    stable: await runningRevision(work, work.app.deployment),
    prepared,
    irreversible,
    holdForMs: holdFor,
    nowMs: clock.now(),
    nonce: freshNonce(),
  });
}
