import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import { FIELD_MANAGER } from '../target/kubernetes/ownership.js';
import { imageIn } from '../target/kubernetes/workload/app.js';
import { isComplete } from '../target/kubernetes/workload/rollout.js';

type Numbered = V1ReplicaSet | V1Deployment;

/** Its present number; a revision that runs again gets the next one. */
export const revisionNumber = ({ metadata }: Numbered): number =>
  Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

/** All numbers that it has had, in order: the controller keeps the former ones (pkg/controller/deployment/util, SetNewReplicaSetAnnotations). */
function revisionNumbers(set: V1ReplicaSet): number[] {
  const former = set.metadata?.annotations?.['deployment.kubernetes.io/revision-history'] ?? '';
  return [...former.split(',').filter(Boolean).map(Number), revisionNumber(set)].sort((a, b) => a - b);
}

const firstNumber = (set: V1ReplicaSet): number => revisionNumbers(set)[0] ?? 0;

/**
 * The revision that a Deployment is to go back to. `previous` is what ran before, and only when that is older than what runs: once stable has been
 * brought back, what ran before is the version that it was brought back from. A number may also be one that the revision had before it ran again.
 * @param sets of the Deployment, newest revision first
 * @throws UserError when there is no such revision, or `previous` would go forward; it names those that there are
 */
export function chooseRevision(
  deployment: V1Deployment,
  sets: readonly V1ReplicaSet[],
  wanted: 'previous' | number,
  container: string,
): V1ReplicaSet {
  const where = `Deployment ${deployment.metadata?.namespace}/${deployment.metadata?.name}`;
  const missing = (what: string) =>
    new UserError(
      `${where} has no ${what}; it has ${numbersOf(sets)}. Older ones were deleted (spec.revisionHistoryLimit). Name the image with \`to-image\`. Nothing has been changed.`,
    );
  if (wanted !== 'previous') {
    const found = sets.find((set) => revisionNumbers(set).includes(wanted));
    if (!found) throw missing(`revision ${wanted}`);
    return found;
  }
  const current = revisionNumber(deployment);
  const running = sets.find((set) => revisionNumber(set) === current);
  const before = sets.find((set) => revisionNumber(set) < current);
  if (!before) throw missing(`revision before ${current}`);
  if (!running || firstNumber(before) < firstNumber(running)) return before;
  // Run again after it was killed, a step ends what it had begun.
  if (isUnderWay(deployment)) return running;
  const named = (set: V1ReplicaSet) => `${revisionNumber(set)} (${imageIn(set.spec?.template ?? {}, container)})`;
  throw new UserError(
    `${where} has been brought back already, from revision ${named(before)} to ${named(running)}, and \`previous\` would go forward to it again. ` +
      `Say which one you want with \`to-revision\`: ${sets
        .filter((set) => set !== running)
        .map(named)
        .join(', ')}; or name the image with \`to-image\`. Nothing has been changed.`,
  );
}

/** A step of ours gives up its claim when stable runs what it wrote. */
const isUnderWay = (deployment: V1Deployment): boolean =>
  !isComplete(deployment) || (deployment.metadata?.managedFields ?? []).some(({ manager }) => manager === FIELD_MANAGER);

const numbersOf = (sets: readonly V1ReplicaSet[]): string => sets.map(revisionNumber).join(', ') || 'none';
