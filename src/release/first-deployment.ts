import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { Clock } from '../lib/clock.js';
import { within } from '../lib/within.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { editObject } from '../target/kubernetes/edit-object.js';
import { CONFIG_MAP, DEPLOYMENT, type Kind, SERVICE } from '../target/kubernetes/kinds.js';
import type { Manifest } from '../target/kubernetes/manifest/read-manifest.js';
import { deploymentIn, templateIn } from '../target/kubernetes/manifest/travelling.js';
import { giveUpOwnership } from '../target/kubernetes/ownership.js';
import { imageIn } from '../target/kubernetes/workload/app.js';
import { waitForRollout } from '../target/kubernetes/workload/rollout.js';
import { UNFINISHED } from './is-first.js';

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
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Creates the app as its manifest has it and waits until it is ready. Nothing served before, so nothing is split and nothing is gone back to: what
 * this step created is removed again when it does not start.
 * @returns the image that runs
 */
export async function deployFirst(first: FirstDeployment): Promise<string> {
  const { cluster, manifest, signal, log } = first;
  const wanted = deploymentIn(manifest, first.deployment, cluster.namespace);
  const container = chooseContainer(wanted, first.container);
  const template = templateIn(wanted, container, first.image);
  const service = manifest.services.find(({ metadata }) => metadata?.name === first.service);
  if (!service && !(await cluster.read(SERVICE, first.service, signal))) {
    throw new UserError(
      `There is neither a Deployment nor a Service ${cluster.namespace}/${first.service} yet, and ${manifest.path} has no such Service. Add it, or name it with \`service:\`. Nothing has been changed.`,
    );
  }
  const image = imageIn(template, container);
  const deployment: V1Deployment = {
    ...wanted,
    metadata: { ...wanted.metadata, annotations: { ...wanted.metadata?.annotations, [UNFINISHED]: 'true' } },
    spec: { ...wanted.spec, selector: wanted.spec?.selector ?? {}, template },
  };
  return log.group(`First deployment: ${image}`, async () => {
    const created: Created[] = [];
    try {
      for (const configMap of manifest.configMaps) created.push(...(await createMissing(cluster, CONFIG_MAP, configMap, signal)));
      if (service) created.push(...(await createMissing<V1Service>(cluster, SERVICE, service, signal)));
      created.push(...(await createMissing(cluster, DEPLOYMENT, deployment, signal)));
      const labels = wanted.spec?.selector?.matchLabels ?? {};
      const target = { deployment: first.deployment, labels, container, image, role: 'stable' as const };
      await waitForRollout(cluster, target, { clock: first.clock, log, signal, timeoutMs: first.startTimeoutMs });
    } catch (error) {
      // Also after a cancellation, in the seconds that a cancelled step has.
      const left = await within(REMOVE_WITHIN_MS, first.clock, new AbortController().signal, (inner) =>
        removeCreated(cluster, created, inner),
      ).then(
        () => 'what this step had created is removed again',
        (reason: unknown) => `what this step had created could not be removed again: ${stillThere(created, reason)}`,
      );
      if (!(error instanceof UserError)) {
        log.warning(`It is the first deployment of this app; ${left}.`);
        throw error;
      }
      throw new UserError(`${error.message}\nIt is the first deployment of this app; ${left}.`, { cause: error });
    }
    await finish(cluster, created, first.deployment, signal);
    log.info(`${image} runs and has all traffic: there was no version before it to share with.`);
    return image;
  });
}

interface Created {
  readonly kind: Kind<{ metadata?: object }>;
  readonly name: string;
}

/** @returns what was created: nothing when it was there, by a step that was cut or by somebody else */
async function createMissing<T extends { metadata?: { name?: string } }>(
  cluster: Cluster,
  kind: Kind<T>,
  object: T,
  signal: AbortSignal,
): Promise<Created[]> {
  const name = object.metadata?.name ?? '';
  if (await cluster.read(kind, name, signal)) return [];
  await cluster.create(kind, object, signal);
  return [{ kind: kind as Kind<{ metadata?: object }>, name }];
}

/** The step says why it failed, and this besides. */
const stillThere = (created: readonly Created[], reason: unknown): string =>
  `${created.map(({ kind, name }) => `${kind.kind} ${name}`).join(', ')} (${reason instanceof Error ? reason.message : String(reason)}). ` +
  'Remove them with kubectl, or run the step again';

async function removeCreated(cluster: Cluster, created: readonly Created[], signal: AbortSignal): Promise<void> {
  for (const { kind, name } of created.toReversed()) await cluster.remove(kind, name, {}, signal);
}

/** What was created belongs to whoever applies the manifest next. */
async function finish(cluster: Cluster, created: readonly Created[], deployment: string, signal: AbortSignal): Promise<void> {
  const mark = `/metadata/annotations/${UNFINISHED.replaceAll('/', '~1')}`;
  const unmark = ({ metadata }: V1Deployment) =>
    metadata?.annotations?.[UNFINISHED] === undefined ? [] : [{ op: 'remove', path: mark } as const];
  await editObject(cluster, DEPLOYMENT, deployment, unmark, signal);
  for (const { kind, name } of created) await giveUpOwnership(cluster, kind, name, signal);
}

function chooseContainer(deployment: V1Deployment, asked: string | undefined): string {
  const names = (deployment.spec?.template?.spec?.containers ?? []).map(({ name }) => name);
  const [only = ''] = names;
  if (asked === undefined && names.length === 1) return only;
  if (asked !== undefined && names.includes(asked)) return asked;
  throw new UserError(
    `Deployment ${deployment.metadata?.name} has ${names.length === 1 ? 'the container' : 'the containers'} ${names.join(', ')}. Say with \`container:\` which one is released. Nothing has been changed.`,
  );
}
