import type { BuildEffects } from '../effects.js';

/** Longer than the registries were seen to answer late after a push (GHCR, Docker Hub: seconds), and short for a person who waits. */
export const LATE_MS = 20_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

/**
 * Asks a registry for what was just pushed until it has it: those with replicas or caches say for some seconds that nothing, or the former image, is there.
 * @returns the last answer, whether it is the right one or not
 */
export async function untilServed<T>(
  ask: () => Promise<T>,
  mayBeLate: (answer: T) => boolean,
  { clock, signal }: Pick<BuildEffects, 'clock' | 'signal'>,
): Promise<T> {
  const startedMs = clock.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const answer = await ask();
    if (!mayBeLate(answer) || clock.now() - startedMs + waitMs > LATE_MS) return answer;
    await clock.sleep(waitMs, signal);
  }
}
