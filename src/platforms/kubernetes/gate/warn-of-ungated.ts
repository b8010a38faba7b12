import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { hasTouchedStable, type Release, type Step } from '../../../release/record/record.js';
import type { Start } from '../decide/begin.js';
import { isAbout } from './gate-memory.js';

/**
 * A promotion that no gate has looked at is a deployment with a canary in front of it, which is what some want and others have forgotten.
 * @param start what the step that promotes has found
 * @param isJudged whether that step has a gate of its own
 * @throws UserError when the last gate has failed the version, and stable still has the former
 */
export function warnOfUngated(start: Start, asked: string | undefined, isJudged: boolean, log: Pick<Log, 'warning'>): void {
  if (isJudged || start.kind === 'nothing') return;
  const before = start.kind === 'continue' ? start.release : undefined;
  const last = before && lastVerdict(before);
  if (before && last?.verdict === 'fail' && !hasTouchedStable(before)) throw failed(before, last);
  if (last?.verdict === 'fail' || before?.steps.some((step) => isPass(step) && isAbout(before.canaryVersion, step))) return;
  log.warning(
    `No gate has looked at ${asked ?? before?.canary.image ?? 'this version'}: ${whyNone(before)}, and it is to be promoted. Give this step \`slo\`, or judge the canary at a smaller weight first (verify-slo).`,
  );
}

const isPass = ({ verdict }: Step): boolean => verdict === 'pass' || verdict === 'warn';

/** What the last gate said that looked at the canary as it is now. */
const lastVerdict = ({ steps, canaryVersion }: Release): Step | undefined =>
  steps.findLast((step) => step.verdict !== undefined && isAbout(canaryVersion, step));

function whyNone(before: Release | undefined): string {
  if (before === undefined) return 'this is the first step of its release';
  if (before.steps.some(isPass)) return 'what passed was another pod template of the canary';
  const verdict = lastVerdict(before)?.verdict;
  return verdict === undefined ? 'no step of this release has a verdict' : `the last one could not tell (${verdict})`;
}

const failed = ({ canary }: Release, { weight, at }: Step): UserError =>
  new UserError(
    'gate-not-passed',
    `The gate has failed ${canary.image} at ${weight} % (step of ${at}), and no later one has passed it: it is not promoted. ` +
      'Put the release back with `weight: 0`, and release a mended version. Whoever wants this one all the same releases it anew after that (in this attempt with `take-over: true`). Nothing has been changed.',
  );
