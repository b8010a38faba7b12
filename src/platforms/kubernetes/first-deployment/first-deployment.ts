import type { V1Deployment, V1ObjectMeta, V1PodTemplateSpec, V1Service } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { within } from '../../../kernel/within.js';
import type { Cluster } from '../api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT, type Kind, SERVICE } from '../api/kinds.js';
import { keptBy } from '../api/leaving.js';
import { giveUpOwnership } from '../api/ownership.js';
import { selects } from '../api/selection.js';
import { type App, chooseContainer, imageIn, templateOf } from '../app/app.js';
import { contentHash } from '../canary-objects/canary-config.js';
import { passedOver } from '../manifest/passed-over.js';
import type { Manifest } from '../manifest/read-manifest.js';
import { refuseUnknownFields } from '../manifest/refuse-unknown-fields.js';
import { deploymentIn, templateIn } from '../manifest/travelling.js';
import { referencedConfig } from '../pods/referenced-config.js';
import { waitForRollout } from '../rollout/rollout.js';
import { forbidden } from '../survey/undo-survey.js';
import { UNFINISHED } from './is-first.js';
import { refuseUnpullable } from './refuse-unpullable.js';

const REMOVE_WITHIN_MS = 5000;

export interface FirstDeployment {
  readonly cluster: Cluster;
  readonly manifest: Manifest;
  readonly deployment: string;
  readonly service: string;
  readonly container: string | undefined;
  /** Instead of the manifest's. */
  readonly image: string | undefined;
  readonly startTimeoutMs: number;
  /** Tells this step's objects from those of another step that deploys the same app. */
  readonly nonce: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Marked {
  readonly metadata?: V1ObjectMeta;
}

/** One object of the app. */
interface Part {
  readonly kind: Kind<Marked>;
  readonly object: Marked;
}

/** What is to be created, in the order in which it is: the Deployment last, so that its pods find all the rest. */
interface Plan {
  readonly container: string;
  readonly image: string;
  readonly deployment: V1Deployment;
  readonly parts: readonly Part[];
  /** What the manifest has besides, as `Ingress menu`. */
  readonly left: readonly string[];
  /** What is there already, is nobody's leftover and is not as the manifest has it, as `data of ConfigMap menu`. */
  readonly differing: readonly string[];
}

/**
 * Creates the app as its manifest has it and waits until it is ready. Nothing served before, so nothing is split and nothing is gone back to: what
 * this step created, or one before it that was cut, is removed again when it does not start. What is somebody else's is left as it is.
 * @returns the image that runs
 */
export async function deployFirst(first: FirstDeployment): Promise<string> {
  const { cluster, clock, log, signal } = first;
  const plan = await planFirst(first);
  const { image, container, deployment, parts } = plan;
  tellLeft(first, plan);
  return log.group(`First deployment: ${image}`, async () => {
    const ours: Part[] = [];
    const created: Part[] = [];
    const hasReadyPods = await someAreReady(first);
    try {
      for (const part of parts) {
        const live = await liveOf(first, part);
        if (!isOurs(live)) {
          log.info(`${nameOf(part)} is there already, and stays as it is.`);
          continue;
        }
        ours.push(part);
        if (live === undefined || !hasReadyPods) created.push(part);
        await bring(first, part);
      }
      const labels = deployment.spec?.selector?.matchLabels ?? {};
      const target = { deployment: first.deployment, labels, container, role: 'stable' as const };
      await waitForRollout(cluster, target, { clock, log, signal, timeoutMs: first.startTimeoutMs });
    } catch (error) {
      if (cluster.plan) throw error;
      const left = `${await takeAway(first, created)}${hasReadyPods ? '; what an earlier step had left stays, as pods of it were ready' : ''}`;
      if (!(error instanceof UserError)) {
        log.warning(`It is the first deployment of this app; ${left}.`);
        throw error;
      }
      throw error.followedBy(`It is the first deployment of this app; ${left}.`);
    }
    for (const part of ours) await finish(first, part);
    log.info(`${image} runs and has all traffic: there was no version before it to share with.`);
    // Admission may have made another name of it, by which the later steps of the run will find it.
    const live = await cluster.read(DEPLOYMENT, first.deployment, signal);
    return live ? imageIn(templateOf(live), container) : image;
  });
}

async function planFirst(first: FirstDeployment): Promise<Plan> {
  const { cluster, manifest, signal } = first;
  const wanted = deploymentIn(manifest, first.deployment, cluster.namespace);
  const container = chooseContainer(wanted, first.container);
  const template = templateIn(wanted, container, first.image);
  refuseUnpullable(template, manifest.path);
  await refuseUnknownFields(cluster, manifest, first, signal);
  const service = manifest.services.find(({ metadata }) => metadata?.name === first.service);
  const live = await cluster.read(SERVICE, first.service, signal);
  if (!service && !live) {
    throw new UserError(
      'manifest-without-app',
      `There is neither a Deployment nor a Service ${cluster.namespace}/${first.service} yet, and ${manifest.path} has no such Service. Add it, or name it with \`service:\`. Nothing has been changed.`,
    );
  }
  const standing = live && markOf(live) === undefined ? live : undefined;
  const selecting = standing ?? service;
  if (selecting) refuseUnselecting(selecting, standing !== undefined, template, manifest.path);
  if (wanted.spec?.replicas === 0)
    throw new UserError(
      'stable-scaled-to-zero',
      `Deployment ${first.deployment} of ${manifest.path} has \`replicas: 0\`, so nothing would serve. Give it at least one, or apply the file yourself. Nothing has been changed.`,
    );
  const deployment: V1Deployment = { ...wanted, spec: { ...wanted.spec, selector: wanted.spec?.selector ?? {}, template } };
  const parts: Part[] = [
    ...manifest.configMaps.map((object) => ({ kind: CONFIG_MAP, object })),
    ...(service ? [{ kind: SERVICE, object: service }] : []),
    { kind: DEPLOYMENT, object: deployment },
  ];
  const differing = [
    ...(service && standing
      ? passedOver({ ...manifest, deployments: [], services: [service], others: [] }, { deployment, services: [standing] })
      : []),
    ...(await differingConfigMaps(first)),
  ];
  return { container, image: imageIn(template, container), deployment, parts, left: leftIn(manifest, first), differing };
}

/** It would lead to other pods than these, or to none; one that is there already stays as it is. */
function refuseUnselecting({ metadata, spec }: V1Service, isThere: boolean, template: V1PodTemplateSpec, path: string): void {
  const { selector = {} } = spec ?? {};
  const labels = template.metadata?.labels ?? {};
  if (Object.keys(selector).length > 0 && selects({ matchLabels: selector }, labels)) return;
  throw new UserError(
    'service-selects-other-pods',
    `Service ${[metadata?.namespace, metadata?.name].filter(Boolean).join('/')} ${isThere ? 'is there already' : `is in ${path} too`}, and the pods of ${path} would not be behind it: it selects ${JSON.stringify(selector)}, and they have ${JSON.stringify(labels)}. ` +
      `${isThere ? 'See whose it is (kubectl describe service). ' : ''}Change its selector or the labels, or name another Service with \`service\`. Nothing has been changed.`,
  );
}

async function differingConfigMaps({ cluster, manifest, signal }: FirstDeployment): Promise<string[]> {
  const reads = manifest.configMaps.map(async ({ metadata, data, binaryData }) => {
    const live = await cluster.read(CONFIG_MAP, metadata?.name ?? '', signal);
    if (!live || markOf(live) !== undefined) return [];
    return contentHash(live) === contentHash({ ...(data && { data }), ...(binaryData && { binaryData }) })
      ? []
      : [`data of ConfigMap ${metadata?.name}`];
  });
  return (await Promise.all(reads)).flat();
}

/** A first deployment creates what a release needs of the app; the rest of the file is for whoever owns it. */
const leftIn = (
  { deployments, services, others }: Manifest,
  first: Pick<FirstDeployment, 'deployment' | 'service'>,
): string[] => [
  ...deployments
    .filter(({ metadata }) => metadata?.name !== first.deployment)
    .map(({ metadata }) => `Deployment ${metadata?.name}`),
  ...services.filter(({ metadata }) => metadata?.name !== first.service).map(({ metadata }) => `Service ${metadata?.name}`),
  ...others,
];

function tellLeft({ log, manifest }: FirstDeployment, { left, differing }: Plan): void {
  if (differing.length > 0)
    log.warning(
      `What is there already stays as it is, and is not as ${manifest.path} has it: ${differing.join(', ')}. The new pods run with it. See whose it is, and apply the file yourself if it is yours.`,
    );
  if (left.length === 0) return;
  const route = left.some((object) => object.startsWith('HTTPRoute '))
    ? '; without its route, the next release is split by the ratio of pods'
    : '';
  log.warning(
    `Of ${manifest.path} a first deployment does not create ${left.join(', ')}. Apply what is needed yourself${route}.`,
  );
}

const liveOf = ({ cluster, signal }: FirstDeployment, { kind, object }: Part): Promise<Marked | undefined> =>
  cluster.read(kind, object.metadata?.name ?? '', signal);

/** Not what is there already, other than what a step that was cut has left. */
const isOurs = (live: Marked | undefined): boolean => live === undefined || markOf(live) !== undefined;

/** Of a step that was cut: they may serve some users, who would lose them if the rest did not start. */
async function someAreReady({ cluster, deployment, signal }: FirstDeployment): Promise<boolean> {
  const live = await cluster.read(DEPLOYMENT, deployment, signal);
  return (live?.status?.readyReplicas ?? 0) > 0;
}

/** Creates it; of a step that was cut there may be another version of it. */
async function bring({ cluster, nonce, signal }: FirstDeployment, { kind, object }: Part): Promise<void> {
  const annotations = { ...object.metadata?.annotations, [UNFINISHED]: nonce };
  await cluster.apply(kind, { ...object, metadata: { ...object.metadata, annotations } }, { force: true }, signal);
}

/**
 * Removes what this step brought, also after a cancellation, in the seconds that a cancelled step has.
 * @returns what became of it, for the message
 */
async function takeAway({ cluster, clock, nonce }: FirstDeployment, parts: readonly Part[]): Promise<string> {
  const left = [...parts];
  const kept: string[] = [];
  const remove = async (signal: AbortSignal) => {
    for (const part of parts.toReversed()) {
      const live = await cluster.read(part.kind, part.object.metadata?.name ?? '', signal);
      const { uid, name = '' } = live?.metadata ?? {};
      const isOwn = live && uid !== undefined && markOf(live) === nonce;
      const marked = isOwn && (await cluster.remove(part.kind, name, { uid }, signal));
      if (marked) kept.push(`${nameOf(part)}, which ${keptBy(marked)} keeps`);
      left.pop();
    }
  };
  try {
    await within(REMOVE_WITHIN_MS, clock, new AbortController().signal, remove);
    const except = kept.length > 0 ? `, but for ${kept.join(', ')}` : '';
    return `what it had created is removed again${except}`;
  } catch (reason) {
    return (
      `what it had created could not be removed again: ${left.map(nameOf).join(', ')} (${reason instanceof Error ? reason.message : String(reason)}). ` +
      'Remove them with kubectl, or run the step again'
    );
  }
}

/** Whether a first deployment was cut when the app served already, so that its marks are still there. */
export const isUnfinished = ({ deployment }: App): boolean => markOf(deployment) !== undefined;

/**
 * Takes off the marks of a first deployment that was cut, so that no later step takes it for unfinished. A release without a manifest may lack the
 * rights: what serves is stable with its mark too.
 * @param cluster of the process that holds the app's record: one that is still at work on the first deployment must not be met
 */
export async function finishLost(cluster: Cluster, { deployment, service }: App, signal: AbortSignal): Promise<void> {
  const named = (kind: Kind<Marked>, name = '') => ({ kind, object: { metadata: { name } } });
  const parts: Part[] = [
    ...referencedConfig(templateOf(deployment)).configMaps.map((name) => named(CONFIG_MAP, name)),
    named(SERVICE, service.metadata?.name),
    named(DEPLOYMENT, deployment.metadata?.name),
  ];
  for (const part of parts) {
    const live = await forbidden(undefined, cluster.read(part.kind, part.object.metadata?.name ?? '', signal));
    if (live && markOf(live) !== undefined) await forbidden(undefined, finish({ cluster, signal }, part));
  }
}

/** What was created belongs to whoever applies the manifest next. */
async function finish({ cluster, signal }: Pick<FirstDeployment, 'cluster' | 'signal'>, { kind, object }: Part): Promise<void> {
  const path = `/metadata/annotations/${UNFINISHED.replaceAll('/', '~1')}`;
  const unmark = (live: Marked) => (markOf(live) === undefined ? [] : [{ op: 'remove', path } as const]);
  await giveUpOwnership(cluster, kind, object.metadata?.name ?? '', signal, unmark);
}

const markOf = ({ metadata }: Marked): string | undefined => metadata?.annotations?.[UNFINISHED];

const nameOf = ({ kind, object }: Part): string => `${kind.kind} ${object.metadata?.name}`;
