import type { Log } from '../action/log.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import { type Departure, departureNow, withDeparture } from './departure.js';
import type { EvidenceLine } from './evidence-line.js';
import { endInVain } from './in-vain.js';
import { forFailOnly, type JudgeState } from './judge/state.js';
import type { LiveShare } from './liveness.js';
import { explainNeed, termsIn } from './need.js';
import type { Slo, Verdict } from './objective.js';
import type { Broken, Source } from './sources/source.js';
import { type ObjectiveResult, Trial } from './trial.js';
import { Witness } from './witness.js';

/** Never less: what the judge says of requests that fail together holds for looks of a second or more. */
const POLL_MS = 1000;
const PROGRESS_EVERY_MS = 5000;
/** The rate of requests is taken so often, in a short hold after a quarter of it. */
const RATE_EVERY_MS = 5000;
/** The later, the more a hold that is too short is worth ending with all that could be seen. */
const REFUSED_UP_TO = 0.5;

export interface GateOptions {
  readonly slo: Slo;
  readonly source: Source;
  /** The longest to look, in milliseconds. */
  readonly holdMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** `early`: a pass ends the hold as soon as all objectives pass; `full`: only a fail does. */
  readonly settle?: 'early' | 'full';
  /** Where an earlier step stopped, by name of the objective. */
  readonly resume?: Readonly<Record<string, JudgeState>>;
  /** Gets each look as it is judged, to be recorded. */
  readonly record?: (line: EvidenceLine) => void;
  /** The canary's share, `undefined` while it has none; left out, a canary that is silent is waited for. */
  readonly share?: () => LiveShare | undefined;
  /** Whether pods of the canary have served in an earlier step. */
  readonly hasServed?: boolean;
  /** Left out where nobody can know what share the canary has by now. */
  readonly departure?: Departure;
}

export interface GateResult {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
  /** The last lines of the log of what stopped serving, with a heading of their own; absent when nothing did. */
  readonly lastLines?: string;
  /** Why the requests may not be users', for people; absent when nothing speaks for it. */
  readonly caution?: string;
  readonly objectives: readonly ObjectiveResult[];
  readonly polls: number;
  /** Milliseconds since the Unix epoch, as is `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A watch for a fail has no hold of its own. */
export interface FailWatchOptions extends Omit<GateOptions, 'holdMs' | 'settle'> {
  /** Ends the watch, with a last look. */
  readonly until: AbortSignal;
}

/** Worst first: the gate's verdict is the first of these that any objective has. */
const SEVERITY: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'warn', 'pass'];

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
  const { slo, source, holdMs, clock, log, signal, settle = 'early', resume = {} } = options;
  const { record, share, hasServed = true, departure } = options;
  const startedAt = clock.now();
  const deadline = startedAt + holdMs;
  const trials = slo.objectives.map((objective) => new Trial(objective, termsIn(slo, objective), resume[objective.name]));
  const witness = new Witness({ slo, source, clock, log, signal, before: resume, record, share, hasServed, departure });
  const result = (objectives: readonly ObjectiveResult[]): GateResult => ({
    ...sumUp(objectives),
    ...(witness.caution !== undefined && { caution: witness.caution }),
    objectives,
    polls: witness.canary.polls,
    startedAt,
    endedAt: clock.now(),
  });
  const refuseChanged = (changed: string, now: number): GateResult => ({
    ...result(trials.map((trial) => conclude(trial, now))),
    verdict: 'error',
    reason: `${changed}. What it does says nothing of the version that is to be judged.`,
  });
  const failBroken = ({ reason, lastLines }: Broken, now: number): GateResult => ({
    ...result(trials.map((trial) => conclude(trial, now))),
    verdict: 'fail',
    reason: `${reason}.`,
    lastLines,
  });
  const conclude = (trial: Trial, now: number) => trial.conclude(witness.canary, witness.stable, now - startedAt);
  log.info(explainNeed(slo));

  let progressAt = startedAt + PROGRESS_EVERY_MS;
  let rateIsSaid = false;
  let rateAfter = Math.min(RATE_EVERY_MS, holdMs / 4);
  for (;;) {
    const polledAt = clock.now();
    await witness.look(trials);
    await witness.lookForDeparture();
    const now = clock.now();
    if (witness.broken !== undefined) return failBroken(witness.broken, now);
    const failed = trials.some(({ verdict }) => verdict === 'fail');
    if (witness.changed !== undefined && !failed) return refuseChanged(witness.changed, now);
    const vain = failed ? undefined : endInVain(trials, witness, { startedAt, deadline, now }, (trial) => conclude(trial, now));
    if (vain !== undefined) return result(vain);
    const unjudged = witness.unjudged(trials);
    const passed =
      trials.every(({ verdict }) => verdict === 'pass') && witness.canary.unread.length === 0 && unjudged.length === 0;
    if (failed || (passed && settle === 'early') || now >= deadline || witness.departed?.isSure) {
      const ended = result(trials.map((trial) => conclude(trial, now)));
      if (ended.verdict !== 'pass' && ended.verdict !== 'warn') return ended;
      if (unjudged.length > 0) return { ...ended, verdict: 'inconclusive', reason: `${unjudged.join('; ')}.` };
      const unknown = await witness.lookForBroken();
      if (witness.broken !== undefined) return failBroken(witness.broken, now);
      if (witness.changed !== undefined) return refuseChanged(witness.changed, now);
      if (unknown !== undefined)
        return { ...ended, verdict: 'error', reason: `Whether the canary's pods still stand could not be read: ${unknown}.` };
      const unread = [...new Set([...witness.canary.unread, ...(await witness.lookForUnread())])];
      if (unread.length === 0) return withUnrecorded(ended, witness.unrecorded);
      if (now >= deadline) return withUnread(ended, unread);
    }
    const counted = witness.countedMs(now);
    // Silence beside a stable that gets requests is no lack of traffic; and what was not read says nothing of the rate.
    const isRateKnown =
      witness.canary.unread.length === 0 && !witness.isLate && (trials.some(({ heard }) => heard > 0) || !witness.stableIsBusy);
    if (isRateKnown && counted >= rateAfter && now - startedAt <= holdMs * REFUSED_UP_TO) {
      if (!rateIsSaid) log.info(explainNeed(slo, witness.traffic(now)));
      rateIsSaid = true;
      rateAfter += RATE_EVERY_MS;
      const hopeless = trials.filter((trial) => trial.isHopeless(counted, deadline - now));
      if (hopeless.length > 0) {
        const last = (trial: Trial) =>
          hopeless.includes(trial) ? trial.refuse(witness.canary, counted, holdMs) : conclude(trial, now);
        return result(trials.map(last));
      }
    }
    if (now >= progressAt) {
      log.info(
        `${trials.map((trial) => trial.progress()).join(' · ')} · ${formatDuration(Math.min(now - startedAt, holdMs))} of ${formatDuration(holdMs)}`,
      );
      progressAt = now + PROGRESS_EVERY_MS;
    }
    await clock.sleep(Math.max(0, Math.min(polledAt + POLL_MS, deadline) - now), signal);
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

/** A pass that can't be checked afterwards, as was asked for, is none. */
const withUnrecorded = (ended: GateResult, unrecorded: string | undefined): GateResult =>
  unrecorded === undefined
    ? ended
    : { ...ended, verdict: 'error', reason: `The objectives are met, but not all that was seen is recorded. ${unrecorded}` };

/** What was read would pass, but a canary pod was not read: nobody knows what its users got. */
function withUnread(ended: GateResult, unread: readonly string[]): GateResult {
  if (unread.length === 0) return ended;
  return { ...ended, verdict: 'inconclusive', reason: `Not every pod of the canary could be judged: ${unread.join('; ')}.` };
}

function sumUp(objectives: readonly ObjectiveResult[]): { verdict: Verdict; reason: string } {
  const verdict = SEVERITY.find((candidate) => objectives.some((objective) => objective.verdict === candidate)) ?? 'inconclusive';
  const told = objectives.filter((objective) => objective.verdict === verdict).map(({ name, reason }) => `${name}: ${reason}`);
  return { verdict, reason: `${told.join('; ')}.` };
}
