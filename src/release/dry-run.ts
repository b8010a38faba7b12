import type { Log } from '../action/log.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { DEPLOYMENT, HTTP_ROUTE, SERVICE } from '../target/kubernetes/kinds.js';
import { rulesOf, withCanaryShare } from '../target/kubernetes/routers/route-weights.js';
import { canaryName, replicasOf } from '../target/kubernetes/workload/app.js';
import { canaryDeployment, canaryService } from '../target/kubernetes/workload/canary-objects.js';
import type { Start } from './begin.js';
import { memoryFor, routerFor } from './open.js';
import type { Survey } from './survey.js';

export interface DryRunRequest {
  readonly start: Exclude<Start, { kind: 'nothing' }>;
  readonly image: string | undefined;
  readonly weight: number;
}

/** One change that a step would make. */
interface PlannedChange {
  readonly text: string;
  /** Sends it with `dryRun=All`, so that admission, quota and schema have their say. */
  readonly send: (signal: AbortSignal) => Promise<unknown>;
}

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
  await log.group(`Dry run: weight ${request.weight}`, async () => {
    for (const [index, { text, send }] of planChanges(cluster, found, request).entries()) {
      await send(signal);
      log.info(`${index + 1}. ${text}: accepted by the API server (dry run)`);
    }
  });
}

function planChanges(cluster: Cluster, found: Survey, { start, image, weight }: DryRunRequest): PlannedChange[] {
  const { app, route } = found;
  const memory = start.kind === 'begin' ? memoryFor(found) : start.release.router;
  const router = routerFor(cluster, found, memory, undefined);
  const name = canaryName(app.name);
  const canaryImage = image ?? (start.kind === 'begin' ? '' : start.release.canary.image);
  const plan = {
    app,
    image: canaryImage,
    replicas: router.canaryReplicas(weight, replicasOf(app.deployment)),
    releaseId: 'dry-run',
    isolation: router.isolation,
  };
  const index = app.deployment.spec?.template.spec?.containers.findIndex((container) => container.name === app.container);
  const canary: PlannedChange[] = [
    {
      text: `Run ${plan.replicas} canary pods of ${canaryImage} in Deployment ${name}`,
      send: (signal) => cluster.apply(DEPLOYMENT, canaryDeployment(plan), { force: false }, signal),
    },
    {
      text: `Put Service ${name} in front of them`,
      send: (signal) => cluster.apply(SERVICE, canaryService(plan), { force: false }, signal),
    },
  ];
  const split: PlannedChange = {
    text: `Give them ${weight} % of the traffic of HTTPRoute ${route?.metadata?.name}`,
    send: async (signal) => {
      if (!route || memory.kind !== 'http-route') return;
      const backends = { stable: app.service.metadata?.name ?? '', canary: name };
      const rules = withCanaryShare(rulesOf(route), backends, memory.rules, weight);
      await cluster.patch(HTTP_ROUTE, memory.route, [{ op: 'replace', path: '/spec/rules', value: rules }], signal);
    },
  };
  const stable: PlannedChange = {
    text: `Update Deployment ${app.deployment.metadata?.name} to ${canaryImage}, bring the traffic back and remove the canary`,
    send: (signal) =>
      cluster.patch(
        DEPLOYMENT,
        app.deployment.metadata?.name ?? '',
        [
          app.next
            ? { op: 'replace', path: '/spec/template', value: app.next.template }
            : { op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: canaryImage },
        ],
        signal,
      ),
  };
  return [
    ...(weight > 0 ? (router.isolation === 'isolated' ? canary : canary.slice(0, 1)) : []),
    ...(route ? [split] : []),
    ...(weight === 100 ? [stable] : []),
  ];
}
