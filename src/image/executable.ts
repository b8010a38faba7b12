import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** The directories of PATH, in order. */
export const searchPath = ({ PATH = '' }: Variables): string[] => PATH.split(delimiter).filter((directory) => directory !== '');

/** @returns the absolute path of the first file of that name which may be executed */
export function firstExecutable(directories: readonly string[], name: string): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
