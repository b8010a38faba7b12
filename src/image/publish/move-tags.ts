import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { Manifest } from '../registry/manifest.js';
import type { Repository } from '../registry/repository.js';
import { type Former, stoodFor } from './former.js';

/** A name, the image that it stood for, and the new one. */
export interface MovedTag {
  readonly repository: Repository;
  readonly tag: string;
  readonly before: Former;
  readonly digest: string;
  /** Whether the registry has said that it took the new image. */
  readonly taken?: boolean;
  /** Whether another tag stood for the new image before: some registries (Harbor) take an image away with one of its tags. */
  readonly shared?: boolean;
}

/** One name that is to stand for a new image. */
export interface TagMove extends MovedTag {
  readonly manifest: Manifest;
  /** Whether the engine has moved it already, by pushing under it. */
  readonly pushed: boolean;
}

/** After a cancellation the runner gives 7.5 s until SIGTERM; what is half done is ended within this. */
const FINISH_WITHIN_MS = 3_000;

/**
 * Lets all tags stand for their new images, one right after the other: all of them, or none. When one can't be moved, the others are put back. From
 * the first change on, a cancellation is not obeyed at once but lets the rest of the (short) row be finished.
 * @throws UserError saying which tag could not be moved and how the others stand now
 */
export async function moveTags(moves: readonly TagMove[], { log, signal }: { readonly log: Log; readonly signal: AbortSignal }) {
  const moved: MovedTag[] = moves.filter(({ pushed }) => pushed).map((move) => ({ ...move, taken: true }));
  // Names that are moved already ask for the rest.
  if (moved.length === 0) signal.throwIfAborted();
  const patient = afterGrace(signal);
  for (const move of moves) {
    if (move.pushed || stoodFor(move.before, move.digest)) continue;
    try {
      await move.repository.put(move.tag, move.manifest, patient);
      moved.push({ ...move, taken: true });
      log.info(`${nameOf(move)} is now ${move.digest}`);
    } catch (cause) {
      // It may have been moved before its answer was lost.
      const left = await putBack([...moved, move], log);
      throw new UserError('tag-not-moved', [why(move, cause), ...describeRest(moves, moved, left)].join('\n'), { cause });
    }
  }
}

/**
 * Gives every tag the image that it stood for before; those that are new are taken away, where the registry can do that. A tag that meanwhile stands for
 * something else than the new image is somebody else's, and left alone. So is one of which nobody knows what it stood for.
 * @returns one line for each tag that could not be put back
 */
export async function putBack(moved: readonly MovedTag[], log: Log): Promise<string[]> {
  const signal = AbortSignal.timeout(FINISH_WITHIN_MS);
  const problems: string[] = [];
  for (const move of moved.toReversed()) {
    if (stoodFor(move.before, move.digest)) continue;
    const problem = await putBackOne(move, signal).catch((error: unknown) => firstLine(error));
    if (problem === undefined && move.before.is !== 'unknown')
      log.info(`${nameOf(move)} is ${move.before.is === 'image' ? move.before.digest : 'gone'} again`);
    else if (problem !== undefined) problems.push(`${nameOf(move)} ${problem}`);
  }
  return problems;
}

async function putBackOne(
  { repository, tag, before, digest, taken = false, shared = false }: MovedTag,
  signal: AbortSignal,
): Promise<string | undefined> {
  const now = await repository.digestOf(tag, signal);
  // A registry that answers late still says what was there before.
  const isLate = taken && (before.is === 'image' ? now === before.digest : now === undefined);
  if (now !== digest && !isLate) return undefined;
  if (before.is === 'unknown') return `stands for the new image ${digest}; what it stood for before could not be read`;
  if (before.is === 'absent' && shared) return 'is new, and left there: other tags stand for the same image';
  if (before.is === 'absent') {
    return (await repository.removeTag(tag, signal)) ? undefined : 'is new, and this registry does not let a tag be removed';
  }
  const former = await repository.manifest(before.digest, signal);
  if (former === undefined) return `stood for ${before.digest}, which the registry no longer has`;
  await repository.put(tag, former, signal);
  return undefined;
}

/** Not aborted before `signal` is, and then some seconds later. */
function afterGrace(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const later = () => setTimeout(() => controller.abort(signal.reason), FINISH_WITHIN_MS).unref();
  if (signal.aborted) later();
  else signal.addEventListener('abort', later, { once: true });
  return controller.signal;
}

const nameOf = ({ repository, tag }: MovedTag): string => `${repository.name}:${tag}`;
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const why = (move: MovedTag, cause: unknown): string =>
  `The tag ${nameOf(move)} could not be moved. ${cause instanceof Error ? cause.message : String(cause)}`;

function describeRest(moves: readonly MovedTag[], moved: readonly MovedTag[], left: readonly string[]): string[] {
  if (moves.length === 1) return [];
  if (left.length > 0) return ['Not everything is as it was before this step:', ...left.map((line) => `  ${line}`)];
  return [moved.length === 0 ? 'No other tag has been moved.' : 'All other tags stand for what they stood for before this step.'];
}
