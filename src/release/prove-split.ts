import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import type { Objective } from '../slo/objective.js';
import type { Poll, Source } from '../slo/sources/source.js';
import { SplitDoubt } from './split-doubt.js';
import { estimateSplit, requestsToProve, type SplitCounts, type SplitEstimate } from './split-proof.js';

/** Without a single request for this long, more waiting proves nothing. */
const NO_TRAFFIC_MS = 10_000;
/** More than the share for this long are testers, and not a proxy that is late. */
const TESTERS_MS = 15_000;
const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 4000;
/** Looks cost requests, so the first is taken when a service of this size would have had enough traffic. */
const USUAL_RPS = 200;

export interface SplitProof extends SplitEstimate, SplitCounts {}

export interface ProofOptions {
  readonly source: Source;
  /** The same for when a gate reads the pods besides. */
  readonly sourceBesideGate?: Source;
  /** Counts every request, good or bad. */
  readonly requests: Objective;
  readonly timeoutMs: number;
  /** `required`: a split that can't be proven is an error. A split that is *contradicted* is one in any case. */
  readonly demand: 'expected' | 'required';
  readonly clock: Clock;
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
  /** Instead of what the user demands: putting a release back must not wait for a proof that lack of traffic denies. */
  readonly demand?: ProofOptions['demand'];
}

/**
 * Counts the requests that canary and stable really get until the split is proven or `timeoutMs` is over. Counts that contradict the
 * share are thrown away and counted anew, because the last proxy may only just have heard of the change; what contradicts it once at the end is
 * looked at again for as long.
 * @throws UserError when the last two counts contradict the share, or when a proof is required and there is none
 */
export function proveSplit({
  source: only,
  sourceBesideGate = only,
  requests,
  timeoutMs,
  demand: usualDemand,
  clock,
  log,
}: ProofOptions): ProveSplit {
  return async (asked, previous, { signal, hasTesters = false, isWatched = false, demand = usualDemand }) => {
    const source = isWatched ? sourceBesideGate : only;
    const startedAt = clock.now();
    const doubt = new SplitDoubt(timeoutMs);
    let window = { counts: NONE, since: startedAt };
    let firstAboveAt: number | undefined;
    // A share is seldom split just as asked, so a fifth more.
    const needed = 1.2 * requestsToProve(asked, previous);
    let wait = waitFor(needed, USUAL_RPS);
    let problems: readonly string[] = (await source.poll([requests], signal)).canary.problems;
    for (;;) {
      await clock.sleep(wait, signal);
      const poll = await source.poll([requests], signal);
      problems = [...poll.canary.problems, ...poll.stable.problems];
      // Stable's requests alone would look like a canary without traffic.
      const isBlind = poll.canary.pods > 0 && poll.canary.scraped === 0;
      if (!isBlind) window = { ...window, counts: addCounts(window.counts, poll, requests.name) };
      const { counts } = window;
      const counted = estimateSplit(counts, asked, previous);
      const isAbove = hasTesters && counted.state === 'contradicted' && counted.low > asked;
      // Requests of testers can't be told from the canary's share; together they may only be more than it.
      const estimate = isAbove ? ({ ...counted, state: 'undecided' } as const) : counted;
      if (isAbove) firstAboveAt ??= clock.now();
      const elapsed = clock.now() - startedAt;
      log.debug(`split: ${describe(estimate, counts)} after ${formatDuration(elapsed)}`);
      if (estimate.state === 'proven') {
        log.info(`Proven: ${describe(estimate, counts)}; ${percent(asked)} % was asked for.`);
        return { ...estimate, ...counts };
      }
      const windowMs = clock.now() - window.since;
      const isSilent = counts.total === 0 && windowMs >= Math.min(NO_TRAFFIC_MS, timeoutMs);
      const found = doubt.weigh(estimate, asked, { elapsedMs: elapsed, windowMs });
      const isOfTesters = isAbove && firstAboveAt !== undefined && clock.now() - firstAboveAt >= TESTERS_MS;
      const obstacle = { problems, isOfTesters };
      if (isOfTesters || isSilent) return conclude({ ...estimate, ...counts }, asked, demand, obstacle, log);
      if (found !== 'look on') return conclude({ ...estimate, ...counts, state: found }, asked, demand, obstacle, log);
      wait = waitFor(needed - counts.total, (1000 * counts.total) / windowMs);
      if (counted.state === 'contradicted') window = { counts: NONE, since: clock.now() };
    }
  };
}

const NONE: SplitCounts = { canary: 0, total: 0 };

/** What stands in the way of a proof. */
interface Obstacle {
  /** Of reading the pods. */
  readonly problems: readonly string[];
  /** Testers make so much of the canary's traffic that its share can't be seen. */
  readonly isOfTesters: boolean;
}

/** Milliseconds until `missing` more requests have come, within reason. */
const waitFor = (missing: number, rps: number): number => Math.min(Math.max((1000 * missing) / rps, MIN_POLL_MS), MAX_POLL_MS);

/**
 * Adds what one look saw. Where there are many pods they are read in turns, and a side whose pods were read more often would seem to get more;
 * so both are brought down to the coverage of the less covered one, which errs towards too few requests and never towards too many.
 */
function addCounts({ canary, total }: SplitCounts, poll: Poll, objective: string): SplitCounts {
  const sides = [poll.canary, poll.stable] as const;
  const coverages = sides.map(({ pods, coveredPodMs }) => (pods === 0 ? Number.POSITIVE_INFINITY : coveredPodMs / pods));
  const common = Math.min(...coverages);
  const [ofCanary = 0, ofStable = 0] = sides.map((side, index) => {
    const { good, bad } = side.counts.get(objective) ?? { good: 0, bad: 0 };
    const coverage = coverages[index] ?? common;
    return Math.round((good + bad) * (coverage > common && Number.isFinite(coverage) ? common / coverage : 1));
  });
  return { canary: canary + ofCanary, total: total + ofCanary + ofStable };
}

function conclude(
  proof: SplitProof,
  asked: number,
  demand: ProofOptions['demand'],
  { problems, isOfTesters }: Obstacle,
  log: Log,
): SplitProof {
  if (proof.state === 'contradicted') {
    throw new UserError(
      `The router does not follow the weight: ${percent(asked)} % was written and accepted, but ${describe(proof, proof)}. ` +
        'Look for another route, an Ingress or session affinity in front of the Service. ' +
        'With `router: replicas`, clients that keep their connections stay on the pods that they have: such an app needs a route.',
    );
  }
  const ofTesters = `${describe(proof, proof)}, and the testers among them, who can not be told apart, are too many`;
  const seen = proof.total === 0 ? 'no request was seen' : `only ${describe(proof, proof)} was seen`;
  const why = isOfTesters ? ofTesters : (problems[0] ?? seen);
  const text = `The split could not be proven: ${why}.`;
  if (demand === 'required')
    throw new UserError(
      `${text} \`prove: required\` asks for a proof. ${isOfTesters ? 'Lead fewer testers to the canary' : 'Send traffic'}, or set \`prove: expected\`.`,
    );
  log.warning(`${text} Going on without proof that ${percent(asked)} % of the traffic is on the canary.`);
  return proof;
}

/** Whole pods make shares such as 16.666… %. */
const percent = (share: number): string => String(Number(share.toFixed(1)));

const describe = ({ share, low, high }: SplitEstimate, { canary, total }: SplitCounts): string =>
  share === undefined
    ? 'no request counted'
    : `${canary} of ${total} requests went to the canary, ${share.toFixed(1)} % (99 % interval ${low.toFixed(1)}–${high.toFixed(1)} %)`;
