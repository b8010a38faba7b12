import type { Counts, Objective, RatioObjective } from '../../objective/objective.js';
import { labelsMatch } from '../../objective/selector.js';
import { CounterGrowth, type Growth, PROCESS_START } from './counter-growth.js';
import type { Exposition } from './exposition.js';
import { readHistogram } from './histogram.js';
import { type CountsLooks, NO_UPKEEP, pathOf, type Upkeep, UpkeepLedger } from './upkeep.js';

/** What one look at one pod brought. An objective without an entry has no data this time. */
export interface PodCounts {
  readonly counts: ReadonlyMap<string, Counts>;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Why what this pod has counted is not to be believed, and with it what others of its kind have. */
  readonly distrust?: string;
  /** Requests that are new on the page and may be users', whatever else may explain them; the most of any objective. */
  readonly atMost: number;
  /** Why an objective never has data as its metric is written, by its name. */
  readonly lasting?: ReadonlyMap<string, string>;
  /** Paths of users' requests that have come, `''` where no label tells. */
  readonly paths?: ReadonlySet<string>;
  /** Whether its process was started anew since the last look, in a container that went on: what the former counted last is lost. */
  readonly isOfNewProcess?: boolean;
}

/** What is known besides the page. */
export interface Circumstances {
  /** Changes when a container of the pod is started anew. */
  readonly life?: string | undefined;
  readonly upkeep?: Upkeep;
  /** Looks that were sent to the pod since the last one that was read, this one included. */
  readonly looks?: number;
  /** Since the last look. */
  readonly elapsedMs?: number;
  /** How far the moment at which the page was made may be from when it is taken to have been. */
  readonly unsureMs?: number;
  /** Whether the app counts looks, by name of the objective. */
  readonly countsLooks?: ReadonlyMap<string, CountsLooks>;
  /** How often it counts each request, where it counts looks. */
  readonly timesCounted?: number;
  /** Why what an objective selects says nothing, by its name; what was seen waits until it does. */
  readonly gaps?: ReadonlyMap<string, unknown>;
  readonly totalGap?: (objective: Objective) => string;
}

/** The metrics that an exposition is searched for. */
export const wantedMetrics = (objectives: readonly Objective[]): ReadonlySet<string> =>
  new Set([PROCESS_START, ...objectives.flatMap(metricsOf)]);

const metricsOf = (objective: Objective): string[] =>
  objective.kind === 'ratio' ? [objective.events.metric, objective.total.metric] : [`${objective.histogram.metric}_bucket`];

/** Requests that were seen but not yet handed on. */
interface Pending {
  readonly total: number;
  /** For a histogram: those that were surely good. */
  readonly events: number;
  /** For a histogram: those that may have been good; else as many as `events`. */
  readonly perhaps: number;
  /** Good ones that nobody can tell from upkeep. */
  readonly mixed: number;
}

interface Seen extends Pending {
  /** Why the objective has no data this time; what was seen is kept for the next. */
  readonly gap?: string;
  /** Whether no later look can have any. */
  readonly isLasting?: boolean;
  readonly between?: string;
  readonly note?: string;
}

const NOTHING: Pending = { total: 0, events: 0, perhaps: 0, mixed: 0 };
const MIXED =
  "the app counts the gate's looks and the kubelet's probes like users' requests, or may do so, as none of its labels has the path; " +
  'as many as they can be are taken off for a pass';

/** Turns the successive expositions of one pod into counts of what users asked for. */
export class PodCounter {
  readonly #growth = new CounterGrowth();
  readonly #pending = new Map<string, Pending>();
  readonly #ledgers = new Map<string, UpkeepLedger>();

  /** @param page read for `wantedMetrics(objectives)` */
  look(page: Exposition, objectives: readonly Objective[], around: Circumstances = {}): PodCounts {
    const { upkeep = NO_UPKEEP } = around;
    const grown = this.#growth.grow(page.samples, wantedMetrics(objectives), around.life, upkeep);
    const problems = [...grown.problems];
    const notes: string[] = [];
    if (grown.distrust)
      return { counts: new Map(), problems: [...problems, grown.distrust], notes, distrust: grown.distrust, atMost: 0 };
    const counts = new Map<string, Counts>();
    let atMost = 0;
    const lasting = new Map<string, string>();
    for (const objective of objectives) {
      const seen =
        objective.kind === 'ratio' ? readRatio(objective, grown.growths, around) : seenIn(objective, grown.growths, page, around);
      if (seen.note) notes.push(seen.note);
      if (seen.gap !== undefined && seen.isLasting) lasting.set(objective.name, seen.gap);
      atMost = Math.max(atMost, mayBeUsers(objective, seen, around));
      const counted = this.#release(objective, seen, around);
      if (typeof counted !== 'string') counts.set(objective.name, counted);
      else if (counted !== '') problems.push(`${objective.name}: ${counted}`);
    }
    const isOfNewProcess = grown.isOfNewProcess === true;
    return { counts, problems, notes, atMost, lasting, paths: pathsIn(grown.growths), ...(isOfNewProcess && { isOfNewProcess }) };
  }

  /** See CounterGrowth. */
  peek(page: Exposition): string | undefined {
    return this.#growth.peek(page.samples);
  }

  /** What the pod's looks say of whether an app counts them. */
  ledger(objective: string): UpkeepLedger {
    const ledger = this.#ledgers.get(objective) ?? new UpkeepLedger();
    this.#ledgers.set(objective, ledger);
    return ledger;
  }

  /**
   * Hands on what has come together. More events than requests, or more in a bucket than in a higher one, can be a matter of a moment (the
   * counters are not written at once); until the others have caught up, all wait, so that nothing bad is lost and nothing good invented.
   * @returns why there is nothing to hand on; empty where that is said elsewhere
   */
  #release(objective: Objective, seen: Seen, around: Circumstances): Counts | string {
    const { looks = 0, elapsedMs = 0, unsureMs = 0, upkeep = NO_UPKEEP, timesCounted = 1 } = around;
    const ledger = this.ledger(objective.name);
    ledger.note({ grown: seen.mixed, looks, elapsedMs, probes: upkeep.probes, timesCounted, unsureMs });
    const pending = add(this.#pending.get(objective.name) ?? NOTHING, seen);
    this.#pending.set(objective.name, pending);
    if (seen.gap) return seen.gap;
    if (around.gaps?.has(objective.name)) return '';
    if (pending.events > pending.perhaps || pending.perhaps > pending.total) return whyItDoesNotAddUp(objective);
    this.#pending.set(objective.name, NOTHING);
    const eventsAreBad = objective.kind === 'ratio' && objective.counted === 'bad';
    const good = eventsAreBad ? pending.total - pending.events : pending.events;
    const { surely, maybe } = ledger.take(Math.min(pending.mixed, good), around.countsLooks?.get(objective.name) ?? 'unknown');
    const between = pending.perhaps - pending.events;
    const bad = pending.total - good;
    const counted = { good: good - surely + between, bad: bad - between };
    if (maybe === 0 && between === 0) return counted;
    const why = between > 0 ? (seen.between ?? MIXED) : MIXED;
    return { ...counted, atWorst: { good: good - surely - maybe, bad, why } };
  }
}

/**
 * What one look has grown by, without what it surely owes to looks and probes since the one before. Not what is due from earlier: that a request is
 * explained by a look of a minute ago makes it no silence.
 */
function mayBeUsers({ name }: Objective, { total, mixed }: Seen, around: Circumstances): number {
  const { looks = 0, elapsedMs = 0, upkeep = NO_UPKEEP, timesCounted = 1, countsLooks } = around;
  if (countsLooks?.get(name) !== 'yes') return total;
  const probed = upkeep.probes.reduce((sum, { periodMs }) => sum + Math.ceil(elapsedMs / periodMs), 0);
  return total - Math.min(mixed, timesCounted * (looks + probed));
}

/** An app may write the page between two of its own counters, Micrometer's +Inf bucket among them; only what lasts is worth a sentence. */
const whyItDoesNotAddUp = (objective: Objective): string =>
  objective.kind === 'ratio'
    ? 'more events than requests were counted; is every series of the first selector also part of the total?'
    : `the buckets of ${objective.histogram.metric} do not add up: one of them has counted more than a higher one`;

const pathsIn = (growths: readonly Growth[]): ReadonlySet<string> =>
  new Set(growths.filter(({ caller, growth = 0 }) => caller !== 'upkeep' && growth > 0).map(({ labels }) => pathOf(labels)));

const add = (a: Pending, b: Pending): Pending => ({
  total: a.total + b.total,
  events: a.events + b.events,
  perhaps: a.perhaps + b.perhaps,
  mixed: a.mixed + b.mixed,
});

function seenIn(
  objective: Exclude<Objective, RatioObjective>,
  growths: readonly Growth[],
  page: Exposition,
  { totalGap }: Circumstances,
): Seen {
  const users = growths.filter(({ caller }) => caller !== 'upkeep');
  if (!growths.some(({ metric, labels }) => isOf(objective, metric) && labelsMatch(objective.histogram.matchers, labels)))
    return { ...NOTHING, gap: totalGap?.(objective) ?? `no series matches ${objective.histogram.text}` };
  const { surelyGood, perhapsGood, ...observed } = readHistogram(objective, users, page.units.get(objective.histogram.metric));
  return { ...observed, events: surelyGood, perhaps: perhapsGood };
}

const isOf = ({ histogram }: Exclude<Objective, RatioObjective>, metric: string): boolean =>
  metric === `${histogram.metric}_bucket`;

/**
 * A pod that has never had such an event has no series of it yet: that is 0, so without a good one all its requests are bad.
 * Without a series of all requests there is no data. What is asked by the suite and the kubelet is left out where a label tells.
 */
function readRatio(objective: RatioObjective, growths: readonly Growth[], { totalGap }: Circumstances): Seen {
  const { events, total, counted } = objective;
  const select = (selector: typeof events) =>
    growths.filter(({ metric, labels }) => metric === selector.metric && labelsMatch(selector.matchers, labels));
  const users = (series: readonly Growth[]) => series.filter(({ caller }) => caller !== 'upkeep');
  const mixed = (series: readonly Growth[]) => series.filter(({ caller }) => caller === 'mixed');
  const [eventSeries, totalSeries] = [select(events), select(total)];
  const ofEvents = sum(users(eventSeries));
  const ofMixed = counted === 'bad' ? sum(mixed(totalSeries)) - sum(mixed(eventSeries)) : sum(mixed(eventSeries));
  const seen = { events: ofEvents, perhaps: ofEvents, total: sum(users(totalSeries)), mixed: Math.max(0, ofMixed) };
  const unreadable = [...eventSeries, ...totalSeries].find(({ growth }) => growth === undefined);
  if (unreadable) return { ...seen, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` };
  if (totalSeries.length === 0) return { ...seen, gap: totalGap?.(objective) ?? `no series matches ${total.text}` };
  return seen;
}

const sum = (growths: readonly Growth[]): number => growths.reduce((total, { growth }) => total + (growth ?? 0), 0);
