import { backOff, type RetryLimits } from '../../http/retry.js';
import { formatDuration } from '../../kernel/duration.js';
import { BuildFailure } from '../build-failure.js';
import type { Delivery } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage } from '../engine.js';
import type { ImageReference } from '../reference.js';
import { RegistryOutOfReach } from '../registry/out-of-reach.js';
import { type CarriedImage, settlingCarriers } from './carriers.js';
import { formerOf } from './former.js';
import type { Publication } from './publication.js';
import type { Destination } from './registries.js';

/**
 * The names under which an engine that can only push by tag brings the image into its repositories, one each; all other tags are moved afterwards. A
 * tag that does not exist yet is taken where there is one: nobody misses it if the rest fails.
 */
export const carriersOf = (destinations: readonly Destination[]): ImageReference[] =>
  destinations.map((destination) => ({
    registry: destination.repository.registry.name,
    repository: destination.repository.path,
    tag: destination.tags.find((tag) => formerOf(destination, tag).is === 'absent') ?? (destination.tags[0] as string),
  }));

/**
 * Builds and pushes until the registries have taken the image. The engine's own attempts end after seconds and pass over Retry-After (BuildKit 0.25:
 * six requests within 10 ms after a 429), so a push that may work later is waited for here: until the registry takes an upload of ours again.
 * @throws BuildFailure when it can't work, or not within the limits; the signal's reason when cancelled. Tags that the engine moved are put back, or named.
 */
export async function buildUntilPushed(
  publication: Publication,
  deliveries: readonly Delivery[],
  carried: readonly CarriedImage[],
  effects: BuildEffects,
): Promise<readonly BuiltImage[]> {
  const told = deliveries.map((delivery, index) =>
    delivery.to === 'tags' ? { ...delivery, onDigest: (digest: string) => carried[index]?.aboutToPush(digest) } : delivery,
  );
  return await settlingCarriers(carried, false, effects, () => withAttempts(publication, told, effects));
}

async function withAttempts(
  publication: Publication,
  deliveries: readonly Delivery[],
  { clock, log, random, signal }: BuildEffects,
): Promise<readonly BuiltImage[]> {
  const { limits } = publication;
  let firstFailureMs: number | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await publication.build(deliveries);
    } catch (error) {
      if (!(error instanceof BuildFailure) || !error.mayPushAgain) throw error;
      firstFailureMs ??= clock.now();
      const leftMs = firstFailureMs + limits.elapsedMs - clock.now();
      const delayMs = backOff(attempt, random, limits);
      if (delayMs > leftMs) throw afterAll(error, limits);
      log.info(`The push failed; it is tried again in ${formatDuration(delayMs)} (\`retry-for\`).`);
      await clock.sleep(delayMs, signal);
      await untilUploadsAreTaken(publication, leftMs - delayMs, signal);
    }
  }
}

/** @throws RegistryRefusal when a registry does not take anything within the time, or says no for good */
async function untilUploadsAreTaken({ images }: Publication, leftMs: number, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(Math.ceil(leftMs), 1))]);
  for (const { repository, unreachable } of images.flatMap(({ destinations }) => destinations)) {
    if (unreachable !== undefined) continue;
    await repository.requirePush(deadline).catch((error: unknown) => {
      signal.throwIfAborted();
      // The engine says better than we could what it can't reach.
      if (!(error instanceof RegistryOutOfReach) && !deadline.aborted) throw error;
    });
  }
}

const afterAll = (failure: BuildFailure, { elapsedMs }: RetryLimits): BuildFailure =>
  new BuildFailure(
    {
      code: failure.code,
      text:
        elapsedMs === 0
          ? failure.message
          : `${failure.message}\n\nThe push was tried for ${formatDuration(elapsedMs)} (\`retry-for\`).`,
    },
    failure.account,
    false,
  );
