import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Log } from '../../../kernel/log.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { CONFIG_MAP, type Kind, SECRET } from '../api/kinds.js';
import { resourcePath } from '../api/resource-path.js';
import { type App, templateOf } from '../app/app.js';
import { ownPods } from '../pods/own-pods.js';
import { referencedConfig } from '../pods/referenced-config.js';

/** Metadata alone: what a Secret holds never comes here (https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches). */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

type Found = { readonly changedAt: number } | 'missing' | 'unknown';

/**
 * Tells of ConfigMaps and Secrets that changed after stable's pods started: the canary starts with what they hold now, so a difference between the two
 * versions may be the configuration's. The rights to look are not asked for; without them that is said, and nothing fails.
 */
export async function tellChangedConfig(cluster: Cluster, app: App, log: Log, signal: AbortSignal): Promise<void> {
  const { configMaps, secrets } = referencedConfig(templateOf(app.deployment));
  if (configMaps.length + secrets.length === 0) return;
  const named = [
    ...configMaps.map((name) => ({ kind: CONFIG_MAP as Kind<unknown>, name })),
    ...secrets.map((name) => ({ kind: SECRET as Kind<unknown>, name })),
  ];
  const [startedAt, found] = await Promise.all([
    firstStart(cluster, app, signal),
    Promise.all(
      named.map(async ({ kind, name }) => ({ what: `${kind.kind} ${name}`, state: await look(cluster, kind, name, signal) })),
    ),
  ]);
  const unknown = found.flatMap(({ what, state }) => (state === 'unknown' ? [what] : []));
  if (unknown.length > 0)
    log.info(`Whether it changed after stable's pods started could not be looked at: ${unknown.join(', ')}.`);
  for (const { what, state } of found) {
    if (state === 'unknown' || state === 'missing' || startedAt === undefined || state.changedAt <= startedAt) continue;
    log.warning(
      `${what} was changed at ${iso(state.changedAt)}, after stable's pods had started (${iso(startedAt)}): the canary starts with what it holds now. ` +
        'What differs between the two may be that, and not the version. Restart stable first (kubectl rollout restart) to compare like with like.',
    );
  }
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** By the cluster's own clock, as are the times of changes. */
async function firstStart(cluster: Cluster, { deployment }: App, signal: AbortSignal): Promise<number | undefined> {
  const pods = (await ownPods(cluster, deployment, signal)).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const starts = pods.flatMap(({ status }) => (status?.startTime === undefined ? [] : [new Date(status.startTime).getTime()]));
  return starts.length === 0 ? undefined : Math.min(...starts);
}

async function look(cluster: Cluster, kind: Kind<unknown>, name: string, signal: AbortSignal): Promise<Found> {
  const path = resourcePath(kind, cluster.namespace, name);
  try {
    const answer = await cluster.request({ method: 'GET', path, accept: METADATA_ONLY }, signal);
    if (answer.status === 404) return 'missing';
    if (answer.status !== 200) return 'unknown';
    const { metadata } = JSON.parse(answer.body) as { metadata?: V1ObjectMeta };
    return { changedAt: lastChange(metadata) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return 'unknown';
  }
}

/** The fields by which a write changes what pods read (`fieldsV1`); a label or an annotation is no change of it. */
const CONTENT = ['f:data', 'f:binaryData', 'f:stringData'];

/** The last write of its content by anybody; the creation where no writer is on record. */
function lastChange({ creationTimestamp, managedFields = [] }: V1ObjectMeta = {}): number {
  const writes = managedFields.filter(({ fieldsV1 }) => CONTENT.some((field) => field in ((fieldsV1 ?? {}) as object)));
  const times = [creationTimestamp, ...writes.map(({ time }) => time)];
  return Math.max(0, ...times.flatMap((time) => (time ? [new Date(time).getTime()] : [])));
}
