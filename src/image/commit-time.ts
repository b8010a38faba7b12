import type { BuildEffects } from './effects.js';
import { firstExecutable, searchPath } from './executable.js';

/** @returns when the commit that is checked out was made, in seconds since the epoch; undefined without git or without a repository */
export async function commitTime({
  environment,
  query,
}: Pick<BuildEffects, 'environment' | 'query'>): Promise<number | undefined> {
  const git = firstExecutable(searchPath(environment.variables), 'git');
  if (git === undefined) return undefined;
  const { code, stdout } = await query(git, ['-C', environment.workspace, 'log', '-1', '--format=%ct'], environment.variables);
  return code === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : undefined;
}
