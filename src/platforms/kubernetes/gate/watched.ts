import type { Clock } from '../../../kernel/clock.js';
import type { Log } from '../../../kernel/log.js';
import type { Release } from '../../../release/record/record.js';
import { watchForFail } from '../../../slo/gate/gate.js';
import type { GateResult } from '../../../slo/gate/gate-result.js';
import type { LiveShare } from '../../../slo/liveness.js';
import { shareOf, stableSize } from '../canary/reachable.js';
import { readingFor, SCRAPES_BESIDE_ANOTHER } from '../evidence/evidence.js';
import type { HeldApp } from '../ledger/ledger.js';
import { kubernetesOf } from '../memory.js';
import type { Router } from '../router.js';
import type { Work } from '../work.js';
import { asJudgedAt } from './comparable.js';
import { recall, withStates } from './gate-memory.js';
import { type Gate, measuredPart } from './judge-hold.js';

/** How a part of a release ended that a gate watched: with what it brought, or early, because the gate failed the canary. */
export type Watched<T> =
  | { readonly release: Release; readonly value: T; readonly breach?: undefined }
  | { readonly release: Release; readonly value?: undefined; readonly breach: GateResult };

/**
 * Does a part of a release in which the canary gets traffic, with the gate looking at it meanwhile. A breach ends the part at once, in
 * whatever wait it is, unless a breach is only to be reported: then the part is finished, and the hold that follows fails at its first look.
 * @param release as it is on record
 * @param part gets the work with a signal that a breach aborts
 * @returns the release with what the gate knows by the end of the part; not written yet
 * @throws what the part throws
 */
export async function watched<T>(
  work: Work,
  release: Release,
  gate: Gate | undefined,
  part: (work: Work) => Promise<T>,
): Promise<Watched<T>> {
  if (!gate) return { release, value: await part(work) };
  const { clock, log, held } = work;
  const slo = asJudgedAt(release.weight, gate.slo);
  let share: Omit<LiveShare, 'settleMs'> | undefined = shareNow(shareBefore(release), clock);
  const done = new AbortController();
  const breached = new AbortController();
  log.info('The gate looks from here on: a canary that is bad before its share is proven is taken out at once.');
  const watching = watchForFail({
    slo,
    source: work.evidence({ ...readingFor(slo, release), maxScrapesPerSecond: SCRAPES_BESIDE_ANOTHER }),
    resume: recall(release, slo),
    ...(gate.record && { record: gate.record }),
    clock,
    log: quiet(log),
    signal: held.signal,
    until: done.signal,
    share: () => share && { ...share, settleMs: work.router.settleMs, measuredPart: measuredPart(release.steps) },
    departure: async (signal) => share && work.router.departure(share.percent, signal),
    hasServed: release.steps.some(({ servedSince }) => servedSince !== undefined),
  });
  const interrupting = watching.then(
    ({ verdict, reason }) => {
      if (verdict === 'fail' && gate.onBreach === 'abort') breached.abort(new Error(reason));
    },
    // Reported below, once the part has ended.
    () => undefined,
  );
  try {
    const router: Router = {
      ...work.router,
      async shift(to, signal) {
        await work.router.shift(to, signal);
        const percent = shareOf(work.router, to, stableSize(work, kubernetesOf(release).stableReplicas));
        if (percent !== share?.percent) share = shareNow(percent, clock);
      },
    };
    const value = await part({ ...work, router, held: interruptible(held, breached.signal) });
    done.abort();
    const seen = await watching;
    await interrupting;
    if (breached.signal.aborted) return { release, breach: seen };
    return { release: withStates(release, seen), value };
  } catch (error) {
    if (!breached.signal.aborted) throw error;
    // A step that was cancelled, or has lost its lock, must change nothing more.
    held.signal.throwIfAborted();
    return { release, breach: await watching };
  } finally {
    done.abort();
    await interrupting;
  }
}

/** What the canary has when the part begins; its target is on record already. */
function shareBefore({ steps }: Release): number {
  const last = steps.at(-1);
  return last?.servedSince === undefined ? 0 : last.weight;
}

const shareNow = (percent: number, clock: Clock) => (percent > 0 ? { percent, movedAt: clock.now() } : undefined);

const interruptible = (held: HeldApp, ending: AbortSignal): HeldApp => ({
  get record() {
    return held.record;
  },
  signal: AbortSignal.any([held.signal, ending]),
  cluster: held.cluster,
  isSeized: held.isSeized,
  standing: () => held.standing(),
  write: (release) => held.write(release),
  noteLive: (seen) => held.noteLive(seen),
});

/** The proof and the hold, which read the same pods, say what is wrong with them. */
const quiet = (log: Log): Log => ({
  info: (text) => log.debug(text),
  debug: (text) => log.debug(text),
  warning: (text) => log.debug(text),
  group: (heading, part) => log.group(heading, part),
  mask: (secret) => log.mask(secret),
});
