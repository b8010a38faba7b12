import type { KubeObject } from '../../../testbed/client/objects.js';
import { image, REPLICAS } from './simulation/app.js';
import { NAMESPACE, type SimulatedCluster } from './simulation/cluster.js';
import { canaryWeightIn, type RecordedRelease, recordIn } from './simulation/view.js';

/** What a person, or a controller that is none of ours, can do to stable while a step is at work; or to the cluster. */
export const ACTS = ['scaled', 'restarted', 'replaced', 'edited', 'webhook-away'] as const;

export type Act = (typeof ACTS)[number];

export const isAct = (what: string): what is Act => ACTS.some((act) => act === what);

/** What `edited` puts into stable. */
export const EDITED_IMAGE = image('v9-abrupt');
export const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
/** To none, to fewer, to more: in turns. */
const COUNTS = [0, 1, 2 * REPLICAS];
const AWAY_MS = 20_000;
/** Longer than it takes a new Deployment's pods to have the traffic. */
const BACK_WITHIN_MS = 30_000;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const STABLE = `${DEPLOYMENTS}/restaurant`;

/** An act that has been done. */
export interface Done {
  readonly act: Act;
  readonly atMs: number;
  /** What stable has been scaled to. */
  readonly replicas: number;
  /** The release on record at that moment. */
  readonly record: RecordedRelease | undefined;
  /** The canary's weight in percent. */
  readonly weight: number;
}

/** Stable's own pods are not there for a while, by somebody's will. */
export const isStableAway = ({ act, atMs, replicas }: Done): boolean =>
  (act === 'replaced' && Date.now() - atMs < BACK_WITHIN_MS) || (act === 'scaled' && replicas === 0);

/** @param turn which of several ways */
export async function perform(act: Act, turn: number, { api, store, setWebhook }: Stage): Promise<Done> {
  const replicas = COUNTS[turn % COUNTS.length] ?? 0;
  const done = { act, atMs: Date.now(), replicas, record: recordIn(store), weight: canaryWeightIn(store) };
  switch (act) {
    case 'scaled':
      await api.patch(STABLE, { spec: { replicas } });
      break;
    case 'restarted':
      await api.patch(STABLE, { spec: { template: { metadata: { annotations: { [RESTARTED]: new Date().toISOString() } } } } });
      break;
    case 'replaced':
      await replace(api);
      break;
    case 'edited': {
      const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: EDITED_IMAGE }] } } } };
      await api.patch(STABLE, patch, 'application/strategic-merge-patch+json');
      break;
    }
    case 'webhook-away':
      for (const resource of ['pods', 'deployments']) {
        setWebhook({ namespace: NAMESPACE, resource, answer: 'away' });
        setTimeout(() => setWebhook({ namespace: NAMESPACE, resource, answer: null }), AWAY_MS);
      }
      break;
  }
  return done;
}

type Stage = Pick<SimulatedCluster, 'api' | 'store' | 'setWebhook'>;

/** `kubectl replace --force`: what stable says now, as a new object. */
async function replace(api: SimulatedCluster['api']): Promise<void> {
  const { metadata, spec } = await api.get<KubeObject & { readonly spec: object }>(STABLE);
  const { name, labels = {} } = metadata;
  const own = Object.fromEntries(Object.entries(labels).filter(([label]) => !label.startsWith('d9.dev/')));
  await api.delete(STABLE, { propagationPolicy: 'Background' });
  await api.create(DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: own }, spec });
}
