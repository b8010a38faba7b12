import { watchObjectives } from '../slo/gate.js';
import type { Slo, Verdict } from '../slo/objective.js';
import { abort } from './abort.js';
import { describeState } from './describe.js';
import type { Release } from './record.js';
import type { Attempt } from './undo.js';
import { announce, type Work } from './work.js';

/** What a step judges its canary by, while the weight stands. */
export interface Gate {
  readonly slo: Slo;
  /** The longest to look, in milliseconds. */
  readonly holdMs: number;
  readonly onBreach: 'abort' | 'fail';
}

/** Watches the canary at its weight; a breach puts the release back at once, in this process. Only evidence lets the step succeed. */
export async function judgeHold(work: Work, before: Release, { slo, holdMs, onBreach }: Gate): Promise<Attempt> {
  const { clock, log, held } = work;
  const { verdict, reason } = await log.group(`Gate: ${before.canary.image} at ${before.weight} %`, () =>
    watchObjectives({ slo, source: work.evidence(slo.warmUpMs), holdMs, clock, log, signal: held.signal }),
  );
  log.info(`Verdict: ${verdict}. ${reason}`);
  const failure = `Verdict ${verdict}: ${reason}`;
  if (verdict === 'fail' && onBreach === 'abort') {
    const release = await abort(work, withVerdict(before, verdict), `the gate failed: ${reason.replace(/\.$/, '')}`);
    return { release, verdict, failure: `${failure}\n${describeState(release)}` };
  }
  const release = await announce(work, withVerdict(before, verdict), {});
  if (verdict === 'pass' || verdict === 'warn') return { release, verdict, failure: undefined };
  return { release, verdict, failure: `${failure}\n${describeState(release)}` };
}

/** The verdict belongs to the step that was judged: the last one. */
const withVerdict = (release: Release, verdict: Verdict): Release => ({
  ...release,
  steps: release.steps.map((step, index) => (index === release.steps.length - 1 ? { ...step, verdict } : step)),
});
