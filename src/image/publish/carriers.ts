import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import { BuildFailure, ImageRefused } from '../build-failure.js';
import type { Delivery } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import { type Former, formerOf, lookAgain, stoodFor } from './former.js';
import { type MovedTag, putBack } from './move-tags.js';
import type { Destination } from './registries.js';

/** Time for finding out how the tags stand; the one who waits has had an error already. */
const LOOK_WITHIN_MS = 3_000;

/** One image, and the tags under which the engine brings it into its repositories by itself. */
export class CarriedImage {
  readonly destinations: readonly Destination[];
  readonly #tags: ReadonlyArray<{ readonly destination: Destination; readonly tag: string }>;
  readonly #log: Log;
  readonly #last = new Map<string, Promise<Former>>();
  #digest: string | undefined;

  constructor(destinations: readonly Destination[], delivery: Delivery | undefined, log: Log) {
    this.destinations = destinations;
    this.#log = log;
    const carriers = delivery?.to === 'tags' ? delivery.tags : [];
    this.#tags = destinations.flatMap((destination) =>
      carriers
        .filter(({ registry, repository }) => destination.name === `${registry}/${repository}`)
        .map(({ tag }) => ({ destination, tag })),
    );
  }

  /** To be told once the engine knows what it pushes, before it does. */
  aboutToPush(digest: string): void {
    if (this.#digest === digest) return;
    this.#digest = digest;
    for (const { destination, tag } of this.#tags.filter(({ destination }) => destination.unreachable === undefined)) {
      this.#last.set(`${destination.name}:${tag}`, lookAgain(destination, tag, digest, this.#log));
    }
  }

  /** To be told after the push, for engines that do not say it before. */
  pushed(digest: string | undefined): void {
    this.#digest ??= digest;
  }

  carries(destination: Destination, tag: string): boolean {
    return this.#tags.some((one) => one.destination === destination && one.tag === tag);
  }

  /** What a tag stood for right before the push, as far as that could be seen. */
  async former(destination: Destination, tag: string): Promise<Former> {
    return (await this.#last.get(`${destination.name}:${tag}`)) ?? formerOf(destination, tag);
  }

  /** @returns the tags that have been moved, or may have; none as long as nothing is known of the image */
  async moves(taken: boolean): Promise<MovedTag[]> {
    const digest = this.#digest;
    if (digest === undefined) return [];
    const reached = this.#tags.filter(({ destination }) => destination.unreachable === undefined);
    return await Promise.all(
      reached.map(async ({ destination, tag }) => {
        const { repository, before } = destination;
        const shared = [...before.values()].includes(digest);
        return { repository, tag, before: await this.former(destination, tag), digest, taken, shared };
      }),
    );
  }

  /** @returns one line for each tag that the engine alone can reach */
  outOfReach(taken: boolean): string[] {
    const digest = this.#digest;
    if (digest === undefined && !taken) return [];
    return this.#tags
      .filter(({ destination }) => destination.unreachable !== undefined)
      .map(
        ({ destination, tag }) =>
          `${destination.name}:${tag} ${taken ? 'stands' : 'may stand'} for the new image${digest === undefined ? '' : ` ${digest}`}, and this runner cannot reach the registry to put it back`,
      );
  }
}

/**
 * Does work after which tags that the engine has pushed under may stand for an image that is not published as a whole. When it fails they are put back, and
 * what could not be is in the error.
 * @param taken whether the engine's pushes have succeeded
 */
export async function settlingCarriers<T>(
  images: readonly CarriedImage[],
  taken: boolean,
  { log }: Pick<BuildEffects, 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const total = images.flatMap(({ destinations }) => destinations.flatMap(({ tags }) => tags)).length;
    // With a single tag there is nothing that it must be kept together with, but a wrong image must not keep it.
    const mayStay = total <= 1 && !(error instanceof ImageRefused);
    const left: string[] = [];
    let moved = 0;
    for (const image of images) {
      const moves = await image.moves(taken);
      moved += moves.length;
      left.push(...image.outOfReach(taken), ...(mayStay ? await standing(moves) : await putBack(moves, log)));
    }
    throw withStanding(error, left, moved > 0, log);
  }
}

async function standing(moves: readonly MovedTag[]): Promise<string[]> {
  const signal = AbortSignal.timeout(LOOK_WITHIN_MS);
  const lines = moves.map(async ({ repository, tag, before, digest }) => {
    const now = await repository.digestOf(tag, signal).catch(() => undefined);
    return now === digest && !stoodFor(before, digest)
      ? [`${repository.name}:${tag} stands for the new image ${digest} already`]
      : [];
  });
  return (await Promise.all(lines)).flat();
}

/** A cancelled step has no error to say it in. */
function withStanding(error: unknown, left: readonly string[], isPutBack: boolean, log: BuildEffects['log']): unknown {
  const lines = left.length > 0 ? ['Not everything is as it was before this step:', ...left.map((line) => `  ${line}`)] : [];
  if (error instanceof ImageRefused) {
    const untouched = isPutBack ? 'All tags stand for what they stood for before this step.' : 'No tag has been moved.';
    return new ImageRefused(
      { code: error.code, text: [error.message, ...(lines.length > 0 ? lines : [untouched])].join('\n') },
      error.account,
      false,
    );
  }
  if (lines.length === 0) return error;
  if (error instanceof BuildFailure) {
    const [meaning = '', ...printed] = error.message.split('\n\n');
    return new BuildFailure(
      { code: error.code, text: [`${meaning}\n${lines.join('\n')}`, ...printed].join('\n\n') },
      error.account,
      false,
    );
  }
  if (error instanceof UserError) return error.followedBy(lines.join('\n'));
  for (const line of left) log.warning(`${line}; it is not what it was before this step.`);
  return error;
}
