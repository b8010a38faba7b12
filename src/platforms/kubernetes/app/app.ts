import type { V1Container, V1Deployment, V1PodTemplateSpec, V1Service } from '@kubernetes/client-node';
import { type Problems, UserError } from '../../../kernel/errors.js';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT, SERVICE } from '../api/kinds.js';
import type { Travelling } from '../manifest/travelling.js';
import { describeMissing } from './missing-app.js';

/** An app as it stands in the cluster: the stable Deployment, the Service in front of it, and the container that is released. */
export interface App {
  /** Names the release record, the canary's objects and everything in messages. */
  readonly name: string;
  readonly namespace: string;
  readonly deployment: V1Deployment;
  readonly service: V1Service;
  /** Name of the container whose image a release changes. */
  readonly container: string;
  /** The label that sets an isolated canary apart, once that is decided; a release keeps to it whatever changes around it. */
  readonly isolationKey?: string | undefined;
  /** What the canary gets besides another image, when a manifest says so. */
  readonly next?: Travelling | undefined;
}

export interface AppNames {
  readonly app: string;
  readonly deployment: string | undefined;
  readonly service: string | undefined;
  readonly container: string | undefined;
}

/** The two Services that share an app's traffic during a release. */
export const backendsOf = (app: App) => ({
  stable: app.service.metadata?.name ?? '',
  canary: canaryName(app.name),
  namespace: app.namespace,
});

export const canaryName = (app: string): string => `${app}-canary`;

/**
 * Reads the app; everything that is missing or unfit is added to `problems` and nothing is changed.
 * @returns no app when there was a problem; and all Services, for whoever asks which others lead to it
 */
export async function readApp(
  cluster: Cluster,
  names: AppNames,
  problems: Problems,
  signal: AbortSignal,
): Promise<{ readonly app: App | undefined; readonly services: readonly V1Service[] }> {
  const deploymentName = names.deployment ?? names.app;
  const serviceName = names.service ?? names.app;
  const [deployment, services] = await Promise.all([
    cluster.read(DEPLOYMENT, deploymentName, signal),
    cluster.list(SERVICE, {}, signal),
  ]);
  const service = services.find(({ metadata }) => metadata?.name === serviceName);
  const where = `${cluster.namespace}/`;
  if (!deployment || !service) {
    const found = { hasDeployment: deployment !== undefined, hasService: service !== undefined, services };
    for (const text of await describeMissing(cluster, names, found, signal)) problems.add('app-missing', text);
    return { app: undefined, services };
  }
  refuseUnfitDeployment(deployment, where, problems);
  refuseUnfitService(service, deployment, where, problems);
  const container = await problems.gather(() => chooseContainer(deployment, names.container));
  const app =
    container === undefined ? undefined : { name: names.app, namespace: cluster.namespace, deployment, service, container };
  return { app, services };
}

function refuseUnfitDeployment(deployment: V1Deployment, where: string, problems: Problems): void {
  const name = `Deployment ${where}${deployment.metadata?.name}`;
  const strategy = deployment.spec?.strategy;
  if (strategy?.type === 'Recreate') {
    problems.add(
      'update-stops-all-pods',
      `${name} has strategy Recreate, which stops every pod before the next starts, so requests would be lost. Set strategy RollingUpdate.`,
    );
  }
  const replicas = replicasOf(deployment);
  const maxUnavailable = String(strategy?.rollingUpdate?.maxUnavailable ?? '');
  if (maxUnavailable === '100%' || (/^\d+$/.test(maxUnavailable) && replicas > 0 && Number(maxUnavailable) >= replicas)) {
    problems.add(
      'update-stops-all-pods',
      `${name} has maxUnavailable ${maxUnavailable}, so an update may stop every pod at once. Set maxUnavailable to 0.`,
    );
  }
  if (deployment.spec?.revisionHistoryLimit === 0) {
    problems.add(
      'no-old-revisions',
      `${name} keeps no old revisions (revisionHistoryLimit 0), so there would be nothing to go back to. Set it to 1 or more.`,
    );
  }
  if (replicas === 0) {
    problems.add(
      'stable-scaled-to-zero',
      `${name} is scaled to 0, so there is no stable version to release against. Scale it up first.`,
    );
  }
}

function refuseUnfitService(service: V1Service, deployment: V1Deployment, where: string, problems: Problems): void {
  const name = `Service ${where}${service.metadata?.name}`;
  const selector = Object.entries(service.spec?.selector ?? {});
  if (selector.length === 0) {
    problems.add(
      'service-selects-other-pods',
      `${name} selects nothing (it has no selector), so it can't lead to the canary or to stable. Give it a selector.`,
    );
    return;
  }
  const labels = deployment.spec?.template.metadata?.labels ?? {};
  const unmatched = selector.filter(([key, value]) => labels[key] !== value);
  if (unmatched.length > 0) {
    const wants = unmatched.map(([key, value]) => `${key}=${value}`).join(', ');
    problems.add(
      'service-selects-other-pods',
      `${name} does not lead to the pods of Deployment ${where}${deployment.metadata?.name}: they lack ${wants}. Name the right Service with \`service:\`.`,
    );
  }
}

/**
 * The container that is released, in the cluster's Deployment or in that of a manifest, which nobody has checked yet.
 * @throws UserError when there is no such container, or when several are there and none was asked for
 */
export function chooseContainer({ metadata, spec }: V1Deployment, asked: string | undefined): string {
  const names = (spec?.template?.spec?.containers ?? []).map(({ name }) => name);
  const [only] = names;
  if (asked !== undefined && names.includes(asked)) return asked;
  if (asked === undefined && only !== undefined && names.length === 1) return only;
  const where = `Deployment ${metadata?.name}`;
  if (only === undefined)
    throw new UserError('container-unknown', `${where} has no container in its pod template. Add the app's.`);
  if (asked === undefined)
    throw new UserError(
      'container-unclear',
      `${where} has several containers (${names.join(', ')}). Say with \`container:\` which one is released.`,
    );
  throw new UserError(
    'container-unknown',
    `${where} has no container ${asked}; it has ${names.join(', ')}. Name one of them with \`container:\`.`,
  );
}

export const replicasOf = (deployment: V1Deployment): number => deployment.spec?.replicas ?? 1;

/** The pod template of a Deployment, without the fields that controllers add. */
export function templateOf(deployment: V1Deployment): V1PodTemplateSpec {
  const template = deployment.spec?.template;
  if (!template) throw new Error(`Deployment ${deployment.metadata?.name} has no pod template`);
  return template;
}

const findContainer = (template: V1PodTemplateSpec, name: string): V1Container => {
  const container = template.spec?.containers.find((candidate) => candidate.name === name);
  if (!container)
    throw new UserError(
      'stable-changed',
      `The pod template has no container ${name} any more; somebody changed the Deployment. Nothing has been changed.`,
    );
  return container;
};

/** The image that a template asks for in one of its containers. */
export const imageIn = (template: V1PodTemplateSpec, container: string): string => findContainer(template, container).image ?? '';

/** The same for an undo and its messages, which a renamed container must not stop: then all images that the template asks for. */
export const liveImageIn = ({ spec }: Pick<V1PodTemplateSpec, 'spec'>, container: string): string =>
  spec?.containers.find(({ name }) => name === container)?.image ?? (spec?.containers ?? []).map(({ image }) => image).join(', ');
