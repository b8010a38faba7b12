import type { Problem } from '../../../kernel/errors.js';
import type { Release } from '../../../release/record/record.js';
import { givenShare } from '../../../release/standing/given-share.js';
import { tellVerdict, watchObjectives } from '../../../slo/gate/gate.js';
import type { GateResult } from '../../../slo/gate/gate-result.js';
import type { GateOptions } from '../../../slo/gate/hold.js';
import { codeOfVerdict } from '../../../slo/gate/verdict-code.js';
import type { LiveShare } from '../../../slo/liveness.js';
import type { Slo } from '../../../slo/objective/objective.js';
import { readingFor } from '../evidence/evidence.js';
import { PutBackFailed, putBack } from '../going-back/put-back.js';
import type { Attempt } from '../going-back/undo.js';
import { describeLive } from '../lost-record/live-state.js';
import { kubernetes, kubernetesOf } from '../memory.js';
import { liveStable } from '../stable/live-stable.js';
import { announce, type Work } from '../work.js';
import { asJudgedBeside } from './comparable.js';
import { recall, withVerdict } from './gate-memory.js';

/** What a step judges its canary by, while the weight stands. */
export interface Gate extends Pick<GateOptions, 'record'> {
  readonly slo: Slo;
  /** The longest to look, in milliseconds. */
  readonly holdMs: number;
  readonly onBreach: 'abort' | 'fail';
}

/** Watches the canary at its weight; a breach puts the release back at once, in this process. Only evidence lets the step succeed. */
export async function judgeHold(work: Work, before: Release, { slo: asked, holdMs, onBreach, record }: Gate): Promise<Attempt> {
  const { clock, log, held, router } = work;
  const slo = asJudgedBeside(before, liveStable(work.app.deployment, kubernetesOf(before).container), asked, log);
  const percent = givenShare(before, kubernetes);
  const gate = await log.group(`Gate: ${before.canary.image} at ${before.weight} %`, () =>
    watchObjectives({
      slo,
      source: work.evidence(readingFor(slo, before)),
      holdMs,
      resume: recall(before, slo),
      ...(record && { record }),
      share: steadyShare(before, percent, router.settleMs, clock.now()),
      departure: (signal) => router.departure(percent, signal),
      clock,
      log,
      signal: held.signal,
    }),
  );
  tellVerdict(gate, log);
  const { verdict } = gate;
  if (verdict === 'fail' && onBreach === 'abort') return putBackAfter(work, before, gate);
  const release = await announce(work, withVerdict(before, gate), {});
  if (verdict === 'pass' || verdict === 'warn') return { release, verdict, gate, failure: undefined };
  return { release, verdict, gate, failure: await failureOf(work, gate, release) };
}

/** Puts a release back that a gate has failed. */
export async function putBackAfter(work: Work, before: Release, gate: GateResult): Promise<Attempt> {
  try {
    const release = await putBack(work, withVerdict(before, gate), `the gate failed: ${gate.reason.replace(/\.$/, '')}`);
    return { release, verdict: gate.verdict, gate, failure: await failureOf(work, gate, release) };
  } catch (error) {
    if (!(error instanceof PutBackFailed)) throw error;
    throw new PutBackFailed(`Verdict ${gate.verdict}: ${gate.reason}\nPutting the release back failed: ${error.message}`, {
      cause: error,
    });
  }
}

async function failureOf(
  { cluster, app, router, held }: Work,
  { verdict, reason, lastLines = '' }: GateResult,
  release: Release,
): Promise<Problem> {
  const state = await describeLive(cluster, app.name, release, held.signal, { ...router, said: reason });
  return { code: codeOfVerdict(verdict), text: `Verdict ${verdict}: ${reason}${lastLines}\n${state}` };
}

/** A share that every proxy knows of already. */
export const steadyShare = ({ steps }: Pick<Release, 'steps'>, percent: number, settleMs: number, now: number) => {
  const share: LiveShare = { percent, settleMs, movedAt: now - settleMs, measuredPart: measuredPart(steps) };
  return () => share;
};

/** How much of the share that was asked for the last proof has seen. */
export function measuredPart(steps: Release['steps']): number {
  const last = steps.findLast(({ measured }) => measured !== undefined);
  return last?.measured && last.weight > 0 ? Math.min(1, last.measured.share / last.weight) : 1;
}
