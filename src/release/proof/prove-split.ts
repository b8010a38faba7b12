import { formatDuration } from '../../kernel/duration.js';
import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { Objective } from '../../slo/objective/objective.js';
import { Pace } from '../../slo/pace.js';
import type { Poll, Source } from '../../slo/source.js';
import { type Earlier, isSilenced, silence, tellsRequests } from './silence.js';
import { estimateWindow, NONE, type Window, withLook } from './split-counts.js';
import { SplitDoubt } from './split-doubt.js';
import { Excess, type ExcessOptions } from './split-excess.js';
import { type Measured, type PastTheSplit, requestsToProve, type SplitCounts, type SplitEstimate } from './split-proof.js';
import {
  contradiction,
  describeSplit,
  type Obstacle,
  percent,
  type SplitAdvice,
  tellProven,
  tellShort,
  tellUnproven,
  type UncoveredOptions,
} from './split-words.js';

/** Without a single request for this long, more waiting proves nothing. */
const NO_TRAFFIC_MS = 10_000;
const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 4000;
/** Looks cost requests, so the first is taken when a service of this size would have had enough traffic. */
const USUAL_RPS = 200;
/** A person who watches the log is told so often that it is still being counted. */
const SAY_EVERY_MS = 10_000;
/** Of the share while it is counted. */
const MAX_MOVES = 5;

export interface SplitProof extends SplitEstimate, SplitCounts {
  /** The share that was counted against in the end, in percent; absent where it is the one that was asked for. */
  readonly asked?: number;
  /** Whether the share is lower than asked for, and within what was declared to come past the split. */
  readonly hasUncovered?: boolean;
}

export interface ProofOptions extends ExcessOptions {
  readonly source: Source;
  /** The same for when a gate reads the pods besides. */
  readonly sourceBesideGate?: Source;
  /** Counts every request, good or bad. */
  readonly requests: Objective;
  readonly timeoutMs: number;
  /** `required`: a split that can't be proven is an error. A split that is *contradicted* is one in any case. */
  readonly demand: 'expected' | 'required';
  /** Left out where the split covers every way to the pods. */
  readonly uncovered?: UncoveredOptions | undefined;
  readonly advice: SplitAdvice;
  /** Why the live route does not give the canary this share any more; undefined when it does. */
  readonly departure?: (percent: number, signal: AbortSignal) => Promise<string | undefined>;
  readonly log: Log;
}

/** Looks at the real traffic after a weight change. */
export type ProveSplit = (asked: number, previous: number, look: ProofLook) => Promise<SplitProof>;

export interface ProofLook {
  readonly signal: AbortSignal;
  /** Testers get the canary besides its share, so more than the share is no contradiction. */
  readonly hasTesters?: boolean;
  /** A gate looks at the same pods meanwhile. */
  readonly isWatched?: boolean;
  /** The share that is given at this moment, where others may change it rightly: whoever scales stable, where whole pods are the split. */
  readonly present?: (signal: AbortSignal) => Promise<number | undefined>;
  /** Instead of what the user demands: putting a release back must not wait for a proof that lack of traffic denies. */
  readonly demand?: ProofOptions['demand'];
  /** Whether a proof that no page has the figures for is not waited for: on the way back time is what counts. */
  readonly isBrief?: boolean;
  /** What was measured at the share before. */
  readonly measuredBefore?: Measured | undefined;
  /** The requests that came before the share was written; silence after it is no lack of traffic then. */
  readonly earlier?: Earlier | undefined;
}

/**
 * Counts the requests that canary and stable really get until the split is proven or `timeoutMs` is over. Counts that contradict the
 * share are thrown away and counted anew, because the last proxy may only just have heard of the change; what contradicts it once at the end is
 * looked at again for as long.
 * @throws UserError when the last two counts contradict the share, when the route is not as it was written, or when a proof is required and there is none
 */
export function proveSplit(options: ProofOptions): ProveSplit {
  const count = countShare(options);
  return async (asked, previous, look) => {
    let share = asked;
    for (let moves = 0; ; moves++) {
      const ended = await count(share, isSame(share, previous) ? share : previous, { ...look, isMoved: moves > 0 });
      if (!('movedTo' in ended)) return share === asked ? ended : { ...ended, asked: share };
      options.log.warning(
        `Stable was scaled while the share was counted: whole pods make ${percent(ended.movedTo)} % now, and ${percent(share)} % was given. The counts are held against that.`,
      );
      share = ended.movedTo;
      if (moves === MAX_MOVES) return conclude(NOTHING_COUNTED, share, look.demand ?? options.demand, SCALED_AGAIN, options);
    }
  };
}

/** Somebody has moved the share rightly, in percent. */
interface SplitMoved {
  readonly movedTo: number;
}

/** Counts against one share, until there is something to say of it, or it is another one. */
function countShare(options: ProofOptions) {
  const { source: only, sourceBesideGate = only, requests, timeoutMs, uncovered, clock, log } = options;
  return async (
    asked: number,
    previous: number,
    look: ProofLook & { readonly isMoved: boolean },
  ): Promise<SplitProof | SplitMoved> => {
    const { signal, hasTesters = false, isWatched = false, demand = options.demand, measuredBefore, earlier } = look;
    const source = isWatched ? sourceBesideGate : only;
    const past: PastTheSplit = {
      declared: uncovered?.declared ?? 0,
      isPossible: uncovered !== undefined,
      earlier: measuredBefore,
    };
    const startedAt = clock.now();
    const doubt = new SplitDoubt(timeoutMs);
    const say = progress(asked, options);
    const pace = new Pace();
    let window: Window = { counts: NONE, surely: NONE, atMost: 0, since: startedAt };
    const excess = new Excess(hasTesters, options);
    // A share is seldom split just as asked, so a fifth more.
    const needed = 1.2 * requestsToProve(asked, previous);
    let wait = waitFor(needed, USUAL_RPS);
    const first = await source.poll([requests], signal);
    let problems: readonly string[] = [...first.canary.problems, ...first.stable.problems];
    if (look.isBrief && isUncounted(first, requests.name))
      return conclude({ ...SILENT, ...NONE }, asked, demand, { problems, besides: undefined }, options);
    for (;;) {
      await clock.sleep(wait, signal);
      const poll = await source.poll([requests], signal);
      problems = [...poll.canary.problems, ...poll.stable.problems];
      // Stable's requests alone would look like a canary without traffic.
      pace.hear(poll);
      const isBlind = poll.canary.pods > 0 && poll.canary.scraped === 0;
      if (!isBlind) window = withLook(window, poll, requests.name);
      const { counts, surely } = window;
      const counted = estimateWindow(window, asked, previous, past);
      const besides = await excess.of(counted, asked, signal);
      // What comes besides can't be told from the canary's share; together they may only be more than it.
      const estimate = besides ? ({ ...counted, state: 'undecided' } as const) : counted;
      const elapsed = clock.now() - startedAt;
      say(describeSplit(estimate, counts), elapsed);
      // What stable has got since the last list is in no count, so the share that it proves may be over.
      if (estimate.state === 'proven') {
        const moved = await movedFrom(asked, look);
        if (moved) return moved;
        tellProven({ ...estimate, ...counts }, asked, pace.caution, log);
        return { ...estimate, ...counts, hasUncovered: estimate.high < asked };
      }
      const windowMs = clock.now() - window.since;
      const silenced = isSilenced(window, clock.now(), earlier, toldUntil(poll));
      if (counted.state === 'contradicted' || counted.state === 'short' || silenced === true) {
        const moved = await movedFrom(asked, look);
        if (moved) return moved;
        await refuseDeparted(options, asked, signal);
      }
      if (silenced === true) throw silence({ asked, windowMs, earlier, problems, isTold: tellsRequests(poll, requests) });
      const isSilent = surely.total === 0 && !silenced && windowMs >= Math.min(NO_TRAFFIC_MS, timeoutMs);
      const found = silenced ? 'look on' : doubt.weigh(estimate, asked, { elapsedMs: elapsed, windowMs });
      const isExcess = besides !== undefined && excess.isLasting;
      const obstacle: Obstacle = { problems, besides: isExcess ? besides : excess.leak };
      if (isExcess || isSilent || found !== 'look on') {
        if (isSilent) return conclude({ ...SILENT, ...surely }, asked, demand, obstacle, options);
        const seen = isExcess || found === 'look on' ? estimate.state : found;
        // Clients that keep their connections go on where they were before stable was scaled.
        const state = look.isMoved && seen === 'contradicted' ? 'undecided' : seen;
        return conclude({ ...estimate, ...counts, state }, asked, demand, obstacle, options);
      }
      wait = waitFor(needed - counts.total, (1000 * counts.total) / windowMs);
      if (counted.state === 'contradicted' || counted.state === 'short')
        window = { counts: NONE, surely: NONE, atMost: 0, since: clock.now() };
    }
  };
}

/** Whether the pages were read and have no series of requests: another name, or nobody has ever come. */
const isUncounted = ({ canary, stable }: Poll, name: string): boolean =>
  stable.scraped > 0 && [canary, stable].every(({ counts }) => !counts.has(name));

/** A source that tells no more than requests has read what it tells of. */
const toldUntil = ({ at, canary: { told, requests } }: Poll): number | undefined =>
  told?.until ?? (requests === undefined ? undefined : at);

/** Whole pods make no smaller difference that could be seen. */
const ROUNDING = 0.5;
const isSame = (one: number, other: number): boolean => Math.abs(one - other) <= ROUNDING;

/** What was counted may be scrapes and probes alone, which prove nothing. */
const SILENT = { share: undefined, low: 0, high: 100, state: 'undecided' } as const;
const NOTHING_COUNTED: SplitProof = { ...SILENT, ...NONE };
const SCALED_AGAIN: Obstacle = { problems: ['stable is scaled again and again while the share is counted'] };

/** Every look goes to the debug log, one in ten seconds to the log that people read. */
function progress(asked: number, { timeoutMs, log }: Pick<ProofOptions, 'timeoutMs' | 'log'>) {
  let saidAt = 0;
  return (what: string, elapsedMs: number) => {
    const line = `${what} after ${formatDuration(Math.round(elapsedMs / 1000) * 1000)}`;
    log.debug(`split: ${line}`);
    // The last look comes after the time is over, and the outcome says what there is to say.
    if (elapsedMs - saidAt < SAY_EVERY_MS || elapsedMs >= timeoutMs) return;
    saidAt = elapsedMs;
    log.info(`Counting requests until ${percent(asked)} % is proven: ${line} of ${formatDuration(timeoutMs)}.`);
  };
}

async function movedFrom(asked: number, { present, signal }: ProofLook): Promise<SplitMoved | undefined> {
  const share = await present?.(signal);
  return share === undefined || isSame(share, asked) ? undefined : { movedTo: share };
}

/** Before the router is blamed, its route is looked at: somebody may have written it back. */
async function refuseDeparted({ departure }: Pick<ProofOptions, 'departure'>, asked: number, signal: AbortSignal): Promise<void> {
  const text = await departure?.(asked, signal);
  if (text !== undefined) throw new UserError('route-changed', text);
}

/** Milliseconds until `missing` more requests have come, within reason. */
const waitFor = (missing: number, rps: number): number => Math.min(Math.max((1000 * missing) / rps, MIN_POLL_MS), MAX_POLL_MS);

function conclude(
  proof: SplitProof,
  asked: number,
  demand: ProofOptions['demand'],
  obstacle: Obstacle,
  { uncovered, advice, log }: Pick<ProofOptions, 'uncovered' | 'advice' | 'log'>,
): SplitProof {
  const { share } = proof;
  if (proof.state === 'contradicted') throw contradiction(proof, asked, obstacle.problems, advice);
  if (proof.state === 'short' && uncovered && share !== undefined)
    tellShort({ ...proof, share }, asked, demand, { ...uncovered, advice }, log);
  else tellUnproven(proof, asked, demand, obstacle, log);
  return proof;
}
