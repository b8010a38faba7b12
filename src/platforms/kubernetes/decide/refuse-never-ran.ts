import { isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import type { ReleaseRecord } from '../../../release/record/record.js';
import { liveImageIn } from '../app/app.js';
import { readStable, revisionsOf } from '../stable/stable.js';
import type { Work } from '../work.js';

/**
 * An image that stable never ran is no way back: it would get all traffic without a canary and without a gate.
 * @throws UserError naming what stable has run, by its revisions and by the record
 */
export async function refuseNeverRan(work: Work, image: string, isAllowed: boolean): Promise<void> {
  const deployment = await readStable(work);
  const sets = await revisionsOf(work, deployment);
  const ran = [
    ...sets.flatMap(({ spec }) => (spec?.template ? [liveImageIn(spec.template, work.app.container)] : [])),
    ...ranByRecord(work.held.record),
  ];
  if (ran.some((each) => isSameImage(each, image))) return;
  const text = `Stable has never run ${image}, as far as its revisions and the release record show`;
  if (isAllowed)
    return work.log.warning(`${text}: it gets all traffic without a canary and without a gate, as \`allow-ungated\` says.`);
  throw new UserError(
    'image-never-ran',
    `${text}: it has run ${[...new Set(ran)].join(', ')}. Going back to what nobody has seen there would be a deployment without a canary and without a gate. ` +
      'Release it with canary-step, or set `allow-ungated: true` to bring it in all the same. Nothing has been changed.',
  );
}

function ranByRecord({ latest, history }: ReleaseRecord): string[] {
  const past = history.flatMap(({ phase, image, previousImage }) => [previousImage, ...(hasRun(phase) ? [image] : [])]);
  return [...(latest ? [latest.stable.image, ...(hasRun(latest.phase) ? [latest.canary.image] : [])] : []), ...past];
}

/** A version that was promoted, also when it was taken back since. */
const hasRun = (phase: string): boolean => phase === 'promoted' || phase === 'rolled-back';
