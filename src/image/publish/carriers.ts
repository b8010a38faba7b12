import { UserError } from '../../action/errors.js';
import { BuildFailure } from '../build-failure.js';
import type { Delivery } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import { type MovedTag, putBack } from './move-tags.js';
import type { Publication } from './publication.js';
import type { Destination } from './registries.js';

/** Time for finding out how the tags stand; the one who waits has had an error already. */
const LOOK_WITHIN_MS = 3_000;

/**
 * Does work after which tags that the engine has pushed under may stand for an image that is not published as a whole. When it fails they are put back, and
 * what could not be is in the error.
 * @param digests of the images, as far as they are known
 * @param taken whether the engine's pushes have succeeded
 */
export async function settlingCarriers<T>(
  { images }: Publication,
  deliveries: readonly Delivery[],
  digests: readonly (string | undefined)[],
  taken: boolean,
  { log }: Pick<BuildEffects, 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const total = images.flatMap(({ destinations }) => destinations.flatMap(({ tags }) => tags)).length;
    const left: string[] = [];
    for (const [index, { destinations }] of images.entries()) {
      const moves = carriedMoves(destinations, deliveries[index], digests[index]).map((move) => ({ ...move, taken }));
      // With a single tag there is nothing that it must be kept together with.
      left.push(...(total > 1 ? await putBack(moves, log) : await standing(moves)));
    }
    throw withStanding(error, left, log);
  }
}

/** @returns the tags under which the engine has pushed, or may have */
function carriedMoves(
  destinations: readonly Destination[],
  delivery: Delivery | undefined,
  digest: string | undefined,
): MovedTag[] {
  if (delivery?.to !== 'tags' || digest === undefined) return [];
  return destinations.flatMap(({ repository, before, unreachable }) =>
    delivery.tags
      .filter(({ registry, repository: path }) => registry === repository.registry.name && path === repository.path)
      .filter(() => unreachable === undefined)
      .map(({ tag }) => ({ repository, tag, before: before.get(tag), digest, shared: [...before.values()].includes(digest) })),
  );
}

async function standing(moves: readonly MovedTag[]): Promise<string[]> {
  const signal = AbortSignal.timeout(LOOK_WITHIN_MS);
  const lines = moves.map(async ({ repository, tag, before, digest }) => {
    const now = await repository.digestOf(tag, signal).catch(() => undefined);
    return now === digest && before !== digest ? [`${repository.name}:${tag} stands for the new image ${digest} already`] : [];
  });
  return (await Promise.all(lines)).flat();
}

/** A cancelled step has no error to say it in. */
function withStanding(error: unknown, left: readonly string[], log: BuildEffects['log']): unknown {
  if (left.length === 0) return error;
  const lines = ['Not everything is as it was before this step:', ...left.map((line) => `  ${line}`)];
  if (error instanceof BuildFailure) {
    const [meaning = '', ...printed] = error.message.split('\n\n');
    return new BuildFailure([`${meaning}\n${lines.join('\n')}`, ...printed].join('\n\n'), error.account, false);
  }
  if (error instanceof UserError) return new UserError([error.message, ...lines].join('\n'), { cause: error });
  for (const line of left) log.warning(`${line}; it is not what it was before this step.`);
  return error;
}
