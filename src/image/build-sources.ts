import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../kernel/environment.js';
import { isAddress, refusePage } from './git-address.js';
import { hideTokens } from './secret-values.js';

type Variables = Environment['variables'];

/**
 * Where a named context is: an address, an image, a layout, another target, or a directory.
 * @param directory that paths are relative to
 * @throws RangeError when it is nowhere
 */
export function requireContext(source: string, directory: string, variables: Variables): void {
  if (existsSync(resolve(directory, source.replace(/^cwd:\/\//, '')))) return;
  refusePage(source, variables);
  if (isAddress(source) && !source.startsWith('cwd://')) return;
  const shown = hideTokens(source);
  throw new RangeError(
    `there is no directory "${shown}"; write it in a step before this one. An image is written docker-image://${shown}, a repository https://….git`,
  );
}

/** An SSH agent or keys that RUN steps may use. */
export interface SshSource {
  readonly id: string;
  readonly paths: readonly string[];
}

/** A list as the plan of a bake or Compose file has them, or one text with commas. */
export const sshPaths = (paths: unknown = ''): string[] =>
  (Array.isArray(paths) ? paths.map(String) : String(paths).split(',')).filter((path) => path !== '');

/** `id`, or `id=path[,path]`. */
export function readSsh(entry: string): SshSource {
  const [id = '', ...rest] = entry.split('=');
  return { id, paths: rest.length === 0 ? [] : rest.join('=').split(',') };
}

/**
 * The engine takes an entry without a path from the agent of its environment (moby/buildkit, session/sshforward/sshprovider).
 * @throws RangeError when there is none, or no such socket or key
 */
export function requireSsh({ id, paths }: SshSource, directory: string, { SSH_AUTH_SOCK }: Variables): void {
  if (paths.length === 0 && !SSH_AUTH_SOCK) {
    throw new RangeError(
      `"${id}" means the SSH agent of this job, and there is none (SSH_AUTH_SOCK is not set); start one in a step before, or write ${id}=path of a key`,
    );
  }
  const missing = paths.find((path) => path !== '' && !existsSync(resolve(directory, path)));
  if (missing !== undefined) {
    throw new RangeError(
      `there is no socket or key at "${hideTokens(missing)}" for "${id}"; write it in a step before this one${missing.startsWith('~') ? ', and its path without ~, which nobody expands here' : ''}`,
    );
  }
}
