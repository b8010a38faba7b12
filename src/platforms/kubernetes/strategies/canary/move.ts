import type { V1Deployment } from '@kubernetes/client-node';
import { formatDuration } from '../../../../kernel/duration.js';
import { UserError } from '../../../../kernel/errors.js';
import { hasTouchedStable, type Release } from '../../../../release/record/record.js';
import { DEPLOYMENT } from '../../api/kinds.js';
import { canaryName, imageIn, templateOf } from '../../app/app.js';
import { isMadeOf } from '../../canary-objects/admitted-image.js';
import { warnOfChange } from '../../evidence/canary-change.js';
import { judgeHold, putBackAfter } from '../../gate/judge-hold.js';
import type { Attempt } from '../../going-back/undo.js';
import { kubernetesOf } from '../../memory.js';
import { keepHolding } from '../../stable/hold-stable.js';
import type { Move } from '../../strategy.js';
import type { Work } from '../../work.js';
import { keepsTrafficOffStable, neverHasAll, promote } from './promote.js';
import { raise } from './raise.js';

/** Moves the release to where the step wants it, and judges it there. */
export async function move(work: Work, known: Release, asked: Move): Promise<Attempt> {
  // A canary that is merely planned can't be judged.
  const target: Move = work.cluster.plan ? { ...asked, gate: undefined } : asked;
  const canary = hasCanary(known) ? await work.cluster.read(DEPLOYMENT, canaryName(work.app.name), work.held.signal) : undefined;
  if (target.image === undefined) await refuseForged(work, known, canary);
  // A promotion that was cut after it had judged has a canary that is only to be removed.
  if (!hasTouchedStable(known)) {
    const isWritten = target.weight < 100 || keepsTrafficOffStable(target.promotion, work.router);
    warnOfChange(known, canary, isWritten, work.log);
  }
  const before = await keepHolding(work, known);
  if (target.weight === 100) return promote(work, before, target);
  const { release, breach } = await raise(work, before, target, canary, target.gate);
  if (breach) return putBackAfter(work, release, breach);
  return target.gate ? judgeHold(work, release, target.gate) : { release, failure: undefined };
}

/** Whether a canary may be there: the first step has one only when it was cut. */
const hasCanary = ({ phase, weight }: Release): boolean => phase !== 'starting' || weight > 0;

/**
 * The record alone must not decide what is deployed: whoever may write Leases could name any image. A step that names none goes on with what runs;
 * after a promotion that was cut while it removed its canary, that is stable.
 */
async function refuseForged({ app, cluster, held }: Work, release: Release, live: V1Deployment | undefined): Promise<void> {
  const { canary } = release;
  const { container } = kubernetesOf(release);
  const name = canaryName(app.name);
  if (await isMadeOf(cluster, live ?? app.deployment, container, canary.image, held.signal)) return;
  const image = live && imageIn(templateOf(live), container);
  throw new UserError(
    'record-contradicts-cluster',
    `The release record says that the canary is ${canary.image}, ${image === undefined ? `and Deployment ${name} is gone` : `but Deployment ${name} runs ${image}`}. ` +
      'Somebody changed one of them. Check who may write Leases and Deployments, then release again, naming the `image`.',
  );
}

/**
 * @param untilHoldMs what may go by at most from a canary's readiness to the beginning of the hold; undefined where it runs already
 * @throws UserError when there would be no moment at which the canary has the traffic that is to be judged, or is past its warm-up
 */
export function refuseUnjudgeable({ weight, promotion, gate }: Move, carriesAll: boolean, untilHoldMs: number | undefined): void {
  if (gate && untilHoldMs !== undefined && gate.slo.warmUpMs > untilHoldMs + gate.holdMs)
    throw new UserError(
      'hold-too-short',
      `The hold of ${formatDuration(gate.holdMs)} would be over before a pod of the canary is past its warm-up of ${formatDuration(gate.slo.warmUpMs)}, and what it counts until then is left out. ` +
        'Hold longer, or set a shorter `warm-up` in the SLO file. Nothing has been changed.',
    );
  if (!gate || weight < 100 || (promotion === 'surge' && carriesAll)) return;
  throw neverHasAll(promotion, carriesAll);
}
