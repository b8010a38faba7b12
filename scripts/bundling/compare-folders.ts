import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** How `actual` differs from `expected`, file by file, byte by byte; paths are shown under `shownAs`. */
export function compareFolders(expected: string, actual: string, shownAs: string): string[] {
  const wanted = filesUnder(expected);
  const found = filesUnder(actual);
  const missing = wanted.filter((file) => !found.includes(file)).map((file) => `${shownAs}/${file} is missing`);
  const stale = found.filter((file) => !wanted.includes(file)).map((file) => `${shownAs}/${file} belongs to nothing`);
  const different = wanted
    .filter((file) => found.includes(file) && !readFileSync(join(expected, file)).equals(readFileSync(join(actual, file))))
    .map((file) => `${shownAs}/${file} differs from what the sources give`);
  return [...missing, ...stale, ...different];
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
