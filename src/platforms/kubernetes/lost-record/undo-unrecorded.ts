import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { isSameImage } from '../../../image/image-identity.js';
import type { Log } from '../../../kernel/log.js';
import type { WorkflowRun } from '../../../kernel/workflow-run.js';
import type { Release, Revision } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT, SERVICE } from '../api/kinds.js';
import { isLeaving } from '../api/leaving.js';
import { type App, canaryName, replicasOf } from '../app/app.js';
import { isOfSuite, RELEASE_LABEL } from '../canary-objects/canary-objects.js';
import { onKubernetes } from '../memory.js';
import type { SplitTrace } from '../router.js';
import { ROUTERLESS, ROUTERS } from '../routers/index.js';
import { formerRevision } from '../stable/former-revision.js';
import { liveStable } from '../stable/live-stable.js';
import type { Survey } from '../survey/survey.js';
import { forbidden } from '../survey/undo-survey.js';

/** What of a canary is in the cluster, whatever the record says. */
export interface Traces {
  readonly deployment?: V1Deployment | undefined;
  readonly service?: V1Service | undefined;
  /** Those that lead to it. */
  readonly routes: readonly SplitTrace[];
}

/**
 * Looks for a canary of the app by what carries the suite's labels, and by the routes that lead to it. Without an object of the suite, a route that it
 * has never written is somebody's own split. A Lease can be deleted or restored from a backup while
 * half of the traffic goes to a canary that nobody would find any more.
 * @returns undefined when there is none; what is somebody else's under its name is no trace
 */
export async function findTraces(cluster: Cluster, app: string, signal: AbortSignal): Promise<Traces | undefined> {
  const name = canaryName(app);
  const [deployment, [service]] = await Promise.all([
    cluster.read(DEPLOYMENT, name, signal),
    forbidden([], cluster.list(SERVICE, { fields: `metadata.name=${name}` }, signal)),
  ]);
  if ([deployment, service].some((object) => object && !isOfSuite(object))) return undefined;
  const isOurs = deployment !== undefined || service !== undefined;
  const kinds = await Promise.all(ROUTERS.map(({ load }) => load()));
  const routes = (await Promise.all(kinds.map(({ traces }) => traces(cluster, name, isOurs, signal)))).flat();
  const traces = { deployment: unlessEnded(deployment), service: unlessEnded(service), routes };
  return traces.deployment || traces.service || routes.length > 0 ? traces : undefined;
}

/** What is being deleted, and has no pod, only waits for somebody's finalizer: nothing is left of it to undo. */
const unlessEnded = <T extends V1Deployment | V1Service>(object: T | undefined): T | undefined =>
  object && isLeaving(object) && !(object.spec && 'replicas' in object.spec && object.spec.replicas) ? undefined : object;

export interface TraceEffects {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly workflowRun: WorkflowRun;
  readonly signal: AbortSignal;
}

/** The release in flight that nobody has on record any more; undefined when there is no trace of one. */
export async function recordTraces(
  { app, flaw }: Pick<Survey, 'app' | 'flaw'>,
  effects: TraceEffects,
): Promise<Release | undefined> {
  const { cluster, log, workflowRun, signal } = effects;
  if (flaw !== undefined) log.warning(`${flaw.message}\nGoing by what is in the cluster instead.`);
  const traces = await findTraces(cluster, app.name, signal);
  if (!traces) return undefined;
  const release = await unrecordedRelease(cluster, app, traces, workflowRun, signal);
  const routes = traces.routes.map((route) => route.name);
  const objects = [...(traces.deployment ? ['Deployment'] : []), ...(traces.service ? ['Service'] : [])];
  log.warning(
    `No record knows of a release in flight, and there is a canary of this suite: ${[...objects.map((kind) => `${kind} ${canaryName(app.name)}`), ...routes].join(', ')}. ` +
      `${flaw === undefined ? 'Its record was lost. ' : ''}It is put back by what is in the cluster: ${whatOfStable(release)}.`,
  );
  return release;
}

const whatOfStable = ({ strategy, stable, canary }: Release): string =>
  strategy.stage === undefined
    ? `stable keeps what it runs (${stable.image})`
    : `a promotion that was cut has written ${canary.image} into stable, which goes back to the version that it ran before, ${stable.image}`;

/**
 * The release that left these traces, as far as they tell. Stable keeps what it runs, unless that is the canary's version by this suite's own hand: a
 * claim of ours stands on it only while a promotion, or the way back from one, is under way.
 */
async function unrecordedRelease(
  cluster: Cluster,
  app: App,
  { deployment, service, routes }: Traces,
  run: WorkflowRun,
  signal: AbortSignal,
): Promise<Release> {
  const id = [deployment, service].map((object) => object?.metadata?.labels?.[RELEASE_LABEL]).find(Boolean) ?? 'unknown';
  const isolationKey = deployment && isolationKeyOf(app.deployment, deployment);
  const configMaps = await configMapsOf(cluster, id, signal);
  const stable: Revision = { image: imageOf(app.deployment, app.container), templateHash: '' };
  const canary: Revision = { image: imageOf(deployment, app.container), templateHash: '' };
  const isCut = isSameImage(stable.image, canary.image) && liveStable(app.deployment, app.container).isOurs;
  const former = isCut ? await formerRevision(cluster, app.deployment, app.container, signal) : undefined;
  return {
    id,
    phase: 'aborting',
    strategy: { kind: 'canary', ...(former && { stage: 'updating-stable' }) },
    owner: ownerBy(id, run),
    holdUntil: new Date(0).toISOString(),
    platform: onKubernetes({
      deployment: app.deployment.metadata?.name ?? '',
      service: app.service.metadata?.name ?? '',
      container: app.container,
      stableReplicas: Math.max(1, replicasOf(app.deployment)),
      router: routes[0]?.memory ?? { kind: ROUTERLESS.kind },
      ...(isolationKey !== undefined && { isolationKey }),
      // Of the former version the whole pod template is known, and what a manifest changed in it is not.
      ...((configMaps.length > 0 || former) && { manifest: { hash: 'unknown', configMaps } }),
    }),
    stable: former?.revision ?? stable,
    canary,
    irreversible: false,
    weight: routes[0]?.percent ?? shareOfPods(app.deployment, deployment),
    startedAt: new Date(deployment?.metadata?.creationTimestamp ?? 0).toISOString(),
    steps: [],
  };
}

/** A release is named by the run and the attempt that began it. */
function ownerBy(id: string, { repository, url, runId: own }: WorkflowRun): Release['owner'] {
  const [, runId = 'unknown', attempt = '1'] = /^(.+)-(\d+)-[0-9a-f]+$/.exec(id) ?? [];
  const page = url.replace(new RegExp(`${own}$`), runId);
  return { system: 'github-actions', repository, id: runId, attempt: Number(attempt), url: page };
}

function shareOfPods(stable: V1Deployment, canary: V1Deployment | undefined): number {
  const [ofStable, ofCanary] = [replicasOf(stable), canary ? replicasOf(canary) : 0];
  return ofCanary === 0 ? 0 : Math.round((100 * ofCanary) / (ofStable + ofCanary));
}

/** The label by which the canary's pods differ from stable's. */
function isolationKeyOf(stable: V1Deployment, canary: V1Deployment): string | undefined {
  const own = canary.spec?.selector.matchLabels ?? {};
  const stables = Object.entries(stable.spec?.selector.matchLabels ?? {});
  return stables.find(([key, value]) => own[key] === `${value}-canary`)?.[0];
}

const imageOf = (deployment: V1Deployment | undefined, container: string): string =>
  deployment?.spec?.template.spec?.containers.find(({ name }) => name === container)?.image ?? 'unknown';

/** What travelled with it, by stable's names. */
async function configMapsOf(cluster: Cluster, id: string, signal: AbortSignal): Promise<string[]> {
  if (id === 'unknown') return [];
  const copies = await forbidden([], cluster.list(CONFIG_MAP, { labels: `${RELEASE_LABEL}=${id}` }, signal));
  const names = copies
    .filter(isOfSuite)
    .flatMap(({ metadata }) => /^(.+)-(?:canary|d9-former)$/.exec(metadata?.name ?? '')?.[1] ?? []);
  return [...new Set(names)];
}
