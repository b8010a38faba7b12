import type { Runtime } from '../../../kernel/runtime.js';
import { proveSplit } from '../../../release/proof/prove-split.js';
import { trafficMeter } from '../../../release/proof/silence.js';
import type { Holding } from '../../../release/record/ledger.js';
import { freshNonce } from '../../../release/record/nonce.js';
import { isInFlight, isOver, type Release } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import {
  countingObjective,
  evidenceFromPods,
  LIST_SELDOM_MS,
  placeOf,
  type Reading,
  SCRAPES_BESIDE_ANOTHER,
} from '../evidence/evidence.js';
import { type FiguresAsked, figuresOf, tellFigures } from '../evidence/figures.js';
import { SPLIT_ADVICE } from '../evidence/split-advice.js';
import { type HeldApp, leaseLedger } from '../ledger/ledger.js';
import { seize, takeMarksAway } from '../ledger/seize.js';
import type { RouterMemory } from '../router.js';
import { routerFor } from '../survey/route-of-release.js';
import type { Survey } from '../survey/survey.js';
import type { Work } from '../work.js';
import { refuseOtherNames } from './begin.js';
import { forgetLost, noted } from './noted-release.js';
import { leaksTo, type UncoveredAsked, uncoveredOf } from './past-route.js';
import { plannedRuntime, unproven } from './planned-work.js';

/** The inputs that say how traffic is moved and watched, as the actions parse them. */
export interface TrafficOptions extends FiguresAsked, UncoveredAsked {
  readonly settle?: number | undefined;
  readonly startTimeout: number;
  readonly prove: 'expected' | 'required';
  readonly proveTimeout: number;
}

/** What the holder of the lock asks of other processes; one that goes forward asks nothing. */
export type Asks = Pick<Holding, 'undoes' | 'asksToYield'>;

/**
 * Takes the lock on the app's record and runs `strategy` with everything that it needs; gives the lock back at the end. Where changes are merely
 * planned, the strategy is the same, and waits for nothing.
 */
export function openRelease<T>(
  cluster: Cluster,
  found: Survey,
  memory: RouterMemory,
  options: TrafficOptions,
  runtime: Runtime,
  strategy: (work: Work) => Promise<T>,
  asks: Asks = {},
): Promise<T> {
  const { app } = found;
  const { clock, log, workflowRun, signal, state } = cluster.plan ? plannedRuntime(runtime) : runtime;
  const holding = { clock, log, workflowRun, signal, nonce: freshNonce(), ...asks };
  return leaseLedger(cluster, app.name).hold(found, holding, async (unwatched) => {
    const held = noted(unwatched, app, workflowRun, state);
    const { latest } = held.record;
    if (isInFlight(latest)) refuseOtherNames(app, latest);
    const deployment = app.deployment.metadata?.name ?? '';
    if (held.isSeized) await seize(held.cluster, { app: app.name, deployment, latest }, log, held.signal);
    const work = await workOn(held, found, memory, options, { clock, log, workflowRun });
    try {
      return await strategy(cluster.plan ? unproven(work) : work);
    } finally {
      forgetLost(held, state);
      await leaveUnmarked(work);
    }
  });
}

/** What a strategy works with: the router that the release began with, and one place to look for its figures. */
async function workOn(
  held: HeldApp,
  found: Survey,
  memory: RouterMemory,
  options: TrafficOptions,
  { clock, log, workflowRun }: Pick<Runtime, 'clock' | 'log' | 'workflowRun'>,
): Promise<Work> {
  const { app } = found;
  const { cluster } = held;
  const known = isOfThisStep(held.record.latest, options) ? held.record.latest : undefined;
  tellFigures(options, known, log);
  const figures = figuresOf(options, known);
  const place = placeOf(figures, app, () => held.record.latest);
  const looks = new Map<string, number>();
  const evidence = (reading: Reading) => evidenceFromPods(cluster, app, place, clock, { looks, ...reading });
  const requests = countingObjective(figures.requests);
  const counting: Reading = { warmUpMs: 0, listEveryMs: LIST_SELDOM_MS };
  const patience = { settle: options.settle, clock, log, timeoutMs: options.startTimeout };
  const router = await routerFor(cluster, found, memory, patience);
  const isSplit = router.isolation === 'isolated';
  return {
    app,
    cluster,
    clock,
    log,
    held,
    router,
    evidence,
    meter: trafficMeter(evidence(counting), requests, figures.maxAgeMs, clock),
    proveSplit: proveSplit({
      source: evidence(counting),
      sourceBesideGate: evidence({ ...counting, maxScrapesPerSecond: SCRAPES_BESIDE_ANOTHER }),
      requests,
      timeoutMs: options.proveTimeout,
      demand: options.prove,
      // An action without the input only takes traffic away, and may find an app that has no such labels any more.
      uncovered: isSplit && options.uncovered !== undefined ? uncoveredOf(found, options) : undefined,
      advice: SPLIT_ADVICE,
      departure: (share, inner) => router.departure(share, inner),
      ...(isSplit && { leaks: (inner: AbortSignal) => leaksTo(app, held, router, inner) }),
      clock,
      log,
    }),
    figures: figures.memory,
    startTimeoutMs: options.startTimeout,
    runUrl: workflowRun.url,
  };
}

/** Whether the step goes on with the latest release or undoes it; an action with `uncovered` begins another one after it. */
const isOfThisStep = (latest: Release | undefined, { uncovered }: TrafficOptions): boolean =>
  latest !== undefined && (!isOver(latest) || uncovered === undefined);

/** A release in flight keeps its marks for the process that goes on with it. */
async function leaveUnmarked({ held, log }: Work): Promise<void> {
  const { latest } = held.record;
  if (held.signal.aborted || isInFlight(latest)) return;
  await takeMarksAway(held.cluster, held.standing(), log, held.signal);
}
