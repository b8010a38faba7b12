import type { Log } from '../../kernel/log.js';
import type { Destination } from './registries.js';

/** What a tag stood for before this step. What could not be read is never taken for nothing: a tag that may have existed must not be removed. */
export type Former = { readonly is: 'image'; readonly digest: string } | { readonly is: 'absent' } | { readonly is: 'unknown' };

/** A look right before a push must not outlast it. */
const LOOK_WITHIN_MS = 3_000;

export const former = (digest: string | undefined): Former => (digest === undefined ? { is: 'absent' } : { is: 'image', digest });

export const stoodFor = (before: Former, digest: string): boolean => before.is === 'image' && before.digest === digest;

/** By the look-up before the build. */
export function formerOf({ before, isKnown }: Pick<Destination, 'before' | 'isKnown'>, tag: string): Former {
  return isKnown ? former(before.get(tag)) : { is: 'unknown' };
}

/**
 * Looks at a tag again while its new image is about to be pushed: a build takes minutes, and another run may have moved the tag meanwhile.
 * @param digest of the new image; a tag that has it already says nothing of what stood there
 * @returns what the look-up before the build said, where this one says nothing
 */
export async function lookAgain(destination: Destination, tag: string, digest: string, log: Log): Promise<Former> {
  const earlier = formerOf(destination, tag);
  try {
    const now = await destination.repository.digestOf(tag, AbortSignal.timeout(LOOK_WITHIN_MS));
    if (now === digest) return earlier;
    sayIfMoved(destination, tag, former(now), log);
    return former(now);
  } catch {
    return earlier;
  }
}

/** Two runs that move the same tag undo each other in silence. */
export function sayIfMoved(destination: Destination, tag: string, now: Former, log: Log): void {
  const earlier = formerOf(destination, tag);
  if (earlier.is === 'unknown' || now.is !== 'image' || stoodFor(earlier, now.digest)) return;
  log.warning(
    `${destination.name}:${tag} was ${earlier.is === 'image' ? earlier.digest : 'not there'} when this step began, and is ${now.digest} now: another run has moved it. ` +
      'Give each run a tag of its own, or let the runs wait for each other (`concurrency`).',
  );
}
