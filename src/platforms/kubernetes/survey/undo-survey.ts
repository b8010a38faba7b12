import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { Problems } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { SeenRecord } from '../../../release/record/ledger.js';
import { RecordOfAnother } from '../../../release/record/of-another.js';
import { isInFlight, isOver, type Release } from '../../../release/record/record.js';
import { type Need, type Unmet, unmetNeeds } from '../access/permissions.js';
import { describeUnmet, merged } from '../access/unmet-needs.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { DEPLOYMENT, SERVICE } from '../api/kinds.js';
import { type App, type AppNames, readApp } from '../app/app.js';
import { leaseLedger } from '../ledger/ledger.js';
import { type KubernetesMemory, kubernetesOf } from '../memory.js';
import { AUTOMATIC_KINDS, ROUTERLESS, type RouterKind, routerOfKind, searched } from '../routers/index.js';
import { refuseGoneInFlight } from './gone-in-flight.js';
import { judgeNeeds, manifestNeeds, onlyJudgeNeeds, tidyingNeeds, vitalNeeds } from './needs.js';
import { describeLeft, type Survey } from './survey.js';

/** Which app, and what the step says of its route: the record decides, and what contradicts it is said. */
export interface UndoRequest extends AppNames {
  readonly router?: 'auto' | RouterKind | undefined;
  readonly route?: string | undefined;
  readonly toRevision?: 'previous' | number | undefined;
  readonly toImage?: string | undefined;
}

export interface UndoEffects {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What the credentials are asked for: without what is vital nothing is begun, of the rest it is warned. */
export interface Rights {
  readonly vital: (router: string | undefined) => readonly Need[];
  readonly tidying: (router: string) => readonly Need[];
  /** Whether the route will be written: whoever only judges may have no right to see it. */
  readonly movesTraffic: boolean;
  /** Whether the record decides of which objects the release is: a wrong name must not stop an undo. */
  readonly followsRecord: boolean;
}

const UNDO_RIGHTS: Rights = {
  vital: vitalNeeds,
  tidying: (router) => [...tidyingNeeds(router), ...manifestNeeds],
  movesTraffic: true,
  followsRecord: true,
};

/** The rights of a gate, which puts a release back on a breach or leaves it alone. */
export const judgingRights = (onBreach: 'abort' | 'fail'): Rights =>
  onBreach === 'abort'
    ? {
        vital: (router) => [...judgeNeeds, ...vitalNeeds(router)],
        tidying: UNDO_RIGHTS.tidying,
        movesTraffic: true,
        followsRecord: false,
      }
    : { vital: onlyJudgeNeeds, tidying: () => [], movesTraffic: false, followsRecord: false };

/**
 * Reads what an undo goes by: the record and the objects that it names. Nothing that a release must be fit for to begin is asked here, because it may
 * have changed since, and nothing of the app has to be there.
 * @throws UserError when a right is missing without which the traffic can't be moved; RecordOfAnother when what is in flight is not for this version to undo
 */
export async function surveyUndo(names: UndoRequest, effects: UndoEffects, rights: Rights = UNDO_RIGHTS): Promise<Survey> {
  const { cluster, signal, log } = effects;
  const recordRead = leaseLedger(cluster, names.app).readAny(signal);
  const checked = checkRights(recordRead, rights, effects);
  const named = (given: string | undefined) => ({ fields: `metadata.name=${given ?? names.app}` });
  // What may not be read is said as the rule to add, and not as the refusal.
  const read = <T>(reading: Promise<T>) => reading.catch((error) => checked.then(() => Promise.reject(error)));
  const [seen, deployment, services] = await Promise.all([
    read(recordRead),
    read(cluster.read(DEPLOYMENT, names.deployment ?? names.app, signal)),
    forbidden([unreadable(names.service ?? names.app)], cluster.list(SERVICE, named(names.service), signal)),
    checked,
  ]);
  // What a newer version has in flight only that version can undo; whoever names a version goes past it.
  if (seen.flaw instanceof RecordOfAnother && !isNamed(names)) throw seen.flaw;
  const { latest } = seen.record;
  const inFlight = isInFlight(latest) ? latest : undefined;
  const own = rights.followsRecord && !isNamed(names) ? recordedNames(names, latest) : undefined;
  if (own) {
    tellOtherNames(names, own, latest, log);
    return surveyUndo({ ...names, ...own }, effects, rights);
  }
  const app = appOf(names, cluster, deployment, services[0], latest);
  tellOverruled(names, inFlight, log);
  const memory = inFlight && kubernetesOf(inFlight).router;
  const router = routerOfKind(memory?.kind ?? ROUTERLESS.kind);
  const [object] = rights.movesTraffic && memory ? router.objects(memory) : [];
  const split = object && (await forbidden(undefined, cluster.read(object.kind, object.name, signal)));
  return { app, services, split: { router, seen: split, remarks: [] }, entrances: [], ...seen };
}

/** The router of the record decides which rights an undo takes; without a record it is found out later what there is to undo. */
async function checkRights(
  recordRead: Promise<SeenRecord>,
  rights: Rights,
  { cluster, log, signal }: UndoEffects,
): Promise<void> {
  const seenRead = recordRead.then(
    (seen) => ({ seen, isForbidden: false }),
    (error) => ({ seen: undefined, isForbidden: error instanceof ApiError && error.status === 403 }),
  );
  const wanted = seenRead.then(({ seen, isForbidden }) => {
    const latest = seen?.record.latest;
    const memory = latest && kubernetesOf(latest);
    // Nothing is undone where the record may not be read; then all that the next try may ask for is said at once.
    const vital = isForbidden ? everything(rights) : merged(rights.vital(memory?.router.kind));
    const tidying = rights
      .tidying(memory?.router.kind ?? ROUTERLESS.kind)
      .filter(({ resource }) => isConcerned(memory, resource));
    return { seen, vital, all: [...vital, ...tidying] };
  });
  const unmet = await unmetNeeds(
    cluster,
    wanted.then(({ all }) => all),
    signal,
  );
  const { vital, seen } = await wanted;
  const problems = new Problems();
  const isVital = ({ need }: Unmet) => vital.includes(need);
  for (const text of await describeUnmet(cluster, unmet.filter(isVital), vital, signal)) problems.add('rights-missing', text);
  for (const { text } of unmet.filter((each) => !isVital(each))) log.warning(text);
  problems.throwIfAny(describeLeft(seen?.record.latest, seen !== undefined));
}

const everything = ({ vital, tidying }: Rights): Need[] =>
  merged(AUTOMATIC_KINDS.flatMap((router) => [...vital(router), ...tidying(router)]));

/** A release that has touched no autoscaler and no budget gives none back. */
function isConcerned(memory: KubernetesMemory | undefined, resource: string): boolean {
  if (resource === 'configmaps') return memory?.manifest !== undefined;
  if (resource === 'horizontalpodautoscalers') return memory?.autoscaler !== undefined;
  if (resource === 'poddisruptionbudgets') return memory?.budget !== undefined;
  return memory !== undefined;
}

/** Whoever names a version goes past the record. */
const isNamed = ({ toRevision, toImage }: UndoRequest): boolean => toRevision !== undefined || toImage !== undefined;

type RecordedNames = Pick<KubernetesMemory, 'deployment' | 'service' | 'container'>;

/** The names with which the release on record was begun, where the step has others and there is something of it to undo. */
function recordedNames(given: UndoRequest, latest: Release | undefined): RecordedNames | undefined {
  if (latest === undefined || (isOver(latest) && latest.phase !== 'promoted')) return undefined;
  const { deployment, service, container } = kubernetesOf(latest);
  const { app } = given;
  const isSame =
    (given.deployment ?? app) === deployment &&
    (given.service ?? app) === service &&
    (given.container === undefined || given.container === container);
  return isSame ? undefined : { deployment, service, container };
}

function tellOtherNames(given: UndoRequest, own: RecordedNames, latest: Release | undefined, log: Log): void {
  const names = ['deployment', 'service', 'container'] as const;
  const others = names.filter((name) => (given[name] ?? (name === 'container' ? own[name] : given.app)) !== own[name]);
  log.warning(
    `The release on record (${latest?.canary.image}) is of ${others.map((name) => `${name} ${own[name]}`).join(', ')}: an undo goes by that, and ` +
      `${others.map((name) => `\`${name}: ${given[name] ?? given.app}\``).join(', ')} of this step ${others.length > 1 ? 'change' : 'changes'} nothing.`,
  );
}

/** A release keeps to the way that it began with. */
function tellOverruled({ router = 'auto', route }: UndoRequest, inFlight: Release | undefined, log: Log): void {
  if (!inFlight) return;
  const { router: own } = kubernetesOf(inFlight);
  if (router !== 'auto' && router !== own.kind)
    log.warning(`The release in flight is split by ${own.kind}, and so it is put back; \`router: ${router}\` changes nothing.`);
  const { describe, objects } = routerOfKind(own.kind);
  const [split] = objects(own);
  if (split !== undefined && route !== undefined && route !== split.name)
    log.warning(
      `The release in flight is split by ${describe(own)}, and so it is put back; \`route: ${route}\` changes nothing.`,
    );
}

/** The app as far as it is there; what is missing keeps its name and has nothing in it. */
function appOf(
  { app, ...names }: AppNames,
  { namespace }: Cluster,
  found: V1Deployment | undefined,
  foundService: V1Service | undefined,
  latest: Release | undefined,
): App {
  const deployment = found ?? missingDeployment(names.deployment ?? app, namespace);
  const service = foundService ?? { metadata: { name: names.service ?? app, namespace }, spec: { selector: {} } };
  const memory = latest && kubernetesOf(latest);
  const container = names.container ?? memory?.container ?? deployment.spec?.template.spec?.containers[0]?.name ?? '';
  const isolationKey = isInFlight(latest) ? memory?.isolationKey : undefined;
  return { name: app, namespace, deployment, service, container, ...(isolationKey !== undefined && { isolationKey }) };
}

const missingDeployment = (name: string, namespace: string): V1Deployment => ({
  metadata: { name, namespace },
  spec: { replicas: 0, selector: { matchLabels: {} }, template: { spec: { containers: [] } } },
});

/** One that may not be looked at is taken to be there: what an undo does without seeing it is the same. */
const unreadable = (name: string): V1Service => ({ metadata: { name, uid: 'unknown' }, spec: { selector: {} } });

/** Whether the cluster has it; an object that was made up for one that is missing has no uid. */
export const isThere = ({ metadata }: { readonly metadata?: { readonly uid?: string } }): boolean => metadata?.uid !== undefined;

/** @throws UserError naming what is not there, for a step that has nothing to undo: it may have been given a wrong name */
export async function refuseMissing(
  cluster: Cluster,
  names: UndoRequest,
  { app, record }: Survey,
  signal: AbortSignal,
): Promise<void> {
  const problems = new Problems();
  if (!isThere(app.deployment) || !isThere(app.service)) {
    await refuseGoneInFlight(cluster, names, record.latest, signal);
    await readApp(cluster, names, problems, signal);
  }
  await addMissingRoute(cluster, names, problems, signal);
  problems.throwIfAny();
}

async function addMissingRoute(
  cluster: Cluster,
  { route, router = 'auto' }: UndoRequest,
  problems: Problems,
  signal: AbortSignal,
): Promise<void> {
  if (route === undefined) return;
  const kinds = searched(router);
  const objects = kinds.flatMap(({ named }) => named(route) ?? []);
  const found = await Promise.all(objects.map(({ kind, name }) => forbidden({}, cluster.read(kind, name, signal))));
  if (objects.length === 0 || found.some((object) => object !== undefined)) return;
  problems.add(
    'route-missing',
    `There is no ${kinds.map(({ noun }) => noun).join(' or ')} ${cluster.namespace}/${route}. Name the route that leads to the Service, or leave \`route\` out.`,
  );
}

/** What may not be read is not known, and that must not end an undo. */
export async function forbidden<T, D>(instead: D, read: Promise<T>): Promise<T | D> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return instead;
    throw error;
  }
}
