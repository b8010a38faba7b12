import { isSameImage } from '../../../image/image-identity.js';
import type { Log } from '../../../kernel/log.js';
import { hasTouchedStable, isImageOf, type Release } from '../../../release/record/record.js';
import type { Slo } from '../../../slo/objective/objective.js';
import { kubernetesOf } from '../memory.js';
import type { LiveStable } from '../stable/live-stable.js';

/** With nothing to compare the canary with. */
function alone(slo: Slo): Slo {
  const { compare: _, ...rest } = slo;
  return rest;
}

/** What the canary is judged by at a weight: where it has all traffic there is no stable at the same time. */
export const asJudgedAt = (weight: number, slo: Slo): Slo => (weight < 100 ? slo : alone(slo));

/**
 * The same for a canary that stands beside whatever stable is by now. Two that are the same version are bad together, and that would excuse the canary.
 * @param live what stable runs
 */
export function asJudgedBeside(release: Release, live: LiveStable, slo: Slo, log: Pick<Log, 'info' | 'warning'>): Slo {
  if (slo.compare === undefined) return slo;
  const same = whyTheSame(release, live);
  if (same !== undefined) {
    log.warning(`${same} So \`compare: ${slo.compare}\` has nothing to compare with, and the canary is judged alone.`);
    return alone(slo);
  }
  if (release.weight >= 100)
    log.info(`All traffic is the canary's, so \`compare: ${slo.compare}\` has nothing to compare with; it is judged alone.`);
  return asJudgedAt(release.weight, slo);
}

/** Why stable, or a part of its pods, is the canary's version; undefined when it is not. */
function whyTheSame(release: Release, { image }: LiveStable): string | undefined {
  const { canary, stable } = release;
  if (hasTouchedStable(release))
    return `The promotion of ${canary.image} was cut (${release.strategy.stage}), and stable or a part of its pods runs that version already. Run canary-step with \`weight: 100\` to end it, or the rollback action.`;
  if (isImageOf(canary, image) && !isSameImage(stable.image, image))
    return `Deployment ${kubernetesOf(release).deployment} runs ${image}, the canary's own version, and ran ${stable.image} when the release began: somebody has put it there.`;
  return undefined;
}
