import type { Log } from '../../../kernel/log.js';
import type { Cluster } from '../../../platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT, POD_DISRUPTION_BUDGET, SERVICE } from '../../../platforms/kubernetes/api/kinds.js';
import { type App, canaryName, replicasOf } from '../../../platforms/kubernetes/app/app.js';
import { canaryConfigName, configCopy } from '../../../platforms/kubernetes/canary/canary-config.js';
import {
  type CanaryPlan,
  canaryBudget,
  canaryDeployment,
  canaryMetadata,
  canaryService,
} from '../../../platforms/kubernetes/canary/canary-objects.js';
import { kubernetesOf } from '../../../platforms/kubernetes/memory.js';
import type { PlannedEdit, Router, RouterMemory, Testers } from '../../../platforms/kubernetes/router.js';
import { type AutoscalerMemory, raiseMinimum, restoreMinimum } from '../../../platforms/kubernetes/surroundings/autoscaler.js';
import { tellReachable } from '../../canary/reachable.js';
import { podsFor } from '../../canary/run-canary.js';
import { writeConfig } from '../../config-maps/config.js';
import type { Start } from '../../decide/begin.js';
import type { Prepared } from '../../preflight/preflight.js';
import { planGrownHold } from '../../stable/hold-stable.js';
import { memoryFor, type RouterPatience, routerFor } from '../../survey/route-of-release.js';
import type { Survey } from '../../survey/survey.js';

export interface DryRunRequest {
  readonly start: Exclude<Start, { kind: 'nothing' }>;
  readonly image: string | undefined;
  readonly weight: number;
  readonly pods: number | undefined;
  readonly testers: Testers | undefined;
  readonly patience: RouterPatience;
  /** For a release that would begin. */
  readonly prepared: Prepared | undefined;
}

/** One change that a step would make; it is sent with `dryRun=All`, so that admission, quota and schema have their say. */
type PlannedChange = PlannedEdit;

/**
 * Prints what the step would do and has the API server check each change.
 * @param cluster one whose every mutating request carries `dryRun=All`
 */
export async function dryRun(
  cluster: Cluster,
  found: Survey,
  request: DryRunRequest,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { start, weight } = request;
  await log.group(`Dry run: weight ${weight}`, async () => {
    if (start.kind === 'put-back-first')
      log.info(`First the release of ${start.release.canary.image} in flight (${start.release.phase}) would be put back.`);
    const planned = weight === 0 ? await planAbort(cluster, found, request) : await planMove(cluster, found, request, signal);
    for (const [index, { text, send }] of planned.entries()) {
      await send(signal);
      log.info(`${index + 1}. ${text}: accepted by the API server (dry run)`);
    }
  });
}

const memoryOf = (found: Survey, start: DryRunRequest['start']): RouterMemory =>
  start.kind === 'begin' ? memoryFor(found) : kubernetesOf(start.release).router;

async function planMove(cluster: Cluster, found: Survey, request: DryRunRequest, signal: AbortSignal): Promise<PlannedChange[]> {
  const { start, image, weight, pods, prepared } = request;
  const { app } = found;
  const inFlight = start.kind === 'begin' ? undefined : start.release;
  const router = await routerFor(cluster, found, memoryOf(found, start), request.patience);
  const memory = inFlight && kubernetesOf(inFlight);
  const size = memory?.stableReplicas ?? replicasOf(app.deployment);
  tellReachable(router, weight, size, request.patience.log);
  const plan: CanaryPlan = {
    app,
    image: image ?? inFlight?.canary.image ?? '',
    replicas: pods ?? podsFor(weight, { app, router }, size),
    releaseId: 'dry-run',
    isolation: router.isolation,
  };
  const grown = inFlight && (await planGrownHold({ app, cluster }, inFlight, signal));
  const { autoscaler, budget } = memory ?? prepared ?? {};
  const held = grown ?? autoscaler;
  return [
    ...planHolds(cluster, plan, { autoscaler: held, budget }),
    ...planCanary(cluster, plan),
    ...planSplit(router, request),
    ...(weight === 100 ? [...planStable(cluster, plan), ...planGiveBack(cluster, app, held)] : []),
  ];
}

/** What a release holds of what stands around stable. */
function planHolds(cluster: Cluster, plan: CanaryPlan, { autoscaler, budget }: Partial<Prepared>): PlannedChange[] {
  return [
    ...(autoscaler
      ? [
          {
            text: `Keep minReplicas of autoscaler ${autoscaler.name} at ${autoscaler.raisedTo} at least until the release is over`,
            send: (signal: AbortSignal) => raiseMinimum(cluster, nameOf(plan.app), autoscaler, signal),
          },
        ]
      : []),
    ...(budget
      ? [
          {
            text: `Give the canary a PodDisruptionBudget like ${budget.name}`,
            send: (signal: AbortSignal) =>
              cluster.apply(POD_DISRUPTION_BUDGET, canaryBudget(plan, budget), { force: true }, signal),
          },
        ]
      : []),
  ];
}

function planGiveBack(cluster: Cluster, app: App, autoscaler: AutoscalerMemory | undefined): PlannedChange[] {
  if (!autoscaler) return [];
  return [
    {
      text: `Give autoscaler ${autoscaler.name} its minReplicas of ${autoscaler.minReplicas} back`,
      send: (signal) => restoreMinimum(cluster, nameOf(app), autoscaler, signal),
    },
  ];
}

const nameOf = ({ deployment }: App): string => deployment.metadata?.name ?? '';

function planCanary(cluster: Cluster, plan: CanaryPlan): PlannedChange[] {
  const { app, image, replicas, releaseId, isolation } = plan;
  const name = canaryName(app.name);
  const config = (app.next?.configMaps ?? []).map((configMap) => ({
    text: `Keep the new content of ConfigMap ${configMap.name} as ${canaryConfigName(configMap.name)}`,
    send: (signal: AbortSignal) => {
      const copy = configCopy(canaryConfigName(configMap.name), configMap.data, canaryMetadata(app, releaseId));
      return cluster.apply(CONFIG_MAP, copy, { force: true }, signal);
    },
  }));
  const pods: PlannedChange = {
    text: `Run ${replicas} canary pods of ${image} in Deployment ${name}`,
    send: (signal) => cluster.apply(DEPLOYMENT, canaryDeployment(plan), { force: true }, signal),
  };
  const service: PlannedChange = {
    text: `Put Service ${name} in front of them`,
    send: (signal) => cluster.apply(SERVICE, canaryService(plan), { force: true }, signal),
  };
  return [...config, pods, ...(isolation === 'isolated' ? [service] : [])];
}

function planSplit({ plan }: Router, { start, weight, testers: asked }: DryRunRequest): readonly PlannedChange[] {
  const formerTesters = start.kind === 'begin' ? undefined : start.release.testers;
  return plan({ percent: weight, testers: asked ?? formerTesters, formerTesters });
}

function planStable(cluster: Cluster, { app, image }: CanaryPlan): PlannedChange[] {
  const name = nameOf(app);
  const index = app.deployment.spec?.template.spec?.containers.findIndex((container) => container.name === app.container);
  const config = (app.next?.configMaps ?? []).map((configMap) => ({
    text: `Give ConfigMap ${configMap.name} its new content`,
    send: (signal: AbortSignal) => writeConfig(cluster, configMap.name, configMap.data, signal),
  }));
  const change = app.next
    ? { op: 'replace' as const, path: '/spec/template', value: app.next.template }
    : { op: 'replace' as const, path: `/spec/template/spec/containers/${index}/image`, value: image };
  const stable: PlannedChange = {
    text: `Update Deployment ${name} to ${image}, bring the traffic back and remove the canary`,
    send: (signal) => cluster.patch(DEPLOYMENT, name, [change], signal),
  };
  return [...config, stable];
}

async function planAbort(cluster: Cluster, found: Survey, { start, patience }: DryRunRequest): Promise<readonly PlannedChange[]> {
  const { app } = found;
  const { isolation, planLeave } = await routerFor(cluster, found, memoryOf(found, start), patience);
  const name = canaryName(app.name);
  const remove: PlannedChange = {
    text: `Remove ${isolation === 'isolated' ? 'Deployment and Service' : 'Deployment'} ${name}`,
    send: async (signal) => {
      await cluster.remove(DEPLOYMENT, name, {}, signal);
      if (isolation === 'isolated') await cluster.remove(SERVICE, name, {}, signal);
    },
  };
  return [
    ...planLeave(),
    remove,
    ...planGiveBack(cluster, app, start.kind === 'begin' ? undefined : kubernetesOf(start.release).autoscaler),
  ];
}
