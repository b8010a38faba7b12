import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { digestOf, isSameImage } from '../../../image/image-identity.js';
import type { Release } from '../../../release/record/record.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { liveImageIn, templateOf } from '../app/app.js';
import { kubernetesOf } from '../memory.js';
import { ownPods } from '../pods/own-pods.js';
import { isReady, runningImageId } from '../pods/pod.js';
import { isComplete } from '../rollout/rollout.js';
import { templateHashOf } from '../stable/stable.js';
import type { Work } from '../work.js';

/** What stable's ready pods are, after an undo. */
export interface Running {
  /** The images that answer the requests: what was meant, unless ready pods are of an earlier template. */
  readonly on: string;
  /** For a sentence: `its pods run …`. */
  readonly clause: string;
  /** Whether a pod of what was meant is ready, and none of anything else. */
  readonly isProven: boolean;
}

/**
 * Looks at what runs, and not at what was asked for: the ready pods of stable's own, and what the container runtime says that they are. The undo is
 * done by then, so what is unusual is a warning.
 * @param image what stable is to run
 * @param knownIds image ids that the version had when it ran before; empty when nobody looked
 */
export async function lookAtRunning(work: Work, image: string, knownIds: readonly string[] = []): Promise<Running> {
  const { cluster, app, held, log } = work;
  const unproven = (clause: string): Running => ({ on: image, clause, isProven: false });
  try {
    const deployment = await cluster.read(DEPLOYMENT, app.deployment.metadata?.name ?? '', held.signal);
    const pods = deployment ? (await ownPods(cluster, deployment, held.signal)).filter(isReady) : [];
    if (!deployment || pods.length === 0) {
      log.warning(`No pod of stable is ready${deployment?.spec?.replicas === 0 ? ': it is scaled to 0' : ''}.`);
      return unproven('no pod of it is ready');
    }
    const older = await ofEarlierTemplates(work, deployment, pods);
    if (older.length > 0) return halfWay(work, image, pods, older);
    for (const doubt of doubtsOf(pods, app.container, image, knownIds)) log.warning(doubt);
    const ids = idsOf(pods, app.container);
    const clause = ids.length === 0 ? `${pods.length} pods of it are ready` : `its pods run ${ids.join(', ')}`;
    return { on: image, clause, isProven: true };
  } catch (error) {
    held.signal.throwIfAborted();
    log.warning(`What stable's pods run could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
    return unproven('its pods were not looked at');
  }
}

const idsOf = (pods: readonly V1Pod[], container: string): string[] =>
  [...new Set(pods.map((pod) => runningImageId(pod, container)))].filter((id) => id !== '');

/** The ready pods that a rollout has yet to replace, or never will: what somebody has put into stable may not start. */
async function ofEarlierTemplates(work: Work, deployment: V1Deployment, ready: readonly V1Pod[]): Promise<V1Pod[]> {
  if (isComplete(deployment)) return [];
  const newest = await templateHashOf(work, deployment);
  return ready.filter(({ metadata }) => metadata?.labels?.['pod-template-hash'] !== newest);
}

function halfWay({ app, log }: Work, image: string, ready: readonly V1Pod[], older: readonly V1Pod[]): Running {
  const isNew = older.length < ready.length;
  const formerImages = [...new Set(older.map((pod) => liveImageIn(pod, app.container)))];
  const on = [...new Set([...(isNew ? [image] : []), ...formerImages])].join(', ');
  const clause = `${older.length} of ${ready.length} ready pods are of an earlier version and run ${idsOf(older, app.container).join(', ')}`;
  log.warning(
    `Stable is to run ${image}, and ${isNew ? 'only a part of its pods does' : 'no pod of that is ready'}: ${clause}. See kubectl rollout status.`,
  );
  return { on, clause, isProven: false };
}

/** What stable is at after an abort, which need not be what the record says: somebody may have deployed meanwhile. */
export async function liveImage({ cluster, held, log }: Work, release: Release): Promise<string> {
  const { stable } = release;
  const { deployment, container } = kubernetesOf(release);
  const live = await cluster.read(DEPLOYMENT, deployment, held.signal).catch(() => undefined);
  const image = live ? liveImageIn(templateOf(live), container) : stable.image;
  if (!isSameImage(image, stable.image))
    log.warning(
      `Stable runs ${image} and not ${stable.image}, which it ran when the release began: somebody changed it meanwhile. It stays so.`,
    );
  return image;
}

/** What is unusual about pods that are to run the image, in sentences. */
function doubtsOf(pods: readonly V1Pod[], container: string, image: string, knownIds: readonly string[]): string[] {
  const known = new Set(knownIds.map(digestOf));
  const named = (pod: V1Pod) => liveImageIn(pod, container);
  // A webhook may have named a mirror; the digest tells.
  const isKnown = (pod: V1Pod) => {
    const digest = digestOf(runningImageId(pod, container));
    return digest !== undefined && (known.has(digest) || digest === digestOf(image));
  };
  const others = pods.filter((pod) => !isSameImage(named(pod), image) && !isKnown(pod));
  const moved = otherImage(image, [...new Set(pods.map((pod) => runningImageId(pod, container)))], knownIds);
  return [
    ...(others.length > 0
      ? [
          `${others.length} of ${pods.length} ready pods name another image than ${image}: ${others.map((pod) => `${pod.metadata?.name} (${named(pod)})`).join(', ')}.`,
        ]
      : []),
    ...(moved === undefined ? [] : [moved]),
  ];
}

/** A tag can be moved, and a registry can answer with something else than it was asked for. @returns undefined when all is as it was meant */
export function otherImage(image: string, ids: readonly string[], knownIds: readonly string[]): string | undefined {
  const asked = digestOf(image);
  const known = knownIds.map(digestOf).filter((digest) => digest !== undefined);
  const isMeant = (id: string) => {
    // Without a repository in front it may be the digest of the image's configuration, which nobody asked for.
    const digest = id.includes('@') ? digestOf(id) : undefined;
    if (digest === undefined || digest === asked) return true;
    return known.length > 0 ? known.includes(digest) : asked === undefined;
  };
  const wrong = ids.filter((id) => !isMeant(id));
  if (wrong.length === 0) return undefined;
  const before = known.length > 0 ? `before the release they ran ${knownIds.join(', ')}` : `${asked} was asked for`;
  return `The pods are ready and name ${image}, but they run ${wrong.join(', ')}; ${before}. The tag leads to another image now. Name the right one by its digest with \`to-image\`.`;
}
