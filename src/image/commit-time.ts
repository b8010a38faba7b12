import type { BuildEffects } from './effects.js';
import { firstExecutable, searchPath } from './executable.js';

/** The commit of the workspace. */
export interface CheckedOut {
  readonly sha: string;
  /** When it was made, in seconds since the epoch. */
  readonly committedAt: number;
}

/** @returns the commit that is checked out; undefined without git or without a repository */
export async function checkedOut({
  environment,
  query,
}: Pick<BuildEffects, 'environment' | 'query'>): Promise<CheckedOut | undefined> {
  const git = firstExecutable(searchPath(environment.variables), 'git');
  if (git === undefined) return undefined;
  const asked = ['-C', environment.workspace, 'log', '-1', '--no-show-signature', '--format=%H %ct'];
  const { code, stdout } = await query(git, asked, environment.variables);
  const [, sha, time] = /^([0-9a-f]{40,64}) (\d+)$/.exec(stdout.trim()) ?? [];
  return code === 0 && sha !== undefined ? { sha, committedAt: Number(time) } : undefined;
}
