import { formatDuration } from '../../../kernel/duration.js';
import type { Told } from '../../source.js';
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
export function unreadPods(pods: readonly KnownTarget[], now: number, warmUpMs: number): string[] {
  const pageAgeMs = Math.max(0, ...pods.map(({ standing }) => standing?.page.longestMs ?? 0));
  return pods.flatMap((pod) => {
    const why = whyUnread(pod, now, warmUpMs) ?? whyDoubted(pod, now, pageAgeMs);
    return why === undefined ? [] : [`pod ${pod.target.name} ${why}`];
  });
}

/** So many requests should have come to a pod that got none, before that is no chance: e⁻⁹ is one in 8 000. */
const MISSED = 9;

/** Why what the pod shows does not tell what its users got. */
function whyDoubted({ standing }: KnownTarget, now: number, pageAgeMs: number): string | undefined {
  if (standing === undefined) return undefined;
  const { newProcesses, missed } = standing;
  if (newProcesses > 0)
    return `did not keep serving: its process was started anew ${newProcesses === 1 ? 'once' : `${newProcesses} times`} in a container that went on (process_start_time_seconds), and what the former one answered last is in no figure`;
  const silentMs = now - missed.sinceMs;
  // A page that is made anew only now and then may be a turn behind those of the others.
  if (missed.requests < MISSED || silentMs < 2 * pageAgeMs) return undefined;
  return `got no request in ${formatDuration(silentMs)}, while the canary's others got ${Math.floor(missed.requests)} each: what is sent to it reaches no counter`;
}

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

/** From when to when the pages of all these pods tell what has come. */
export function whatIsTold(pods: readonly KnownTarget[]): Told | undefined {
  const standings = pods.flatMap(({ failure, standing }) => (failure === undefined && standing?.tells ? [standing] : []));
  if (pods.length === 0 || standings.length < pods.length) return undefined;
  return {
    from: Math.max(...standings.map(({ countedFrom }) => countedFrom)),
    until: Math.min(...standings.map(({ page }) => page.toldUntil)),
  };
}
