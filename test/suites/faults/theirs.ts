import { type Done, EDITED_IMAGE, RESTARTED } from './acts.js';
import { REPLICAS } from './simulation/app.js';

type OwnersView = Readonly<Record<string, unknown>>;

interface DeploymentView {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly object[] };
    };
  };
}

const STABLE = 'Deployment restaurant';

/**
 * What is to be there after the way back, where somebody has changed stable meanwhile: what they wrote stays. One that is scaled to nothing is brought
 * back where a release was taken back to it, and left alone otherwise.
 * @param after how it is now
 */
export function asTheyWant(before: OwnersView, after: OwnersView, done: Done | undefined): OwnersView {
  const { spec } = before[STABLE] as DeploymentView;
  const found = (after[STABLE] as DeploymentView | undefined)?.spec;
  const want = (changes: object): OwnersView => ({
    ...before,
    [STABLE]: { ...(before[STABLE] as DeploymentView), spec: { ...spec, ...changes } },
  });
  switch (done?.act) {
    case 'scaled':
      return want({ replicas: done.replicas > 0 ? done.replicas : isInFlight(done) ? REPLICAS : (found?.replicas ?? 0) });
    case 'restarted':
      // Where the template was put back from the record, the time of the restart is gone with it.
      return want({ template: { ...spec.template, metadata: { ...spec.template.metadata, ...restartIn(found) } } });
    case 'edited': {
      const containers = spec.template.spec.containers.map((container) => ({ ...container, image: EDITED_IMAGE }));
      return want({ template: { ...spec.template, spec: { ...spec.template.spec, containers } } });
    }
    default:
      return before;
  }
}

function restartIn(found: DeploymentView['spec'] | undefined): object {
  const restartedAt = found?.template.metadata.annotations?.[RESTARTED];
  return restartedAt === undefined ? {} : { annotations: { [RESTARTED]: restartedAt } };
}

/** A release was under way, and its canary had traffic to give back, when somebody did what they did. */
export const isInFlight = ({ record, weight }: Done): boolean =>
  weight > 0 && record !== undefined && !['promoted', 'aborted', 'rolled-back'].includes(record.phase);

/** Longer than a new Deployment's pods need, proxies included. */
const NEW_PODS_MS = 30_000;

/**
 * Requests of stable that are lost because somebody took its pods away.
 * @param backAtMs when the way back had been gone
 */
export const isOwnLoss = ({ act, atMs, replicas }: Done, lostAtMs: number, backAtMs: number): boolean =>
  lostAtMs >= atMs &&
  ((act === 'replaced' && lostAtMs < atMs + NEW_PODS_MS) || (act === 'scaled' && replicas === 0 && lostAtMs < backAtMs));

/** An act that is no reason to fail, nor to take a release back: the step reaches its goal all the same. */
export function isNoReason({ act, replicas }: Done, isWayBack: boolean): boolean {
  if (act === 'webhook-away') return isWayBack;
  return act === 'restarted' || (act === 'scaled' && replicas > 0);
}
