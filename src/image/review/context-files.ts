import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ignoreMatcher } from './ignore-file.js';

/** The directory that COPY takes its files from, as far as a review looks into it. */
export interface ContextFiles {
  /** Undefined when nothing says what is left out. */
  readonly ignoreFile: string | undefined;
  /** Whether a path is there, and the engine gets it. */
  has(path: string): boolean;
  isIgnored(path: string): boolean;
  /** Files that the engine gets, without those below `.git` and of packages. Stops at some thousands: a review must not take long. */
  files(): readonly string[];
  /** What a file or a directory holds, in bytes, as far as it is counted. */
  bytes(path: string): number;
  /** The beginning of a file. */
  head(path: string): string;
}

const MOST_ENTRIES = 5_000;
const HEAD_BYTES = 4_096;
const PASSED_OVER = new Set(['.git', 'node_modules', 'vendor', '.venv', 'target', 'dist']);

/**
 * @param directory absolute
 * @param dockerfile absolute, empty where it is in no file of its own; an ignore file beside it that has its name comes first (docs.docker.com/build/concepts/context, ".dockerignore files")
 */
export function contextFiles(directory: string, dockerfile: string): ContextFiles {
  const own = dockerfile === '' ? [] : [join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)];
  const ignoreFile = [...own, join(directory, '.dockerignore'), join(directory, '.containerignore')].find((path) =>
    existsSync(path),
  );
  const isIgnored = ignoreFile === undefined ? () => false : ignoreMatcher(readFileSync(ignoreFile, 'utf8'));
  let found: readonly string[] | undefined;
  return {
    ignoreFile,
    isIgnored,
    has: (path) => existsSync(join(directory, path)) && !isIgnored(path),
    files: () => (found ??= walk(directory, (path, name) => !PASSED_OVER.has(name) && !isIgnored(path))),
    bytes(path) {
      const at = join(directory, path);
      if (!isDirectory(at)) return sizeOf(at);
      return walk(at, () => true).reduce((sum, file) => sum + sizeOf(join(at, file)), 0);
    },
    head: (path) => readFileSync(join(directory, path)).subarray(0, HEAD_BYTES).toString('latin1'),
  };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** @returns files below a directory, by their paths from there; links are not followed */
function walk(root: string, enters: (path: string, name: string) => boolean): string[] {
  const files: string[] = [];
  const waiting = [''];
  for (let seen = 0; waiting.length > 0 && seen < MOST_ENTRIES; ) {
    const directory = waiting.shift() as string;
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      seen += 1;
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (!enters(path, entry.name)) continue;
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files;
}
