import { randomBytes } from 'node:crypto';
import type { Runtime } from '../action/runtime.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { HTTP_ROUTE, SERVICE } from '../target/kubernetes/kinds.js';
import type { AcceptanceWait } from '../target/kubernetes/routers/await-acceptance.js';
import { httpRouteMemory, httpRouteRouter, settleTimeOf } from '../target/kubernetes/routers/http-route-router.js';
import { replicasRouter } from '../target/kubernetes/routers/replicas-router.js';
import { ruleIdentity, rulesOf } from '../target/kubernetes/routers/route-weights.js';
import type { Router, RouterMemory } from '../target/kubernetes/routers/router.js';
import { othersRules } from '../target/kubernetes/routers/testers.js';
import { leakingServices, otherWays } from '../target/kubernetes/surroundings/other-ways.js';
import { type App, backendsOf } from '../target/kubernetes/workload/app.js';
import { refuseOtherNames } from './begin.js';
import {
  countingObjective,
  evidenceFromPods,
  LIST_SELDOM_MS,
  placeOf,
  type Reading,
  SCRAPES_BESIDE_ANOTHER,
} from './evidence.js';
import { type FiguresAsked, figuresOf, tellFigures } from './figures.js';
import { forgetLost, noted } from './noted-release.js';
import { proveSplit } from './prove-split.js';
import { isOver, type Release } from './record.js';
import { type HeldRecord, withRecord } from './record-store.js';
import { seize, takeMarksAway } from './seize.js';
import { trafficMeter } from './silence.js';
import type { UncoveredOptions } from './split-words.js';
import type { Survey } from './survey.js';
import { forbidden } from './undo-survey.js';
import type { Work } from './work.js';

/** The inputs that say how traffic is moved and watched, as the actions parse them. */
export interface TrafficOptions extends FiguresAsked {
  readonly settle?: number | undefined;
  readonly startTimeout: number;
  readonly prove: 'expected' | 'required';
  readonly proveTimeout: number;
  /** Percent; an action without the input moves no share that others could lower. */
  readonly uncovered?: number;
  readonly onUncovered?: 'warn' | 'fail';
  /** Whether a process that is at work on the app is asked to give way, as an undo of any run's release does. */
  readonly asksToYield?: boolean;
  /** Whether a release is undone: another process that is undoing it is waited for. */
  readonly undoes?: boolean;
}

/** A short random word for ids and lock holders. */
export const freshNonce = (): string => randomBytes(4).toString('hex');

/** How the release in flight splits the traffic, or else how a new one would. */
export function memoryFor({ app, route }: Survey): RouterMemory {
  return route ? httpRouteMemory(route, backendsOf(app)) : { kind: 'replicas' };
}

/** Takes the lock on the app's record and runs `strategy` with everything that it needs; gives the lock back at the end. */
export function openRelease<T>(
  cluster: Cluster,
  found: Survey,
  memory: RouterMemory,
  options: TrafficOptions,
  { clock, log, workflowRun, signal, state }: Runtime,
  strategy: (work: Work) => Promise<T>,
): Promise<T> {
  const { app } = found;
  const lock = {
    cluster,
    clock,
    log,
    workflowRun,
    signal,
    nonce: freshNonce(),
    undoes: options.undoes ?? false,
    ...(options.asksToYield && { asksToYield: workflowRun.url }),
  };
  return withRecord(app.name, found, lock, async (unwatched) => {
    const held = noted(unwatched, app, workflowRun, state);
    const { latest } = held.record;
    if (latest && !isOver(latest)) refuseOtherNames(app, latest);
    const deployment = app.deployment.metadata?.name ?? '';
    if (held.isSeized) await seize(held.cluster, { app: app.name, deployment, latest }, log, held.signal);
    const known = isOfThisStep(latest, options) ? latest : undefined;
    tellFigures(options, known, log);
    const figures = figuresOf(options, known);
    const place = placeOf(figures, app, () => held.record.latest);
    const looks = new Map<string, number>();
    const evidence = (reading: Reading) => evidenceFromPods(held.cluster, app, place, clock, { looks, ...reading });
    const requests = countingObjective(figures.requests);
    const counting: Reading = { warmUpMs: 0, listEveryMs: LIST_SELDOM_MS };
    const router = routerFor(held.cluster, found, memory, {
      settle: options.settle,
      clock,
      log,
      timeoutMs: options.startTimeout,
    });
    const work: Work = {
      app,
      cluster: held.cluster,
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
        uncovered: router.isolation === 'isolated' && options.uncovered !== undefined ? uncoveredOf(found, options) : undefined,
        departure: (share, inner) => router.departure(share, inner),
        ...(router.isolation === 'isolated' && { leaks: (inner: AbortSignal) => leaksTo(app, held, router.memory, inner) }),
        clock,
        log,
      }),
      figures: figures.memory,
      startTimeoutMs: options.startTimeout,
      runUrl: workflowRun.url,
    };
    try {
      return await strategy(work);
    } finally {
      forgetLost(held, state);
      await leaveUnmarked(work);
    }
  });
}

/** Whether the step goes on with the latest release or undoes it; an action with `uncovered` begins another one after it. */
const isOfThisStep = (latest: Release | undefined, { uncovered }: TrafficOptions): boolean =>
  latest !== undefined && (!isOver(latest) || uncovered === undefined);

/** A release in flight keeps its marks for the process that goes on with it. */
async function leaveUnmarked({ held, log }: Work): Promise<void> {
  const { latest } = held.record;
  if (held.signal.aborted || (latest && !isOver(latest))) return;
  await takeMarksAway(held.cluster, held.standing(), log, held.signal);
}

/** How a router waits: for its proxies, and for its controllers' acceptance. */
export interface RouterPatience extends AcceptanceWait {
  /** Instead of the documented bound of the proxies. */
  readonly settle: number | undefined;
}

/** The router that a release began with, whatever one would be chosen today. */
export function routerFor(
  cluster: Cluster,
  found: Survey,
  memory: RouterMemory,
  { settle, ...acceptance }: RouterPatience,
): Router {
  const { app, route } = found;
  const asked = settle === undefined ? {} : { settleMs: settle, settleReason: '`settle` says so' };
  if (memory.kind === 'http-route') {
    const options = { backends: backendsOf(app), memory, seen: route, settleMs: settleTimeOf(route), acceptance };
    return { ...httpRouteRouter(cluster, options), ...asked };
  }
  return { ...replicasRouter(cluster, app), ...asked };
}

/** What a step may know without another request: an Ingress would take one. */
function uncoveredOf(
  { app, services, routes, route }: Survey,
  { uncovered = 0, onUncovered = 'warn' }: TrafficOptions,
): UncoveredOptions {
  const { uncovered: ways } = otherWays({ ingresses: [], services, routes }, app, route?.metadata?.name);
  return { declared: uncovered, onMore: onUncovered, ways };
}

/** What leads to the canary whatever its weight, as it is now: Services over its pods, and a person's own rules. An undo has read none of them. */
async function leaksTo(
  app: App,
  { cluster, record }: Pick<HeldRecord, 'cluster' | 'record'>,
  memory: RouterMemory,
  signal: AbortSignal,
): Promise<string[]> {
  const [services, route] = await Promise.all([
    forbidden([], cluster.list(SERVICE, {}, signal)),
    memory.kind === 'http-route' ? cluster.read(HTTP_ROUTE, memory.route, signal) : undefined,
  ]);
  const rules = route ? othersRules(rulesOf(route), backendsOf(app), [record.latest?.testers]) : [];
  return [
    ...leakingServices(services, app).map(({ metadata }) => `Service ${metadata?.name}`),
    ...rules.map((rule) => `rule ${ruleIdentity(rule)} of HTTPRoute ${route?.metadata?.name}`),
  ];
}
