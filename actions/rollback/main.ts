import type { Inputs } from '../../src/action/define.js';
import type { StepResult } from '../../src/action/runtime.js';
import { abort } from '../../src/release/abort.js';
import { owns } from '../../src/release/begin.js';
import { tellGit } from '../../src/release/gitops.js';
import { type HolderQuery, stateOfHolder, withHolderState } from '../../src/release/holder.js';
import { memoryFor, openRelease } from '../../src/release/open.js';
import { isOver, type Release } from '../../src/release/record.js';
import { refuseNeverRan } from '../../src/release/refuse-never-ran.js';
import {
  type Moved,
  moveToImage,
  moveToRevision,
  planRollback,
  proveRunning,
  type RollbackPlan,
  refuseInFlight,
  restore,
  type Scope,
} from '../../src/release/rollback.js';
import type { Work } from '../../src/release/work.js';
import { rollbackSummary } from '../../src/report/rollback-summary.js';
import type { rollback as definition } from './action.js';
import { type Effects, look } from './look.js';

type RollbackInputs = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;

/**
 * @param startedAt milliseconds since the epoch
 * @param looked what `look` found
 */
export async function rollback(
  inputs: RollbackInputs,
  effects: Effects,
  startedAt = effects.clock.now(),
  looked = look(inputs, effects),
): Promise<Result> {
  const { cluster, clock, log, workflowRun } = effects;
  const elapsed = () => ((clock.now() - startedAt) / 1000).toFixed(1);
  const done = (phase: string, from: string, to: string, reason: string) => {
    log.info(reason);
    if (phase === 'rolled-back') tellGit(found, to, log);
    return conclude(inputs, { phase, from, to, seconds: elapsed(), reason });
  };
  const nothing = (reason: string, { held, left }: Pick<NothingPlan, 'held' | 'left'> = {}) => {
    if (held ?? left) log.warning(reason);
    else log.info(reason);
    return conclude(inputs, { phase: 'none', from: '', to: '', seconds: '', reason, left: held ?? left });
  };
  const holder = { ...effects, token: inputs.githubToken };
  const found = await looked;
  const { latest } = found.record;

  if (inputs.toRevision !== undefined || inputs.toImage !== undefined) {
    return openRelease(cluster, found, latest?.router ?? memoryFor(found), inputs, effects, async (work) => {
      await withHolderState(() => refuseInFlight(work.held.record.latest, workflowRun), holder);
      const { from, to, isChanged } = await move(work, inputs);
      const ids = await proveRunning(work, to);
      if (!isChanged) return nothing(`Stable was there already: its pods run ${to} (${ids.join(', ')}).`);
      return done('rolled-back', from, to, `Stable went from ${from} to ${to}; its pods run ${ids.join(', ')}.`);
    });
  }

  const scope: Scope = inputs.scope ?? (['workflow_dispatch', 'schedule'].includes(workflowRun.event) ? 'any' : 'run');
  const first = planRollback(latest, scope, workflowRun);
  if (first.kind === 'nothing') return nothing(await reasonOf(first, holder), first);
  if (!isOver(first.release) && !owns(workflowRun, first.release))
    log.warning(`Undoing the release of ${first.release.owner.url}. ${await stateOfHolder(first.release, holder)}`.trim());
  return openRelease(cluster, found, first.release.router, inputs, effects, async (work) => {
    const plan = planRollback(work.held.record.latest, scope, workflowRun);
    if (plan.kind === 'nothing') return nothing(await reasonOf(plan, holder), plan);
    const { release } = plan;
    const after = plan.kind === 'abort' ? await abort(work, release, 'rollback') : await restore(work, release);
    const ids = await proveRunning(work, release.stable.image, release.stable.imageIds);
    const what = plan.kind === 'abort' ? 'The canary was taken out and removed' : 'The promoted version was taken back';
    return done(
      after.phase,
      release.canary.image,
      release.stable.image,
      `${what}: all traffic is on ${release.stable.image}; its pods run ${ids.join(', ')}.`,
    );
  });
}

async function move(work: Work, { toRevision, toImage, allowUngated }: RollbackInputs): Promise<Moved> {
  if (toImage === undefined) return moveToRevision(work, toRevision ?? 'previous');
  await refuseNeverRan(work, toImage, allowUngated);
  return moveToImage(work, toImage);
}

type NothingPlan = Extract<RollbackPlan, { kind: 'nothing' }>;

async function reasonOf({ reason, held }: NothingPlan, holder: HolderQuery): Promise<string> {
  return held === undefined ? reason : `${reason} ${await stateOfHolder(held, holder)}`.trim();
}

interface Outcome {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: string;
  readonly reason: string;
  /** A release that stays as it is. */
  readonly left?: Release | undefined;
}

function conclude({ app }: RollbackInputs, { phase, from, to, seconds, reason, left }: Outcome): Result {
  return {
    outputs: { phase, 'rolled-back-from': from, 'rolled-back-to': to, 'mttr-seconds': seconds, reason },
    summary: rollbackSummary(app, { phase, from, to, seconds, reason, left }),
  };
}
