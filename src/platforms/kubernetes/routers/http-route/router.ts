import { UserError } from '../../../../kernel/errors.js';
import type { Testers } from '../../../../release/testers.js';
import { ApiError, type Cluster } from '../../api/cluster.js';
import { editObject } from '../../api/edit-object.js';
import type { HttpRoute, HttpRouteRule } from '../../api/http-route.js';
import { HTTP_ROUTE, SERVICE } from '../../api/kinds.js';
import { giveUpOwnership } from '../../api/ownership.js';
import { backendsOf } from '../../app/app.js';
import { type AcceptanceWait, type LoadedRouter, type Router, type Share, UNKNOWN_SETTLE_MS } from '../../router.js';
import { addressOf } from './address.js';
import { awaitAcceptance } from './await-acceptance.js';
import { checkRoute, odditiesOfRoute, refuseDepartedRoute } from './check.js';
import { departureOf } from './departure.js';
import { ABILITIES, asHttpRoute, type HttpRouteMemory } from './kind.js';
import { liveSplit, splitTraces } from './live.js';
import { controllersOf } from './status.js';
import { othersRules, withoutCanaryRules, withTesterRules } from './testers.js';
import {
  type Backends,
  backendOf,
  leadsTo,
  ruleIdentity,
  rulesOf,
  withCanaryShare,
  withoutCanary,
  withZeroWeight,
} from './weights.js';

/** Time from an accepted change to the last proxy acting on it, by the controller that owns the route (their documentation). */
const SETTLE_MS: ReadonlyArray<[RegExp, number]> = [
  // It takes all changes together, at most every 2 s, and builds its routes anew after that (docs/testbed.md has the measurement).
  [/^traefik\.io\//, 3000],
  [/^networking\.gke\.io\//, 30_000],
];

export interface HttpRouteRouterOptions {
  readonly backends: Backends;
  readonly memory: HttpRouteMemory;
  /** The route, when it has just been read. */
  readonly seen?: HttpRoute | undefined;
  readonly settleMs: number;
  /** How its controllers' acceptance of a change is waited for. */
  readonly acceptance: AcceptanceWait;
}

/** The documented bound of the controllers that report for the route's parents; the longest, should there be several. */
export function settleTimeOf(route: HttpRoute | undefined): number {
  const bounds = (route ? controllersOf(route) : []).map(
    (controller) => SETTLE_MS.find(([pattern]) => pattern.test(controller))?.[1] ?? UNKNOWN_SETTLE_MS,
  );
  return bounds.length === 0 ? UNKNOWN_SETTLE_MS : Math.max(...bounds);
}

/** Why a change of the route is waited for as long as it is, for people who wonder. */
export function settleReasonOf(route: HttpRoute | undefined): string {
  const controllers = [...new Set(route ? controllersOf(route) : [])].filter((name) => name !== '');
  const unknown = controllers.filter((name) => !SETTLE_MS.some(([pattern]) => pattern.test(name)));
  if (controllers.length > 0 && unknown.length === 0) return `the proxies of ${controllers.join(', ')} act within it`;
  const whose = unknown.length > 0 ? unknown.join(', ') : "the route's controller";
  return `no bound is documented for the proxies of ${whose}; say \`settle\` when you know one`;
}

/** Splits the traffic by the weights of the route's backends. */
export function httpRouteRouter(
  cluster: Cluster,
  { backends, memory, settleMs, seen: known, acceptance }: HttpRouteRouterOptions,
): Router {
  const name = memory.route;
  const where = `HTTPRoute ${cluster.namespace}/${name}`;
  const gone =
    `${where} is gone; somebody deleted it during the release, and it brings Service ${backends.stable} no request any more. ` +
    'Create it again; then go on with the release, or begin it anew where it has been put back.';

  const withoutService =
    `Service ${cluster.namespace}/${backends.canary} is gone; somebody deleted it during the release, and ${where} leads the canary's share to nothing. ` +
    'End the release with `weight: 0` or the rollback action, then begin it anew.';

  const readRoute = async (signal: AbortSignal): Promise<HttpRoute> => {
    const route = await cluster.read(HTTP_ROUTE, name, signal);
    if (!route) throw new UserError('route-changed', gone);
    return route;
  };

  /** The route as we last saw it. Every edit is a compare-and-swap, so one that is out of date costs a second try and nothing else. */
  let seen = known;

  /** The edit is made on what was seen last, and made again on what is there when somebody else was faster. */
  const edit = async (
    change: (rules: readonly HttpRouteRule[]) => HttpRouteRule[],
    signal: AbortSignal,
  ): Promise<HttpRoute | undefined> => {
    const remembered = seen;
    seen = undefined;
    let isChanged = false;
    const plan = (route: HttpRoute) => {
      const after = change(rulesOf(route));
      isChanged = JSON.stringify(after) !== JSON.stringify(rulesOf(route));
      return isChanged ? [{ op: 'replace', path: '/spec/rules', value: after } as const] : [];
    };
    const route = await editObject(cluster, HTTP_ROUTE, name, plan, signal, remembered);
    if (isChanged) seen = route;
    return route;
  };

  const accepted = async (written: HttpRoute, signal: AbortSignal): Promise<void> => {
    seen = await awaitAcceptance(cluster, written, acceptance, signal);
  };

  /** The canary is listed before it gets a share: where it is not any more, somebody wants it to have none. */
  const refuseTakenOut = (rules: readonly HttpRouteRule[]) => {
    if (rules.some((rule) => backendOf(rule, backends.canary, backends.namespace))) return;
    throw new UserError(
      'route-changed',
      `${where} no longer leads to Service ${backends.canary}: somebody took the canary out of it during the release, and it is not put in again. ` +
        'End the release with `weight: 0` or the rollback action, then begin a new one if it is still wanted.',
    );
  };

  const write = async (
    { percent, testers, formerTesters }: Omit<Share, 'pods'>,
    signal: AbortSignal,
    refuse: (rules: readonly HttpRouteRule[]) => void = () => undefined,
  ): Promise<HttpRoute> => {
    const route = await edit((rules) => {
      refuse(rules);
      if (!rules.some((rule) => backendOf(rule, backends.stable, backends.namespace))) {
        throw new UserError(
          'route-changed',
          `${where} no longer sends traffic to Service ${backends.stable}; somebody changed it during the release.`,
        );
      }
      return withTesterRules(withCanaryShare(rules, backends, memory.rules, percent), backends, testers, formerTesters);
    }, signal);
    if (!route) throw new UserError('route-changed', gone);
    return route;
  };

  /** The canary's rules go, a person's too: there is nothing behind them any more. */
  const takeOut = async (
    change: (rules: readonly HttpRouteRule[]) => HttpRouteRule[],
    testers: Testers | undefined,
    signal: AbortSignal,
  ) => {
    let foreign: readonly HttpRouteRule[] = [];
    await edit((rules) => {
      foreign = othersRules(rules, backends, [testers]);
      return change(withoutCanaryRules(rules, backends));
    }, signal);
    for (const rule of foreign)
      acceptance.log.warning(
        `Rule ${ruleIdentity(rule)} of ${where} led to the canary alone, and no \`header\` or \`cookie\` of this release has made it. It is taken out with the canary; add it again for another Service if it is still wanted.`,
      );
  };

  return {
    ...ABILITIES,
    memory,
    settleMs,
    settleReason: settleReasonOf(known),
    reachableShare: (percent) => percent,
    departure: async (percent, signal) => {
      const [route, hasService] = await Promise.all([
        cluster.read(HTTP_ROUTE, name, signal),
        percent === 0 || isServiceThere(cluster, backends.canary, signal),
      ]);
      if (route && !hasService && leadsTo(route, backends.canary)) return withoutService;
      return route ? departureOf(route, backends, percent) : gone;
    },
    canaryReplicas: (percent, stableReplicas) => Math.max(1, Math.ceil((percent * stableReplicas) / 100)),
    admit: async (signal) => {
      seen ??= await readRoute(signal);
      if (!leadsTo(seen, backends.canary)) await accepted(await write({ percent: 0 }, signal), signal);
    },
    shift: async (share, signal) => {
      if (share.percent > 0) await accepted(await write(share, signal, refuseTakenOut), signal);
      // A route that is gone sends nothing to the canary.
      else await takeOut((rules) => withZeroWeight(rules, backends, memory.rules), share.testers, signal);
    },
    strays: async (testers, signal) => {
      const route = await cluster.read(HTTP_ROUTE, name, signal);
      const rules = route ? othersRules(rulesOf(route), backends, [testers]) : [];
      return rules.map((rule) => `rule ${ruleIdentity(rule)} of HTTPRoute ${name}`);
    },
    leave: async (signal) => {
      await takeOut((rules) => withoutCanary(rules, backends, memory.rules), undefined, signal);
      // `rules` is one atomic list: a claim on it would make every later change of its owner conflict.
      await giveUpOwnership(cluster, HTTP_ROUTE, name, signal);
    },
  };
}

/** Whoever may not see it is not told that it is gone. */
async function isServiceThere(cluster: Cluster, service: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await cluster.list(SERVICE, { fields: `metadata.name=${service}` }, signal)).length > 0;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return true;
    throw error;
  }
}

/** What of this kind is loaded when a release is worked on. */
export const loaded: LoadedRouter = {
  check: checkRoute,
  oddities: odditiesOfRoute,
  refuseDeparted: refuseDepartedRoute,
  address: addressOf,
  create: (cluster, app, memory, { seen, acceptance }) => {
    return httpRouteRouter(cluster, {
      backends: backendsOf(app),
      memory: asHttpRoute(memory),
      seen,
      settleMs: settleTimeOf(seen),
      acceptance,
    });
  },
  live: liveSplit,
  traces: splitTraces,
};
