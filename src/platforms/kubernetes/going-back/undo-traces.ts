import { isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import type { Release } from '../../../release/record/record.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { liveImageIn, templateOf } from '../app/app.js';
import { describeEnd } from '../canary/describe.js';
import { kubernetesOf } from '../memory.js';
import { formerRevision } from '../stable/former-revision.js';
import { announce, type Work } from '../work.js';
import { putBack } from './put-back.js';

/**
 * Puts back what is left of a release whose record was lost.
 * @throws UserError when stable runs the canary's version afterwards: without the record nobody knows whether a promotion or a person put it there
 */
export async function putBackTraces(work: Work, release: Release, reason: string): Promise<Release> {
  const after = await putBack(work, release, reason);
  const { cluster, held } = work;
  const { deployment, container } = kubernetesOf(release);
  const stable = await cluster.read(DEPLOYMENT, deployment, held.signal);
  const live = stable && liveImageIn(templateOf(stable), container);
  if (!stable || live === undefined || !isSameImage(live, release.canary.image)) return after;
  const former = await formerRevision(cluster, stable, container, held.signal);
  // A manifest can change the template alone, and then the image tells nothing.
  if (!former || isSameImage(former.revision.image, live)) return after;
  await announce(work, after, { phase: 'promoted', stable: former.revision });
  throw new UserError(
    'stable-runs-canary',
    `The canary is ${describeEnd(after)} and all traffic is on stable, which runs ${live}, the canary's version: with the record it was lost whether a promotion or a person put it there, so it stays. ` +
      `Before, revision ${former.number} of Deployment ${cluster.namespace}/${deployment} ran ${former.revision.image}: \`to-revision: previous\` brings it back.`,
  );
}
