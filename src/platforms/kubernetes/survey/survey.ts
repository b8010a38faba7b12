import type { V1Service } from '@kubernetes/client-node';
import { Problems } from '../../../kernel/errors.js';
import type { SeenRecord } from '../../../release/record/ledger.js';
import { EMPTY_RECORD, isInFlight, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import { checkPermissions, type Need } from '../access/permissions.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { CONFIG_MAP } from '../api/kinds.js';
import { type App, type AppNames, readApp } from '../app/app.js';
import { ownLabels } from '../canary-objects/canary-objects.js';
import { leaseLedger } from '../ledger/ledger.js';
import { kubernetesOf } from '../memory.js';
import type { Entrance, RouterDescription, Split } from '../router.js';
import { AUTOMATIC_KINDS, ROUTERLESS, type RouterKind, searched } from '../routers/index.js';
import type { SplitName } from '../surroundings/other-ways.js';
import { refuseGoneInFlight } from './gone-in-flight.js';
import { manifestNeeds } from './needs.js';

export interface SurveyRequest extends AppNames {
  readonly router: 'auto' | RouterKind;
  readonly route: string | undefined;
}

/** What a step found before it changes anything. */
export interface Survey extends SeenRecord {
  readonly app: App;
  readonly split: Split;
  /** All Services of the namespace. */
  readonly services: readonly V1Service[];
  /** All ways into the namespace that a router could split. */
  readonly entrances: readonly Entrance[];
}

/**
 * Reads the app, its route, its record and the permissions at once.
 * @param neededWith the rights to ask for, by what splits the traffic
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
export async function survey(
  cluster: Cluster,
  request: SurveyRequest,
  neededWith: (router: string) => readonly Need[],
  signal: AbortSignal,
): Promise<Survey> {
  const problems = new Problems();
  const wanted = searched(request.router);
  const listed = Promise.all(wanted.map(async (router) => ({ router, entrances: await router.list(cluster, signal) })));
  const recordRead = leaseLedger(cluster, request.app).read(signal);
  const needed = Promise.allSettled([listed, recordRead]).then(([found, seen]) => {
    if (found.status === 'rejected') return unlessRouterless(neededWith(likeliest(request)), request);
    const record = seen.status === 'rejected' ? EMPTY_RECORD : seen.value.record;
    return neededWith(kindOf(cluster, found.value, request, record));
  });
  const permissions = checkPermissions(cluster, needed, problems, signal);
  const gather = <T>(read: () => Promise<T>) => gatherReadable(problems, permissions, read);
  const ofApp = new Problems();
  const [read, found, seen] = await Promise.all([
    gather(() => readApp(cluster, request, ofApp, signal)),
    gather(() => listed),
    gather(() => recordRead),
    problems.gather(() => permissions),
  ]);
  if (read && !read.app && seen) await refuseGoneInFlight(cluster, request, seen.record.latest, signal);
  for (const { code, text } of ofApp.all) problems.add(code, text);
  const split = found && seen && (await problems.gather(() => chooseSplit(cluster, found, request, seen.record)));
  const app = read?.app && withRecordedIsolation(read.app, seen?.record.latest);
  if (app && split && !problems.texts.length) await problems.gather(() => refuseUnsplittable(app, split));
  if (hasManifest(seen?.record.latest) && !(await needed).some(({ resource }) => resource === CONFIG_MAP.plural))
    await checkPermissions(cluster, manifestNeeds, problems, signal);
  problems.throwIfAny((await permissions) ? describeLeft(seen?.record.latest, seen !== undefined) : undefined);
  if (!app || !read || !seen || !found || !split) throw new Error('the survey found neither an app nor a problem');
  return { app, services: read.services, split, entrances: found.flatMap(({ entrances }) => entrances), ...seen };
}

/** What was found of one kind. */
interface Listed {
  readonly router: RouterDescription;
  readonly entrances: readonly Entrance[];
}

/** Whoever has nothing that splits, and may not see that there is nothing, can say so. */
function unlessRouterless(needed: readonly Need[], { router }: SurveyRequest): readonly Need[] {
  if (router !== 'auto') return needed;
  const looked = searched('auto').flatMap(({ needs: { search } }) => search.map(({ resource }) => resource));
  return needed.map((need) =>
    looked.includes(need.resource)
      ? { ...need, purpose: `${need.purpose}; not asked for with \`router: ${ROUTERLESS.kind}\`` }
      : need,
  );
}

/** Whatever is asked for with it is all that the next try will ask for. */
const likeliest = ({ router }: SurveyRequest): string => (router === 'auto' ? AUTOMATIC_KINDS[0] : router) ?? ROUTERLESS.kind;

/** What becomes of a release in flight while rights are missing. */
export function describeLeft(latest: Release | undefined, isRead: boolean): string | undefined {
  if (!isRead) return 'Whether a release is in flight can not be seen without them; one that is stays as it is.';
  if (!isInFlight(latest)) return undefined;
  return `A release of ${latest.canary.image} is in flight, with ${latest.weight} % on the canary: it stays so until the rights are there.`;
}

/** What splits the traffic, for the rights that it takes; one that can't be chosen is a problem that is said elsewhere. */
function kindOf(cluster: Cluster, found: readonly Listed[], request: SurveyRequest, record: ReleaseRecord): string {
  try {
    return chooseSplit(cluster, found, request, record).router.kind;
  } catch {
    return likeliest(request);
  }
}

/** The canary of a release in flight is told apart as it was when it began. */
function withRecordedIsolation(app: App, latest: Release | undefined): App {
  const isolationKey = isInFlight(latest) ? kubernetesOf(latest).isolationKey : undefined;
  return isolationKey === undefined ? app : { ...app, isolationKey };
}

const hasManifest = (latest: Release | undefined): boolean => latest !== undefined && kubernetesOf(latest).manifest !== undefined;

/** What would otherwise fail in the middle of a release: labels that can't be told apart, weights that can't be divided. */
function refuseUnsplittable(app: App, { router, seen }: Split): void {
  ownLabels(app, router.isolation);
  if (seen) router.refuseIndivisible(app, seen);
}

/** A read that is forbidden is reported once, as the rule to add, and not again as the refusal that follows from it. */
async function gatherReadable<T>(
  problems: Problems,
  permissions: Promise<unknown>,
  read: () => Promise<T>,
): Promise<T | undefined> {
  return problems.gather(async () => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      await permissions;
      if (problems.texts.length === 0) problems.add('cluster-refuses', `The API server refuses to be read: ${error.message}`);
      return undefined;
    }
  });
}

/** A release in flight keeps to the object that it began with, also for whoever puts it back without naming it. */
function chooseSplit({ namespace }: Cluster, found: readonly Listed[], request: SurveyRequest, { latest }: ReleaseRecord): Split {
  const service = request.service ?? request.app;
  const asked = { name: request.route, service, namespace };
  const inFlight = isInFlight(latest) ? kubernetesOf(latest).router : undefined;
  for (const { router, entrances } of found) {
    const [recorded] = inFlight?.kind === router.kind ? router.objects(inFlight) : [];
    if (recorded !== undefined && request.route === undefined) {
      const object = entrances.find(({ kind, name }) => kind === recorded.kind.kind && name === recorded.name)?.object;
      return object ? { router, seen: object, remarks: [] } : WITHOUT_OBJECT;
    }
    const chosen = router.choose(entrances, { ...asked, isRequired: request.router === router.kind });
    if (chosen) return { router, seen: chosen.object, remarks: chosen.remarks?.(service) ?? [] };
  }
  return WITHOUT_OBJECT;
}

const WITHOUT_OBJECT: Split = { router: ROUTERLESS, seen: undefined, remarks: [] };

/** The object that splits the traffic, as the API server calls it; undefined where none does. */
export function splitName({ router, seen }: Split): SplitName | undefined {
  const name = seen?.metadata?.name;
  return name === undefined ? undefined : { kind: router.noun, name };
}
