import { Problems } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { Testers } from '../../../release/testers.js';
import type { Cluster } from '../api/cluster.js';
import { selects } from '../api/selection.js';
import { type App, backendsOf, canaryName, replicasOf, templateOf } from '../app/app.js';
import { canaryPodLabels, isolationLabel } from '../canary-objects/canary-objects.js';
import { type BudgetMemory, planBudget } from '../canary-objects/disruption-budget.js';
import { serviceMarksLike } from '../canary-objects/like-stable.js';
import { tellChangedConfig } from '../config-maps/changed-config.js';
import { leaseLedger } from '../ledger/ledger.js';
import { releasedContainers } from '../pods/released-containers.js';
import { refuseUnsettled } from '../rollout/whole.js';
import type { Entrance } from '../router.js';
import { type AutoscalerMemory, planAutoscaler, refuseSharedScaling } from '../surroundings/autoscaler.js';
import { surroundingCheckPaths } from '../surroundings/health-check-paths.js';
import { otherWays } from '../surroundings/other-ways.js';
import { gapsIn, type PodPolicy } from '../surroundings/pod-policies.js';
import { readSurroundings } from '../surroundings/read-surroundings.js';
import { policiesOfStableAlone } from '../surroundings/service-policies.js';
import { withEndpointLabel, withIsolation } from '../survey/choose-isolation.js';
import { refuseManaged } from '../survey/gitops.js';
import { type Survey, splitName } from '../survey/survey.js';
import { otherNames, refuseSecondName } from './other-names.js';
import { refuseUnservedPorts } from './served-ports.js';
import { refuseTakenByCanary } from './taken-by-canary.js';
import { refuseTakenNames } from './taken-names.js';
import { tellFitness } from './tell-fitness.js';
import { type Declared, tellUncovered } from './uncovered-ways.js';

export interface PreflightOptions extends Declared {
  readonly image?: string | undefined;
  readonly managedBy: 'fail' | 'warn';
  readonly promotion: 'surge' | 'in-place';
  readonly header?: Testers['header'];
  readonly cookie?: Testers['cookie'];
}

/** What a release that begins takes with it of what it found around the app. */
export interface Prepared {
  /** With the label decided that sets the canary apart. */
  readonly app: App;
  readonly autoscaler: AutoscalerMemory | undefined;
  readonly budget: BudgetMemory | undefined;
  /** What leads to stable past the split, as `Ingress menu`. */
  readonly uncovered: readonly string[];
  /** What health checks of load balancers and gateways ask the pods for. */
  readonly upkeepPaths: readonly string[];
}

/**
 * Looks around before a release begins. What stands in the way may be the release that another run has begun since the survey; then that is what
 * there is to say.
 * @throws UserError as `preflight` does
 */
export async function lookAround(
  cluster: Cluster,
  found: Survey,
  options: PreflightOptions,
  log: Log,
  signal: AbortSignal,
): Promise<Prepared | 'start over'> {
  try {
    return await preflight(cluster, found, options, log, signal);
  } catch (error) {
    const { record } = await leaseLedger(cluster, found.app.name).read(signal);
    if (record.latest?.id === found.record.latest?.id) throw error;
    return 'start over';
  }
}

/**
 * Looks around before a release begins, for what would go wrong in the middle of it.
 * @throws UserError with everything that stands in the way; nothing has been changed by then
 */
async function preflight(
  cluster: Cluster,
  found: Survey,
  options: PreflightOptions,
  log: Log,
  signal: AbortSignal,
): Promise<Prepared> {
  const { router, seen, remarks } = found.split;
  const isIsolated = router.isolation === 'isolated';
  const [around, names, split] = await Promise.all([
    readSurroundings(cluster, canaryName(found.app.name), isIsolated, signal),
    otherNames(cluster, found.app, signal),
    router.load(),
  ]);
  // What else is wrong would be that release's doing.
  refuseSecondName(names, found.app);
  const app = isIsolated ? withIsolation(found, around) : withEndpointLabel(found.app, around, log);
  const deployment = app.deployment.metadata?.name ?? '';
  const [stable, canary] = [templateOf(app.deployment).metadata?.labels ?? {}, canaryPodLabels(app, router.isolation)];

  const problems = new Problems();
  refuseTakenByCanary(found, around.canary, problems);
  await problems.gather(() => refuseUnsettled(cluster, app.deployment, signal));
  await split.check(app, seen, testersOf(options), problems);
  refuseUnserved(app, problems);
  refuseUnservedPorts(app, problems);
  await refuseTakenNames(cluster, app, around.budgets, problems, signal);
  if (isIsolated) refuseGaps(app, around.policies, problems);
  if (isIsolated) refuseUnlike(app, around.servicePolicies, problems);
  else await problems.gather(() => refuseSharedScaling(around.autoscalers, deployment, replicasOf(app.deployment)));
  const autoscaler = await problems.gather(() => planAutoscaler(around.autoscalers, deployment, replicasOf(app.deployment)));
  const raised = around.autoscalers.find(({ metadata }) => metadata?.name === autoscaler?.name);
  await problems.gather(() => refuseManaged({ ...found, autoscaler: raised }, options.managedBy, log));
  const entrances = { ingresses: around.ingresses, services: found.services, routes: found.entrances };
  const ways = otherWays(entrances, app, splitName(found.split));
  tellUncovered(ways, isolationLabel(app), options, problems, log);
  problems.throwIfAny();

  tellUnscraped(app, around.monitors, [stable, canary], isIsolated, log);
  tellChoices(app, found, log);
  for (const oddity of [...split.oddities(app, seen), ...remarks]) log.warning(oddity);
  tellFitness(app, options.image, log);
  await tellChangedConfig(cluster, app, log, signal);
  const checkedBy = { ingresses: around.ingresses, policies: around.servicePolicies };
  return {
    app,
    autoscaler,
    budget: isIsolated ? planBudget(around.budgets, stable, canary) : undefined,
    uncovered: ways.uncovered,
    upkeepPaths: surroundingCheckPaths(checkedBy, app.service.metadata?.name ?? '', seen?.metadata?.name),
  };
}

/** With `router: replicas` no route is read: the user knows. */
function tellUnrouted(namespace: string, service: string | undefined, routes: readonly Entrance[], log: Log): void {
  const text = `the ratio of pods behind Service ${service} is the split, in steps of a whole pod`;
  const elsewhere = routes.map(({ name, services }) => `${name} to ${services.join(', ') || 'no Service'}`);
  if (routes.length === 0) {
    log.info(`No HTTPRoute is split: ${text}.`);
    return;
  }
  log.warning(
    `No HTTPRoute of namespace ${namespace} leads to Service ${service}, so ${text}. They lead elsewhere: ${elsewhere.join('; ')}. ` +
      'If one of them brings this app its requests, point `service` at what it names; if none does, say `router: replicas`.',
  );
}

/** What nobody asked for and the release decides by itself. */
function tellChoices(app: App, { split: { router, seen }, entrances }: Survey, log: Log): void {
  const service = app.service.metadata?.name;
  if (seen) {
    const [key, value] = isolationLabel(app) ?? ['', ''];
    log.info(
      `${router.noun} ${seen.metadata?.name} splits the traffic of Service ${service}; ${key}=${value}-canary keeps the canary out of it.`,
    );
  } else tellUnrouted(app.namespace, service, entrances, log);
  const along = releasedContainers(app.next?.template ?? templateOf(app.deployment), app.container)
    .filter(({ list, name }) => list === 'initContainers' || name !== app.container)
    .map(({ list, name }) => `${list === 'initContainers' ? 'init container' : 'container'} ${name}`);
  log.info(
    `Container ${app.container} of Deployment ${app.deployment.metadata?.name} is released${along.length > 0 ? `, and with it ${along.join(', ')}: the same image` : ''}.`,
  );
}

export const testersOf = ({ header, cookie }: Pick<PreflightOptions, 'header' | 'cookie'>): Testers | undefined =>
  header || cookie ? { ...(header && { header }), ...(cookie && { cookie }) } : undefined;

/** A PodMonitor selects pods, and a ServiceMonitor Services. */
function tellUnscraped(
  app: App,
  monitors: readonly PodPolicy[],
  [stable, canary]: readonly [Labels, Labels],
  hasService: boolean,
  log: Log,
): void {
  const ofKind = (wanted: string) => monitors.filter(({ kind }) => kind === wanted);
  for (const { policy } of gapsIn(ofKind('PodMonitor'), stable, canary))
    log.warning(`${policy} scrapes stable's pods and will not scrape the canary's.`);
  const labels = app.service.metadata?.labels ?? {};
  if (!hasService) return;
  for (const { policy } of gapsIn(ofKind('ServiceMonitor'), labels, serviceMarksLike(app.service.metadata).labels))
    log.warning(
      `${policy} scrapes what is behind Service ${app.service.metadata?.name} and will not scrape the canary's Service.`,
    );
}

type Labels = Readonly<Record<string, string>>;

function refuseGaps(app: App, policies: readonly PodPolicy[], problems: Problems): void {
  if (app.isolationKey === undefined) return;
  const [key, value] = isolationLabel(app) ?? ['', ''];
  const stable = templateOf(app.deployment).metadata?.labels ?? {};
  for (const { policy, path } of gapsIn(policies, stable, canaryPodLabels(app, 'isolated'))) {
    problems.add(
      'policy-leaves-canary-out',
      `${policy} has stable's pods and not the canary's, which get ${key}=${value}-canary (${path}): the canary would be cut off, or left open. ` +
        `Let it select both, in the place of ${key}=${value}:\n` +
        `  matchExpressions:\n    - { key: ${key}, operator: In, values: [${value}, ${value}-canary] }`,
    );
  }
}

/** Requests to the canary would be made, checked or encrypted otherwise than stable's. */
function refuseUnlike(app: App, policies: readonly PodPolicy[], problems: Problems): void {
  const { stable, canary } = backendsOf(app);
  const alone = policiesOfStableAlone(policies, stable, canary, app.namespace);
  if (alone.length > 0)
    problems.add(
      'policy-leaves-canary-out',
      `${alone.join(' and ')} ${alone.length > 1 ? 'name' : 'names'} Service ${stable}, and the canary's Service ${canary} would go without. ` +
        `Let ${alone.length > 1 ? 'them' : 'it'} name ${canary} too, or add one like it for ${canary}; it may name a Service that is not there yet.`,
    );
}

/** What a manifest makes of the pods must still be behind the Service. */
function refuseUnserved({ next, service, namespace }: App, problems: Problems): void {
  const selector = service.spec?.selector ?? {};
  if (!next || selects({ matchLabels: selector }, next.template.metadata?.labels ?? {})) return;
  problems.add(
    'service-selects-other-pods',
    `The manifest's pods would not be behind Service ${namespace}/${service.metadata?.name}: its selector asks for ${JSON.stringify(selector)}, and they have ${JSON.stringify(next.template.metadata?.labels ?? {})}.`,
  );
}
