import { randomBytes } from 'node:crypto';
import type { Runtime } from '../action/runtime.js';
import type { Selector } from '../slo/objective.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { httpRouteMemory, httpRouteRouter, settleTimeOf } from '../target/kubernetes/routers/http-route-router.js';
import { replicasRouter } from '../target/kubernetes/routers/replicas-router.js';
import type { Router, RouterMemory } from '../target/kubernetes/routers/router.js';
import { backendsOf } from '../target/kubernetes/workload/app.js';
import { refuseOtherNames } from './begin.js';
import { countingObjective, evidenceFromPods, type Reading, SCRAPES_BESIDE_ANOTHER } from './evidence.js';
import { proveSplit } from './prove-split.js';
import { isOver } from './record.js';
import { withRecord } from './record-store.js';
import type { Survey } from './survey.js';
import type { Work } from './work.js';

/** The inputs that say how traffic is moved and watched, as the actions parse them. */
export interface TrafficOptions {
  readonly settle?: number | undefined;
  readonly startTimeout: number;
  readonly prove: 'expected' | 'required';
  readonly proveTimeout: number;
  readonly requestMetric: Selector;
  readonly metricsPort?: number | undefined;
  readonly metricsPath: string;
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
  { clock, log, workflowRun, signal }: Runtime,
  strategy: (work: Work) => Promise<T>,
): Promise<T> {
  const { app } = found;
  return withRecord(app.name, found, { cluster, clock, log, workflowRun, signal, nonce: freshNonce() }, async (held) => {
    const { latest } = held.record;
    if (latest && !isOver(latest)) refuseOtherNames(app, latest);
    const endpoint = { port: options.metricsPort, path: options.metricsPath };
    const evidence = (reading: Reading) => evidenceFromPods(cluster, app, endpoint, clock, reading);
    const requests = countingObjective(options.requestMetric);
    return strategy({
      app,
      cluster,
      clock,
      log,
      held,
      router: routerFor(cluster, found, memory, options.settle),
      evidence,
      proveSplit: proveSplit({
        source: evidence({ warmUpMs: 0 }),
        sourceBesideGate: evidence({ warmUpMs: 0, maxScrapesPerSecond: SCRAPES_BESIDE_ANOTHER }),
        requests,
        timeoutMs: options.proveTimeout,
        demand: options.prove,
        clock,
        log,
      }),
      startTimeoutMs: options.startTimeout,
      runUrl: workflowRun.url,
    });
  });
}

/** The router that a release began with, whatever one would be chosen today. */
export function routerFor(cluster: Cluster, found: Survey, memory: RouterMemory, settleMs: number | undefined): Router {
  const { app, route } = found;
  if (memory.kind === 'http-route') {
    return httpRouteRouter(cluster, {
      backends: backendsOf(app),
      memory,
      seen: route,
      settleMs: settleMs ?? settleTimeOf(route),
    });
  }
  const router = replicasRouter(cluster, app);
  return settleMs === undefined ? router : { ...router, settleMs };
}
