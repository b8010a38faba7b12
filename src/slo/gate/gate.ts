import type { Log } from '../../kernel/log.js';
import { forFailOnly } from '../judge/state.js';
import { departureNow, withDeparture } from './departure.js';
import { type GateResult, sumUp } from './gate-result.js';
import { type GateOptions, Hold } from './hold.js';
import { termsIn } from './need.js';
import { Trial } from './trial.js';
import { Witness } from './witness.js';

/** Never less: what the judge says of requests that fail together holds for looks of a second or more. */
const POLL_MS = 1000;

/** A watch for a fail has no hold of its own. */
export interface FailWatchOptions extends Omit<GateOptions, 'holdMs' | 'settle'> {
  /** Ends the watch, with a last look. */
  readonly until: AbortSignal;
}

/**
 * Watches the canary until there is a verdict or the hold is over. A fail ends it at once; silence never passes. A hold that is too short for
 * a pass at the present rate is refused, most often within seconds. A canary that has another share than the one it is judged at has no verdict but a fail.
 * @throws the signal's reason when it is aborted; nothing else: a source or a record that fails is part of the result
 */
export async function watchObjectives(options: GateOptions): Promise<GateResult> {
  const { departure, clock, signal } = options;
  const before = await departureNow(departure, clock, signal);
  // No later look could be of the share that was to be judged.
  if (before?.isSure) return withDeparture(await hold({ ...options, holdMs: 0 }), before);
  const ended = await hold(options);
  return ended.verdict === 'fail' ? ended : withDeparture(ended, await departureNow(departure, clock, signal));
}

async function hold(options: GateOptions): Promise<GateResult> {
  const { clock, signal } = options;
  const hold = new Hold(options);
  for (;;) {
    const polledAt = clock.now();
    const ended = await hold.look();
    if (ended !== undefined) return ended;
    await clock.sleep(Math.max(0, Math.min(polledAt + POLL_MS, hold.deadline) - clock.now()), signal);
  }
}

/**
 * Watches the canary for a fail alone, while its share is still on the way: what is seen then can fail it, and counts for no pass.
 * @returns the fail, or else `inconclusive` once `until` is aborted; its states are for the hold to go on from
 * @throws the signal's reason when it is aborted
 */
export async function watchForFail(options: FailWatchOptions): Promise<GateResult> {
  const { slo, source, clock, log, signal, until, resume = {}, record, share, hasServed = false, departure } = options;
  const startedAt = clock.now();
  const trials = slo.objectives.map((objective) => new Trial(objective, termsIn(slo, objective), resume[objective.name]));
  const witness = new Witness({ slo, source, clock, log, signal, before: resume, record, share, hasServed, departure });
  const either = AbortSignal.any([signal, until]);
  const result = (): Omit<GateResult, 'verdict'> => {
    const endedAt = clock.now();
    const concluded = trials.map((trial) => trial.conclude(witness.canary, witness.stable, endedAt - startedAt));
    const objectives = concluded.map((each) => ({ ...each, state: forFailOnly(each.state, resume[each.name]) }));
    return { reason: sumUp(objectives).reason, objectives, polls: witness.canary.polls, startedAt, endedAt };
  };
  for (;;) {
    const polledAt = clock.now();
    const isLast = until.aborted;
    await witness.look(trials);
    if (witness.broken !== undefined) {
      const { reason, lastLines } = witness.broken;
      return { ...result(), verdict: 'fail', reason: `${reason}.`, lastLines };
    }
    if (trials.some(({ verdict }) => verdict === 'fail')) return { ...result(), verdict: 'fail' };
    if (isLast) return { ...result(), verdict: 'inconclusive' };
    await clock.sleep(Math.max(0, polledAt + POLL_MS - clock.now()), either).catch(() => signal.throwIfAborted());
  }
}

/** Says the verdict in the log; one that lets the job go on in spite of something stands out, as the step's colour doesn't show it. */
export function tellVerdict({ verdict, reason, caution }: GateResult, log: Log): void {
  if (caution !== undefined) log.warning(`Caution: ${caution}.`);
  const text = `Verdict: ${verdict}. ${reason}`;
  if (verdict === 'warn') log.warning(text);
  else log.info(text);
}
