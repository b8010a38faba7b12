import { resolve } from 'node:path';
import { readAttributes } from './bake/attributes.js';

/** Outputs that are files. */
export interface Written {
  /** What writes them, for the message: `outputs`, or a target. */
  readonly by: string;
  readonly others: readonly string[];
}

/**
 * Files that are written more than once: the last one stands, or the engine fails after the build. Several targets may fill one directory.
 * @param directory that paths are relative to
 * @returns one text per file
 */
export function sharedPlaces(written: readonly Written[], directory: string): string[] {
  const places = written.flatMap(({ by, others }) =>
    others.map(readAttributes).flatMap(({ type, dest }) => {
      const isFile = type !== 'local';
      return dest === undefined || dest === '-' ? [] : [{ by, dest, isFile, path: resolve(directory, dest) }];
    }),
  );
  return [...Map.groupBy(places, ({ path }) => path).values()]
    .filter(
      (same) => same.length > 1 && (same.some(({ isFile }) => isFile) || new Set(same.map(({ by }) => by)).size < same.length),
    )
    .map(([first, ...others]) => {
      const writers = [...new Set([first, ...others].map((one) => one?.by))];
      return writers.length > 1
        ? `${writers.join(' and ')} write to the same place "${first?.dest}"; give each a place of its own.`
        : `${writers[0]} writes twice to "${first?.dest}"; give each a place of its own.`;
    });
}
