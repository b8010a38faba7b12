import type { Log } from '../action/log.js';
import type { Start } from './begin.js';

/**
 * A promotion that no gate has looked at is a deployment with a canary in front of it, which is what some want and others have forgotten.
 * @param start what the step that promotes has found
 * @param isJudged whether that step has a gate of its own
 */
export function warnOfUngated(start: Start, asked: string | undefined, isJudged: boolean, log: Pick<Log, 'warning'>): void {
  if (isJudged || start.kind === 'nothing') return;
  const before = start.kind === 'continue' ? start.release : undefined;
  if (before?.steps.some(({ verdict }) => verdict === 'pass' || verdict === 'warn')) return;
  const what = before ? 'no step of this release has a verdict' : 'this is the first step of its release';
  log.warning(
    `No gate has looked at ${asked ?? before?.canary.image ?? 'this version'}: ${what}, and it is to be promoted. Give this step \`slo\`, or judge the canary at a smaller weight first (verify-slo).`,
  );
}
