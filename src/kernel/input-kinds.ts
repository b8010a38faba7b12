import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path, { basename, dirname, join, resolve } from 'node:path';
import type { InputDefinition } from './define.js';
import { parseDuration } from './duration.js';
import type { Environment } from './environment.js';
import { UserError } from './errors.js';
import { nearest } from './nearest.js';

type Options = {
  readonly text: string;
  readonly default?: string;
  readonly usual?: string;
  readonly required?: boolean;
  readonly secret?: boolean;
};
type Kind<T, P extends Options> = P & InputDefinition<T>;

const kind = <T, const P extends Options>(type: string, options: P, parse: InputDefinition<T>['parse']): Kind<T, P> => ({
  ...options,
  type,
  parse,
});

/** Free text on one line. */
/** @param type what it is the name of, for the reference */
export const text = <const P extends Options>(options: P, type = 'text') => kind<string, P>(type, options, (raw) => raw);

/** One value per line; empty lines are dropped. */
export const lines = <const P extends Options>(options: P) =>
  kind<readonly string[], P>('list, one per line', options, (raw) =>
    raw
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );

/** A whole share of the traffic, 0–100, without a sign. */
export const percent = <const P extends Options>(options: P) =>
  kind<number, P>('percent (0–100)', options, (raw) => {
    if (!/^\d{1,3}$/.test(raw) || Number(raw) > 100) {
      const sign = raw.endsWith('％') ? 'full-width % sign' : raw.endsWith('%') ? '% sign' : undefined;
      throw new RangeError(`"${raw}" is not a whole number from 0 to 100${sign ? `; write it without the ${sign}` : ''}`);
    }
    return Number(raw);
  });

/** A whole number from `min` to `max`, both included. */
export const integer = <const P extends Options & { readonly min: number; readonly max: number }>(options: P) =>
  kind<number, P>(`integer (${options.min}–${options.max})`, options, (raw) => {
    const value = Number(raw);
    if (!/^-?\d+$/.test(raw) || value < options.min || value > options.max) {
      throw new RangeError(`"${raw}" is not a whole number from ${options.min} to ${options.max}`);
    }
    return value;
  });

/** A port by number, or by the name that a container gives it (RFC 6335 §5.1: at most 15 characters, a letter among them). */
export const portOrName = <const P extends Options>(options: P) =>
  kind<number | string, P>('port (1–65535, or a name)', options, parsePort);

/** @throws RangeError when it is neither */
export function parsePort(raw: string): number | string {
  if (/^\d+$/.test(raw) && Number(raw) >= 1 && Number(raw) <= 65535) return Number(raw);
  if (raw.length <= 15 && /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(raw)) return raw;
  throw new RangeError(`"${raw}" is neither a whole number from 1 to 65535 nor the name of a port, such as http-metrics`);
}

/** A duration with its unit; parsed to milliseconds. */
export const duration = <const P extends Options>(options: P) => kind<number, P>('duration', options, parseDuration);

/** One in which something is to happen, so that none is a mistake. */
export const someTime = <const P extends Options>(options: P) =>
  kind<number, P>('duration', options, (raw) => {
    const ms = parseDuration(raw);
    if (ms === 0) throw new RangeError(`"${raw}" is no time at all; give as long as it may take, such as 2m, or leave it out`);
    return ms;
  });

/** `true` or `false`, in the spellings of YAML 1.2. */
export const flag = <const P extends Options>(options: P) =>
  kind<boolean, P>('true | false', options, (raw) => {
    if (/^(true|True|TRUE)$/.test(raw)) return true;
    if (/^(false|False|FALSE)$/.test(raw)) return false;
    throw new RangeError(`"${raw}" is neither true nor false`);
  });

/** One of a closed set of words. */
export const oneOf = <const V extends readonly string[], const P extends Options>(values: V, options: P) =>
  kind<V[number], P>(values.join(' | '), options, (raw) => {
    if (!values.includes(raw)) throw new RangeError(`"${raw}" is not one of ${values.join(', ')}`);
    return raw;
  });

/** A name as Kubernetes allows it for Services and label values: RFC 1123 label, at most `maxLength` characters. */
export const dnsLabel = <const P extends Options & { readonly maxLength: number }>(options: P) =>
  kind<string, P>('name (DNS label)', options, (raw) => {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(raw)) {
      throw new RangeError(
        `"${raw}" is not a DNS label; use lower-case letters, digits and "-", starting and ending with a letter or digit`,
      );
    }
    if (raw.length > options.maxLength) {
      throw new RangeError(
        `"${raw}" has ${raw.length} characters; at most ${options.maxLength} leave room for the names derived from it`,
      );
    }
    return raw;
  });

/**
 * A file under the workspace, read and handed to the reader, which gets the text and the path as the user wrote it.
 * @param loadReader called only when there is a file: the libraries that read one are much of what a step loads
 */
export const workspaceFile = <T, const P extends Options>(
  type: string,
  options: P,
  loadReader: () => Promise<(content: string, path: string) => T>,
) =>
  kind<T, P>(type, options, async (raw, environment) => {
    const content = readWorkspaceFile(raw, environment);
    const read = await loadReader();
    return read(content, raw);
  });

/** A file under the workspace that the step writes; parsed to its absolute path. Neither it nor its folder need be there yet. */
export const workspaceOutput = <const P extends Options>(options: P) =>
  kind<string, P>('path in the workspace', options, (raw, environment) => {
    const path = join(folderOf(raw, environment), basename(raw));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw new UserError('file-not-writable', `"${raw}" is there and is no file; name another path`);
    return path;
  });

/** The folder of a file to write, by the part of it that is there: what is made below that can lead nowhere else. */
function folderOf(raw: string, environment: Environment): string {
  const root = realpathSync(environment.workspace);
  const folder = dirname(resolve(root, raw));
  let there = folder;
  try {
    while (lstatSync(there, { throwIfNoEntry: false }) === undefined) there = dirname(there);
    const real = resolveInWorkspace(there, environment);
    if (!statSync(real).isDirectory())
      throw new UserError('file-not-writable', 'a part of its path is a file and no folder; name another path');
    return join(real, path.relative(there, folder));
  } catch (cause) {
    const why = cause instanceof UserError ? cause.message : 'a part of its path is a file and no folder; name another path';
    throw new UserError('file-not-writable', `"${raw}" can't be written: ${why}`, { cause });
  }
}

/**
 * Reads a file that the user named.
 * @throws UserError when it lies outside the workspace (symbolic links are followed first) or can't be read
 */
function readWorkspaceFile(path: string, environment: Environment): string {
  try {
    return readFileSync(resolveInWorkspace(path, environment), 'utf8');
  } catch (cause) {
    const several = namesSeveral(path, environment);
    if (several !== undefined) throw new UserError('file-not-readable', several, { cause });
    if (cause instanceof UserError) throw cause;
    throw new UserError('file-not-readable', `"${path}" can't be read (${(cause as NodeJS.ErrnoException).code}); name a file`, {
      cause,
    });
  }
}

/** What other tools take for one of several files; where there is a file of that name, it is not asked. */
function namesSeveral(given: string, environment: Environment): string | undefined {
  const one = 'This input takes one file: put the parts together in a step before (YAML documents with `---` between them)';
  if (/^[a-z]+:\/\//i.test(given)) return `"${given}" is an address; fetch it in a step before this one, and name the file`;
  if (/[\n,]/.test(given)) return `"${given.replaceAll('\n', '\\n')}" is a list. ${one}`;
  if (/[*?]/.test(given)) return `"${given}" is a pattern. ${one}`;
  const at = resolve(environment.workspace, given);
  if (!statSync(at, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  // What lies outside is not looked into.
  return `"${given}" is a folder${describeFiles(resolveInWorkspace(given, environment))}. ${one}`;
}

function describeFiles(folder: string): string {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.slice(0, 5).map(({ name }) => name);
  return names.length === 0 ? '' : ` with ${names.join(', ')}${files.length > names.length ? ' and more' : ''}`;
}

/** The file that was probably meant: of nearly the same name in its folder, or of the same one at the root. */
function nearFile(root: string, missing: string): string | undefined {
  const [folder, name] = [dirname(missing), basename(missing)];
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return folder !== root && existsSync(join(root, name)) ? name : undefined;
  // What lies outside is not looked into.
  if (!isBelow(root, join(realpathSync(folder), name))) return undefined;
  const near = nearest(
    name,
    readdirSync(folder).filter((other) => other !== name),
  );
  return near === undefined ? undefined : path.relative(root, join(folder, near));
}

/**
 * @returns the absolute path, with symbolic links resolved
 * @throws UserError when there is nothing at the path, or when it lies outside the workspace
 */
export function resolveInWorkspace(named: string, environment: Environment): string {
  const root = realpathSync(environment.workspace);
  let real: string;
  try {
    real = realpathSync(resolve(root, named));
  } catch (cause) {
    const near = nearFile(root, resolve(root, named));
    const hint = near === undefined ? 'is the repository checked out before this step?' : `did you mean "${near}"?`;
    throw new UserError('file-missing', `there is no file "${named}" in the workspace; ${hint}`, { cause });
  }
  if (!isBelow(root, real)) {
    throw new UserError(
      'file-outside-workspace',
      `"${named}" lies outside the workspace, and only files in it are read; let an earlier step write or copy it there`,
    );
  }
  return real;
}

/**
 * Whether a path leads into a folder or is the folder itself; both absolute, without symbolic links.
 * @param system how paths are written there; on Windows another drive is no folder above
 */
export function isBelow(
  folder: string,
  file: string,
  system: Pick<typeof path, 'relative' | 'isAbsolute' | 'sep'> = path,
): boolean {
  const way = system.relative(folder, file);
  return way !== '..' && !way.startsWith(`..${system.sep}`) && !system.isAbsolute(way);
}
