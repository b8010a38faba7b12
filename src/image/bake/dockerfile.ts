import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { isAddress } from '../git-address.js';
import { parseDockerfile } from '../review/dockerfile.js';
import { type ReadDockerfile, readDockerfile } from '../review/review.js';
import { type BakeTarget, unescapeTemplate } from './definition.js';

/** Where the Dockerfile of a target is. */
export type FoundDockerfile =
  | { readonly kind: 'file'; readonly read: ReadDockerfile }
  /** It stands in the bake file. */
  | { readonly kind: 'inline'; readonly read: ReadDockerfile }
  /** Fetched by the engine. */
  | { readonly kind: 'elsewhere' }
  /** Its context is here, and it is not. `path` is shown from the workspace. */
  | { readonly kind: 'missing'; readonly path: string };

/** @returns the directory that a target copies from; undefined when it is fetched */
export function localContext({ context = '.' }: BakeTarget, directory: string): string | undefined {
  const local = context.replace(/^cwd:\/\//, '');
  const path = resolve(directory, local);
  return isAddress(local) || !existsSync(path) ? undefined : path;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** @param directory that buildx runs in */
export function dockerfileOfTarget(
  name: string,
  { context = '.', dockerfile = 'Dockerfile', 'dockerfile-inline': inline }: BakeTarget,
  directory: string,
  environment: Environment,
): FoundDockerfile {
  if (inline !== undefined) {
    const content = parseDockerfile(unescapeTemplate(inline));
    return { kind: 'inline', read: { path: '', shownAs: `dockerfile-inline of ${name}`, content } };
  }
  const fromDirectory = dockerfile.startsWith('cwd://');
  const local = context.replace(/^cwd:\/\//, '');
  if (isAddress(local) && !fromDirectory) return { kind: 'elsewhere' };
  const path = fromDirectory
    ? resolve(directory, dockerfile.replace('cwd://', ''))
    : isAbsolute(dockerfile)
      ? dockerfile
      : join(resolve(directory, local), dockerfile);
  const shownAs = relative(environment.workspace, path);
  return isFile(path) ? { kind: 'file', read: readDockerfile(path, environment) } : { kind: 'missing', path: shownAs };
}
