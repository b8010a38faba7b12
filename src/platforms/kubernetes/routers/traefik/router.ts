import { UserError } from '../../../../kernel/errors.js';
import type { Cluster } from '../../api/cluster.js';
import { editObject } from '../../api/edit-object.js';
import { giveUpOwnership } from '../../api/ownership.js';
import { type App, backendsOf } from '../../app/app.js';
import type { LoadedRouter, Router, RouterMemory } from '../../router.js';
import { checkService, odditiesOf, refuseDepartedService } from './check.js';
import { ABILITIES, asTraefik } from './kind.js';
import { childrenOf, withoutShare, withShare } from './list-edit.js';
import { addressOf, liveSplit, splitTraces } from './live.js';
import { type Child, isService, TRAEFIK_SERVICE, type TraefikService } from './objects.js';
import { departureOf } from './share.js';

/** Traefik takes all changes together, at most every 2 s (`providersThrottleDuration`), and builds its routes anew after that. */
const SETTLE_MS = 3000;
const LIST = '/spec/weighted/services';

/** Splits the traffic by the weights of a TraefikService's children. Nothing reports whether Traefik has taken a change: only traffic shows it. */
function traefikRouter(cluster: Cluster, app: App, memory: RouterMemory): Router {
  const { service: name, ...remembered } = asTraefik(memory);
  const backends = backendsOf(app);
  const edit = { backends, memory: remembered };
  const where = `TraefikService ${cluster.namespace}/${name}`;

  const write = (change: (children: readonly Child[]) => readonly Child[], signal: AbortSignal) => {
    const plan = (live: TraefikService) => {
      const after = change(childrenOf(live));
      // Somebody may have made it another kind of list.
      if (!live.spec?.weighted || JSON.stringify(after) === JSON.stringify(childrenOf(live))) return [];
      return [{ op: live.spec.weighted.services ? 'replace' : 'add', path: LIST, value: after } as const];
    };
    return editObject(cluster, TRAEFIK_SERVICE, name, plan, signal);
  };

  const shared = (children: readonly Child[], percent: number): readonly Child[] => {
    if (![backends.stable, backends.canary].some((one) => children.some((child) => isService(child, one, backends.namespace))))
      throw new UserError(
        'route-changed',
        `${where} no longer sends traffic to Service ${backends.stable}; somebody changed it during the release.`,
      );
    return withShare(children, edit, percent);
  };

  const gone = `${where} is gone; somebody deleted it during the release, and every route that leads to it answers 404. Create it again; then go on with the release, or begin it anew where it has been put back.`;

  return {
    ...ABILITIES,
    memory,
    settleMs: SETTLE_MS,
    settleReason: 'Traefik takes changes up together, every 2 s',
    reachableShare: (percent) => percent,
    canaryReplicas: (percent, stableReplicas) => Math.max(1, Math.ceil((percent * stableReplicas) / 100)),
    departure: async (percent, signal) => {
      const live = await cluster.read(TRAEFIK_SERVICE, name, signal);
      if (!live) return gone;
      const objects = { ingressRoutes: [], traefikServices: [live] };
      return departureOf(objects, [{ kind: 'TraefikService', name }], backends, percent);
    },
    // A canary is listed when it gets a share and not before: without endpoints it would take the whole route away.
    admit: async (signal) => {
      if (!(await cluster.read(TRAEFIK_SERVICE, name, signal))) throw new UserError('route-changed', gone);
    },
    shift: async ({ percent }, signal) => {
      const change = percent === 0 ? (children: readonly Child[]) => withoutShare(children, edit) : undefined;
      const live = await write(change ?? ((children) => shared(children, percent)), signal);
      // One that is gone sends nothing to the canary.
      if (live === undefined && percent > 0) throw new UserError('route-changed', gone);
    },
    strays: async () => [],
    leave: async (signal) => {
      await write((children) => withoutShare(children, edit), signal);
      // `services` is one atomic list: a claim on it would make every later change of its owner conflict.
      await giveUpOwnership(cluster, TRAEFIK_SERVICE, name, signal);
    },
  };
}

/** What of this kind is loaded when a release is worked on. */
export const loaded: LoadedRouter = {
  create: traefikRouter,
  check: checkService,
  oddities: odditiesOf,
  refuseDeparted: refuseDepartedService,
  address: addressOf,
  live: liveSplit,
  traces: splitTraces,
};
