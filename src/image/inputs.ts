import { statSync } from 'node:fs';
import type { InputDefinition } from '../action/define.js';
import { resolveInWorkspace } from '../action/input-kinds.js';
import { parsePlatform } from './platform.js';
import { type ImageReference, parseReference } from './reference.js';

type Options = { readonly text: string; readonly default?: string; readonly required?: boolean };
type Kind<T, P extends Options> = P & InputDefinition<T>;

/** Values on lines of their own or between commas, each read by `parse`; every bad one is named. */
function listOf<T>(parse: (item: string) => T): (raw: string) => readonly T[] {
  return (raw) => {
    const problems: string[] = [];
    const values: T[] = [];
    for (const item of new Set(raw.split(/[\n,]/).map((part) => part.trim()))) {
      if (item === '') continue;
      try {
        values.push(parse(item));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        problems.push(error.message);
      }
    }
    if (problems.length > 0) throw new RangeError(problems.join('\n'));
    return values;
  };
}

/** Names to push to; none are made up. */
export const imageTags = <const P extends Options>(options: P): Kind<readonly [ImageReference, ...ImageReference[]], P> => ({
  ...options,
  type: 'image references, one per line or with commas',
  parse(raw) {
    const [first, ...others] = listOf(parseReference)(raw);
    if (first === undefined) throw new RangeError('there is no tag in it; write one like ghcr.io/owner/app:1.2.3');
    return [first, ...others];
  },
});

/** Platforms as `os/architecture[/variant]`. */
export const platforms = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'platforms, one per line or with commas',
  parse: listOf(parsePlatform),
});

/**
 * `NAME=value`, one per line; a value may hold commas and `=`.
 * With `bare: 'from the environment'` a NAME alone is allowed too, and buildx then takes the value from the step's `env:`.
 */
export const assignments = <const P extends Options & { readonly bare: 'refused' | 'from the environment' }>(
  options: P,
): Kind<readonly string[], P> => ({
  ...options,
  type: 'NAME=value, one per line',
  parse(raw) {
    const given = raw.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
    const bad = given.filter((line) => line.startsWith('=') || (options.bare === 'refused' && !line.includes('=')));
    // Only the name is repeated: a value may be something that does not belong in the log.
    if (bad.length > 0) {
      throw new RangeError(`${bad.map((line) => `"${line.split('=')[0]}"`).join(', ')} is not NAME=value; write one per line`);
    }
    return given;
  },
});

/** A directory in the workspace; parsed to its absolute path. */
export const workspaceDirectory = <const P extends Options>(options: P): Kind<string, P> => ({
  ...options,
  type: 'directory in the workspace',
  parse(raw, environment) {
    const path = resolveInWorkspace(raw, environment);
    if (!statSync(path).isDirectory()) throw new RangeError(`"${raw}" is not a directory`);
    return path;
  },
});

/** An existing file in the workspace; parsed to its absolute path. */
export const workspacePath = <const P extends Options>(options: P): Kind<string, P> => ({
  ...options,
  type: 'file in the workspace',
  parse(raw, environment) {
    const path = resolveInWorkspace(raw, environment);
    if (!statSync(path).isFile()) throw new RangeError(`"${raw}" is not a file`);
    return path;
  },
});
