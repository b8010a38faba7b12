import type { Log } from '../action/log.js';
import { watchObjectives } from '../slo/gate.js';
import type { Slo } from '../slo/objective.js';
import { abort } from './abort.js';
import { describeState } from './describe.js';
import { readingFor } from './evidence.js';
import { recall, withVerdict } from './gate-memory.js';
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
export async function judgeHold(work: Work, before: Release, { slo: asked, holdMs, onBreach }: Gate): Promise<Attempt> {
  const { clock, log, held } = work;
  const slo = before.weight === 100 ? alone(asked, log) : asked;
  const gate = await log.group(`Gate: ${before.canary.image} at ${before.weight} %`, () =>
    watchObjectives({
      slo,
      source: work.evidence(readingFor(slo)),
      holdMs,
      resume: recall(before),
      clock,
      log,
      signal: held.signal,
    }),
  );
  const { verdict, reason } = gate;
  log.info(`Verdict: ${verdict}. ${reason}`);
  const failure = `Verdict ${verdict}: ${reason}`;
  if (verdict === 'fail' && onBreach === 'abort') {
    const release = await abort(work, withVerdict(before, gate), `the gate failed: ${reason.replace(/\.$/, '')}`);
    return { release, verdict, failure: `${failure}\n${describeState(release)}` };
  }
  const release = await announce(work, withVerdict(before, gate), {});
  if (verdict === 'pass' || verdict === 'warn') return { release, verdict, failure: undefined };
  return { release, verdict, failure: `${failure}\n${describeState(release)}` };
}

/** Where the canary has all traffic there is no stable at the same time. */
function alone({ compare, ...rest }: Slo, log: Log): Slo {
  if (compare)
    log.info(`All traffic is the canary's, so \`compare: ${compare}\` has nothing to compare with; it is judged alone.`);
  return rest;
}
