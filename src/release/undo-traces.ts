import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';
import { liveImageIn, templateOf } from '../target/kubernetes/workload/app.js';
import { isSameImage } from '../target/kubernetes/workload/image-identity.js';
import { versionOf } from '../target/kubernetes/workload/pod-version.js';
import { revisionNumber } from './choose-revision.js';
import { putBack } from './put-back.js';
import type { Release, Revision } from './record.js';
import { revisionsOf } from './stable.js';
import { forbidden } from './undo-survey.js';
import { announce, type Work } from './work.js';

/** The version that stable ran before the present one. */
export interface FormerRevision {
  readonly revision: Revision;
  /** As `to-revision` takes it. */
  readonly number: number;
}

/** @returns undefined when stable has run no other version, or its history was cut */
export async function formerRevision(
  cluster: Cluster,
  stable: V1Deployment,
  container: string,
  signal: AbortSignal,
): Promise<FormerRevision | undefined> {
  const present = versionOf(templateOf(stable));
  const sets = await forbidden([], revisionsOf({ cluster, held: { signal } }, stable));
  for (const set of sets) {
    const template = set.spec?.template;
    if (template === undefined || versionOf(template) === present) continue;
    const templateHash = set.metadata?.labels?.['pod-template-hash'] ?? '';
    const revision = { image: liveImageIn(template, container), templateHash, version: versionOf(template) };
    return { revision, number: revisionNumber(set) };
  }
  return undefined;
}

/**
 * Puts back what is left of a release whose record was lost.
 * @throws UserError when stable runs the canary's version afterwards: without the record nobody knows whether a promotion or a person put it there
 */
export async function putBackTraces(work: Work, release: Release, reason: string): Promise<Release> {
  const after = await putBack(work, release, reason);
  const { cluster, held } = work;
  const stable = await cluster.read(DEPLOYMENT, release.deployment, held.signal);
  const live = stable && liveImageIn(templateOf(stable), release.container);
  if (!stable || live === undefined || !isSameImage(live, release.canary.image)) return after;
  const former = await formerRevision(cluster, stable, release.container, held.signal);
  // A manifest can change the template alone, and then the image tells nothing.
  if (!former || isSameImage(former.revision.image, live)) return after;
  await announce(work, after, { phase: 'promoted', stable: former.revision });
  throw new UserError(
    `The canary is removed and all traffic is on stable, which runs ${live}, the canary's version: with the record it was lost whether a promotion or a person put it there, so it stays. ` +
      `Before, revision ${former.number} of Deployment ${cluster.namespace}/${release.deployment} ran ${former.revision.image}: \`to-revision: previous\` brings it back.`,
  );
}
