import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import { FIELD_MANAGER } from '../api/ownership.js';
import { liveImageIn } from '../app/app.js';
import { isSameVersion } from '../pods/pod-version.js';
import { isComplete } from '../rollout/rollout.js';

type Numbered = V1ReplicaSet | V1Deployment;

/** Its present number; a revision that runs again gets the next one. */
export const revisionNumber = ({ metadata }: Numbered): number =>
  Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

/** All numbers that it has had, in order: the controller keeps the former ones (pkg/controller/deployment/util, SetNewReplicaSetAnnotations). */
function revisionNumbers(set: V1ReplicaSet): number[] {
  const former = set.metadata?.annotations?.['deployment.kubernetes.io/revision-history'] ?? '';
  return [...former.split(',').filter(Boolean).map(Number), revisionNumber(set)].sort((a, b) => a - b);
}

/** The first number of a version, in whichever ReplicaSet a restart has left it. */
const firstNumber = (set: V1ReplicaSet, sets: readonly V1ReplicaSet[]): number =>
  Math.min(...sets.filter((other) => isSame(set, other)).flatMap(revisionNumbers));

const isSame = (a: V1ReplicaSet, b: V1ReplicaSet): boolean =>
  a === b || isSameVersion(a.spec?.template ?? {}, b.spec?.template ?? {});

/**
 * The revision that a Deployment is to go back to. `previous` is the version that ran before, a restart being none, and only when that is older than
 * what runs: once stable has been brought back, what ran before is the version that it was brought back from. A number may also be one that the revision had before it ran again.
 * @param sets of the Deployment, newest revision first
 * @throws UserError when there is no such revision, or `previous` would go forward or to the same image; it names those that there are
 */
export function chooseRevision(
  deployment: V1Deployment,
  sets: readonly V1ReplicaSet[],
  wanted: 'previous' | number,
  container: string,
): V1ReplicaSet {
  const where = `Deployment ${deployment.metadata?.namespace}/${deployment.metadata?.name}`;
  const current = revisionNumber(deployment);
  const missing = (what: string, below: number) =>
    new UserError(
      'revision-missing',
      `${where} has no ${what}; it has ${numbersOf(sets)}. ${whyMissing(sets, below)}Name the image with \`to-image\`. Nothing has been changed.`,
    );
  if (wanted !== 'previous') {
    const found = sets.find((set) => revisionNumbers(set).includes(wanted));
    if (!found) throw missing(`revision ${wanted}`, wanted + 1);
    return found;
  }
  const running = sets.find((set) => revisionNumber(set) === current);
  const before = sets.find((set) => revisionNumber(set) < current && !(running && isSame(set, running)));
  if (!before) throw missing(`revision of another version before ${current}`, current);
  if (!running || firstNumber(before, sets) < firstNumber(running, sets)) {
    if (running) refuseSameImage(where, before, running, sets, container);
    return before;
  }
  // Run again after it was killed, a step ends what it had begun.
  if (isUnderWay(deployment)) return running;
  const named = (set: V1ReplicaSet) => `${revisionNumber(set)} (${liveImageIn(set.spec?.template ?? {}, container)})`;
  throw new UserError(
    'revision-is-forward',
    `${where} has been brought back already, from revision ${named(before)} to ${named(running)}, and \`previous\` would go forward to it again. ` +
      `Say which one you want with \`to-revision\`: ${sets
        .filter((set) => set !== running)
        .map(named)
        .join(', ')}; or name the image with \`to-image\`. Nothing has been changed.`,
  );
}

/** Whoever says `previous` at night means another version, and an edit of the environment, say, has made a revision of its own since. */
function refuseSameImage(
  where: string,
  before: V1ReplicaSet,
  running: V1ReplicaSet,
  sets: readonly V1ReplicaSet[],
  container: string,
): void {
  const imageOf = (set: V1ReplicaSet) => liveImageIn(set.spec?.template ?? {}, container);
  if (!isSameImage(imageOf(before), imageOf(running))) return;
  const others = sets.filter((set) => !isSameImage(imageOf(set), imageOf(running)));
  const named = others.map((set) => `\`to-revision: ${revisionNumber(set)}\` (${imageOf(set)})`).join(', ');
  throw new UserError(
    'revision-has-same-image',
    `The revision before what ${where} runs, ${revisionNumber(before)}, has the same image, ${imageOf(before)}, and another pod template. \`previous\` would change that template and leave the version. ` +
      `${named === '' ? 'No revision that is kept has another image; name one with `to-image`' : `For another version say ${named}`}; for that template say \`to-revision: ${revisionNumber(before)}\`. Nothing has been changed.`,
  );
}

/** A step of ours gives up its claim when stable runs what it wrote. */
const isUnderWay = (deployment: V1Deployment): boolean =>
  !isComplete(deployment) || (deployment.metadata?.managedFields ?? []).some(({ manager }) => manager === FIELD_MANAGER);

/** The controller counts from 1 and deletes the oldest; a number that never was has no such reason. */
function whyMissing(sets: readonly V1ReplicaSet[], below: number): string {
  const known = new Set(sets.flatMap(revisionNumbers));
  const newest = Math.max(0, ...known);
  const isDeleted = Array.from({ length: Math.max(0, Math.min(below, newest + 1) - 1) }, (_, index) => index + 1).some(
    (number) => !known.has(number),
  );
  return isDeleted ? 'Older ones were deleted (spec.revisionHistoryLimit). ' : '';
}

const numbersOf = (sets: readonly V1ReplicaSet[]): string => sets.map(revisionNumber).join(', ') || 'none';
