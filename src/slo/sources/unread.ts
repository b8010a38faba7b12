import { formatDuration } from '../../lib/duration.js';
import type { MetricsTarget } from './metrics-target.js';
import type { Standing } from './side-reader.js';

/** What is known of a pod that is to serve. */
export interface KnownTarget {
  readonly target: MetricsTarget;
  /** Why its last look failed. */
  readonly failure: string | undefined;
  /** Undefined until it was read. */
  readonly standing: Standing | undefined;
}

/** Why not every one of the pods that are to serve is in the counts: a sentence for each that is not. A pass would be about the others alone. */
export const unreadPods = (pods: readonly KnownTarget[], now: number, warmUpMs: number): string[] =>
  pods.flatMap((pod) => {
    const why = whyUnread(pod, now, warmUpMs);
    return why === undefined ? [] : [`pod ${pod.target.name} ${why}`];
  });

function whyUnread({ target, failure, standing }: KnownTarget, now: number, warmUpMs: number): string | undefined {
  const { isReady = true, readySince } = target;
  if (!isReady) return 'is not ready any more';
  if (failure !== undefined) return `can't be read: ${failure}`;
  if (now < readySince + warmUpMs) return `is in its warm-up for another ${formatDuration(readySince + warmUpMs - now)}`;
  if (standing === undefined || standing.warmLooks < 2) return 'has not been read twice since its warm-up';
  if (standing.uncounted.length > 0) return `shows no figures for ${standing.uncounted.join(', ')}`;
  if (!standing.page.isRenewed(now)) return `has shown the same page for ${formatDuration(standing.page.sameForMs(now))}`;
  return undefined;
}

/** Whether a pod that shows no new request has surely had none. */
export const canTell = ({ failure, standing }: KnownTarget, now: number): boolean =>
  failure === undefined && standing?.tells === true && standing.page.isRenewed(now);
