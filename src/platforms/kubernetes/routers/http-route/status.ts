import { UserError } from '../../../../kernel/errors.js';
import type { HttpRoute, ParentRef, RouteParentStatus } from '../../api/http-route.js';

/** A parent that the route names now, with what its controllers say of it. */
interface Parent {
  readonly ref: ParentRef;
  readonly reports: readonly RouteParentStatus[];
}

/**
 * The route's parents with what was reported for each. A report outlives the parent that it was for: what is said for Gateways that the route does
 * not name any more is nobody's answer (gateway-api apis/v1/shared_types.go, RouteStatus).
 */
function parentsOf({ metadata, spec, status }: HttpRoute): Parent[] {
  const namespace = metadata?.namespace;
  const reports = status?.parents ?? [];
  return (spec?.parentRefs ?? []).map((ref) => {
    const ofGateway = reports.filter(({ parentRef = {} }) => isSameGateway(parentRef, ref, namespace));
    const ofSection = ofGateway.filter(({ parentRef = {} }) => isSameSection(parentRef, ref));
    // Some report each listener on its own where the route names none.
    const hasSection = ref.sectionName !== undefined || ref.port !== undefined;
    return { ref, reports: ofSection.length > 0 || hasSection ? ofSection : ofGateway };
  });
}

/** Defaults as the API has them (apis/v1/shared_types.go, ParentReference). */
const isSameGateway = (a: ParentRef, b: ParentRef, namespace: string | undefined): boolean =>
  a.name === b.name &&
  (a.kind ?? 'Gateway') === (b.kind ?? 'Gateway') &&
  (a.group ?? 'gateway.networking.k8s.io') === (b.group ?? 'gateway.networking.k8s.io') &&
  (a.namespace ?? namespace) === (b.namespace ?? namespace);

const isSameSection = (a: ParentRef, b: ParentRef): boolean => a.sectionName === b.sectionName && a.port === b.port;

const isOfInterest = ({ type }: { readonly type: string }): boolean => type === 'Accepted' || type === 'ResolvedRefs';

/** What one parent says of a generation of the route. */
type Answer = 'accepted' | 'waiting' | 'never heard of' | { readonly refused: string; readonly isUnattached: boolean };

/**
 * Reasons for which a route is not attached to a parent, whatever its rules say (gateway-api apis/v1/shared_types.go, RouteConditionReason): no change
 * of a weight brings them about, or mends them.
 */
const UNATTACHED: ReadonlySet<string> = new Set(['NotAllowedByListeners', 'NoMatchingListenerHostname', 'NoMatchingParent']);

/** Another controller's report for the same parent is one that it has left: only what is said of this generation counts. */
function answerOf({ reports }: Parent, generation: number): Answer {
  if (reports.length === 0) return 'never heard of';
  const current = reports.filter(({ conditions = [] }) => {
    const known = conditions.filter(isOfInterest);
    return known.length >= 2 && known.every(({ observedGeneration }) => (observedGeneration ?? 0) >= generation);
  });
  const refusal = current
    .flatMap(({ conditions = [] }) => conditions.filter(isOfInterest))
    .find(({ status }) => status === 'False');
  if (refusal)
    return {
      refused: `${refusal.type} is False, ${refusal.reason ?? ''}: ${refusal.message ?? ''}`,
      isUnattached: refusal.type === 'Accepted' && UNATTACHED.has(refusal.reason ?? ''),
    };
  return current.length > 0 ? 'accepted' : 'waiting';
}

/**
 * Whether every parent that has ever reported accepts this generation and resolves its backends; no report at all is no acceptance.
 * @returns undefined when accepted, otherwise whom it waits for, or what it was refused for
 */
export function unacceptedBy(
  route: HttpRoute,
  generation: number,
): { readonly text: string; readonly isRefused: boolean } | undefined {
  const all = parentsOf(route).map((parent) => ({ parent, answer: answerOf(parent, generation) }));
  const isServed = all.some(({ answer }) => answer === 'accepted' || answer === 'waiting');
  // Where the route is not attached nobody acts on a weight, and another parent brings its requests.
  const answers = all.filter(({ answer }) => !isServed || typeof answer !== 'object' || !answer.isUnattached);
  const refused = answers.flatMap(({ parent, answer }) =>
    typeof answer === 'object' ? [`${nameOf(parent)} refuses it: ${answer.refused}`] : [],
  );
  if (refused.length > 0) return { text: refused.join('; '), isRefused: true };
  const waiting = answers.filter(({ answer }) => answer === 'waiting').map(({ parent }) => describe(parent));
  if (waiting.length > 0) return { text: `${waiting.join(', ')} has not accepted generation ${generation}`, isRefused: false };
  if (answers.some(({ answer }) => answer === 'accepted')) return undefined;
  return { text: `no controller has reported on it${namesOf(answers.map(({ parent }) => parent))}`, isRefused: false };
}

const nameOf = ({ ref }: Parent): string =>
  `${ref.kind ?? 'Gateway'} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name ?? ''}${ref.sectionName === undefined ? '' : ` (${ref.sectionName})`}`;

const describe = (parent: Parent): string => {
  const controllers = [...new Set(parent.reports.map(({ controllerName = 'an unnamed controller' }) => controllerName))];
  return `${nameOf(parent)} of ${controllers.join(', ')}`;
};

const namesOf = (parents: readonly Parent[]): string => (parents.length > 0 ? ` for ${parents.map(nameOf).join(', ')}` : '');

/** The controllers that report for a parent which the route names now. */
export const controllersOf = (route: HttpRoute): string[] =>
  parentsOf(route).flatMap(({ reports }) => reports.map(({ controllerName = '' }) => controllerName));

/** Parents that the route names and no controller has ever reported for, in words; nobody acts on a weight there. */
export const silentParents = (route: HttpRoute): string[] =>
  parentsOf(route).flatMap((parent) => (parent.reports.length === 0 ? [nameOf(parent)] : []));

/** Parents that the route names and is not attached to, with why, in words; its requests come by the others. */
export function unattachedParents(route: HttpRoute): string[] {
  const generation = route.metadata?.generation ?? 0;
  return parentsOf(route).flatMap((parent) => {
    const answer = answerOf(parent, generation);
    return typeof answer === 'object' && answer.isUnattached ? [`${nameOf(parent)} (${answer.refused})`] : [];
  });
}

/** @throws UserError when no controller serves the route, so that nobody would ever act on a weight */
export function refuseUnaccepted(route: HttpRoute): void {
  const parents = parentsOf(route);
  const said = parents.flatMap(({ reports }) =>
    reports.flatMap(({ conditions = [] }) => conditions.filter(({ type }) => type === 'Accepted')),
  );
  if (said.some(({ status }) => status === 'True')) return;
  const former =
    (route.status?.parents ?? []).length > 0 ? 'none has reported for a parent that it names now' : 'none has reported on it';
  const why = said.map(({ reason, message }) => `${reason}: ${message}`).join('; ') || former;
  throw new UserError(
    'route-not-accepted',
    `No controller has accepted HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name} (${why}). Point its parentRefs at a Gateway that is served, or use \`router: replicas\`.`,
  );
}
