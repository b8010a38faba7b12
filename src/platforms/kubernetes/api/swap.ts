import { ApiError } from './cluster.js';

/** What a look at an object tells: that nothing is left to do, or how to change it. */
export type Sight<T> = { readonly done: T } | Change<T>;

interface Change<T> {
  /** One write that the server refuses when the object is no longer what was looked at. */
  readonly write: () => Promise<T>;
  /** Which refusals mean that; `isConflict` when it is left out. */
  readonly isRaced?: (error: unknown) => boolean;
}

/** More in a row means that somebody writes without pause, or that no write can succeed. */
const MAX_WRITES = 5;

/** Whether somebody else changed the object since it was read: 409, or 422 for a failed `test` of a JSON patch. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.status === 422);

/**
 * Compare-and-swap: look, write, and look again when somebody else was faster.
 * @param look gets the refusal of the write before it; undefined at first. What it throws ends the swap.
 * @throws the last refusal, when a further write would be needed after it
 */
export async function swap<T>(look: (refusal: unknown) => Promise<Sight<T>>): Promise<T> {
  let refusal: unknown;
  for (let written = 0; ; written++) {
    const sight = await look(refusal);
    if ('done' in sight) return sight.done;
    if (written === MAX_WRITES) throw refusal;
    const { write, isRaced = isConflict } = sight;
    try {
      return await write();
    } catch (error) {
      if (!isRaced(error)) throw error;
      refusal = error;
    }
  }
}
