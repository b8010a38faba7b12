import type { RetryLimits } from '../../http/retry.js';
import { formatDuration } from '../../kernel/duration.js';
import { UserError } from '../../kernel/errors.js';
import type { BuildEffects } from '../effects.js';
import { type ImageReference, repositoryName } from '../reference.js';
import { findCredentials } from '../registry/credentials.js';
import { type InsecureRegistries, isInsecure, NONE_INSECURE } from '../registry/insecure.js';
import { RegistryOutOfReach } from '../registry/out-of-reach.js';
import { RegistryRefusal } from '../registry/refusal.js';
import { Registry } from '../registry/registry.js';
import { Repository } from '../registry/repository.js';
import { LATE_MS, untilServed } from './late.js';

/** A repository that the image goes to, and how it stood before the build. */
export interface Destination {
  readonly name: string;
  readonly repository: Repository;
  readonly tags: readonly string[];
  /** Tag → digest, for the tags that existed. */
  readonly before: ReadonlyMap<string, string>;
  /** Whether the registry has said which tags existed; when not, one that is not in `before` may have been there. */
  readonly isKnown: boolean;
  /** Why this runner cannot reach it; the engine, which may be elsewhere, perhaps can. */
  readonly unreachable: string | undefined;
}

/** How long a registry is asked again while it is not what the step waits for. */
export const SHORT_LIMITS: RetryLimits = { attempts: 3, elapsedMs: 5_000, firstDelayMs: 250, longestDelayMs: 2_000 };

/** Waits grow from half a second to half a minute. */
export const pushLimits = (retryForMs: number): RetryLimits => ({
  attempts: Number.POSITIVE_INFINITY,
  elapsedMs: retryForMs,
  firstDelayMs: 500,
  longestDelayMs: 30_000,
});

/** One connection and one login for each registry. */
export class Registries {
  readonly #effects: BuildEffects;
  readonly #insecure: () => Promise<InsecureRegistries>;
  readonly #known = new Map<string, Promise<Registry>>();

  /** @param insecure those that the engine speaks to without TLS */
  constructor(effects: BuildEffects, insecure: () => Promise<InsecureRegistries> = async () => NONE_INSECURE) {
    this.#effects = effects;
    this.#insecure = insecure;
  }

  async repository(
    { registry, repository }: { readonly registry: string; readonly repository: string },
    limits: RetryLimits,
    access: 'pull' | 'pull,push',
  ): Promise<Repository> {
    return new Repository(await this.#registry(registry), repository, limits, access);
  }

  #registry(name: string): Promise<Registry> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const mayBeInsecure = async () => isInsecure(name, await this.#insecure());
    const opened = findCredentials(name, this.#effects).then(
      (credentials) => new Registry(name, credentials, this.#effects, mayBeInsecure),
    );
    this.#known.set(name, opened);
    return opened;
  }
}

/**
 * Finds out, before anything is built, what the tags stand for and whether this user may push there at all.
 * @throws RegistryRefusal when not
 */
export async function lookUp(
  tags: readonly ImageReference[],
  registries: Registries,
  limits: RetryLimits,
  effects: BuildEffects,
  byDigest = false,
): Promise<Destination[]> {
  const groups = Map.groupBy(tags, repositoryName);
  return await Promise.all(
    [...groups].map(async ([name, group]) => {
      const [first] = group as [ImageReference, ...ImageReference[]];
      const brief = await registries.repository(first, SHORT_LIMITS, 'pull,push');
      const repository = await registries.repository(first, limits, 'pull,push');
      const named = byDigest ? [] : group;
      const found = await standing(named, brief, effects);
      if (found.unreachable !== undefined) {
        effects.log.warning(
          `This runner cannot reach ${first.registry} (${found.unreachable}), so the engine pushes ${name} by itself, and moves its tags one after the other.`,
        );
      }
      // What could not be reached once is not waited for again.
      return {
        name,
        repository: found.unreachable === undefined ? repository : brief,
        tags: named.map(({ tag }) => tag),
        ...found,
      };
    }),
  );
}

async function standing(
  group: readonly ImageReference[],
  repository: Repository,
  { signal }: BuildEffects,
): Promise<Pick<Destination, 'before' | 'isKnown' | 'unreachable'>> {
  try {
    const [digests] = await Promise.all([
      Promise.all(group.map(async ({ tag }) => [tag, await repository.digestOf(tag, signal)] as const)),
      repository.requirePush(signal),
    ]);
    return {
      before: new Map(digests.filter((entry): entry is [string, string] => entry[1] !== undefined)),
      isKnown: true,
      unreachable: undefined,
    };
  } catch (error) {
    // A registry that is overloaded now, or breaks its connections, may be well when the image is built.
    const isUnwell =
      error instanceof RegistryOutOfReach ? error.maybeProcessed : error instanceof RegistryRefusal && error.passing;
    if (isUnwell) return { before: new Map(), isKnown: false, unreachable: undefined };
    if (error instanceof RegistryOutOfReach) return { before: new Map(), isKnown: false, unreachable: error.why };
    throw error;
  }
}

/** A registry that restarted while the image was built is there again. */
async function answersNow(repository: Repository, reference: string, signal: AbortSignal): Promise<boolean> {
  try {
    await repository.digestOf(reference, signal);
    return true;
  } catch (error) {
    if (error instanceof RegistryOutOfReach) return false;
    throw error;
  }
}

/**
 * Compares what the registries serve with what was pushed; those that answer late are waited for.
 * @throws UserError when a tag stands for something else
 */
export async function confirm(destinations: readonly Destination[], digest: string, effects: BuildEffects): Promise<void> {
  const { log, signal } = effects;
  for (const destination of destinations) {
    const { repository, tags, name, unreachable } = destination;
    if (unreachable !== undefined && !(await answersNow(repository, tags[0] ?? digest, signal))) {
      log.warning(`The digest of ${name} is not read back: this runner cannot reach the registry.`);
      continue;
    }
    for (const tag of tags.length === 0 ? [digest] : tags) await confirmOne(destination, tag, digest, effects);
    if (tags.length === 0) log.info(`${name}: ${digest} is in the registry, without a tag`);
    else log.info(`${name}: ${tags.join(', ')} ${tags.length === 1 ? 'is' : 'are'} ${digest} in the registry`);
  }
}

async function confirmOne(
  { repository, name, before }: Destination,
  tag: string,
  digest: string,
  effects: BuildEffects,
): Promise<void> {
  const former = before.get(tag);
  const ask = () => repository.digestOf(tag, effects.signal);
  const mayBeLate = (served: string | undefined) => served !== digest && (served === undefined || served === former);
  const served = await untilServed(ask, mayBeLate, effects).catch((error: unknown) => {
    if (!(error instanceof RegistryOutOfReach)) throw error;
    throw error.followedBy(`All tags stand for the new image ${digest} by now; this step could not read them back.`);
  });
  if (served === digest) return;
  const waited = formatDuration(LATE_MS);
  if (served === undefined) {
    throw new UserError(
      'push-not-found',
      `${name}:${tag} was pushed, but the registry does not have it ${waited} later.\nIs there a clean-up job or a proxy in front of it?`,
    );
  }
  if (served === former) {
    throw new UserError(
      'registry-answers-late',
      `${name}:${tag} still is ${served} in the registry, as before, ${waited} after this step pushed ${digest}.\n` +
        `A cache or a replica in front of it answers late. ${name}@${digest} is there; run the job again before the tag is relied on.`,
    );
  }
  throw new UserError(
    'tag-moved-by-another-run',
    `${name}:${tag} is ${served} in the registry, but this step pushed ${digest}.\n` +
      'Another run has moved the tag meanwhile: give each run a tag of its own, or let the runs wait for each other (`concurrency`).',
  );
}
