import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A repository of a user, for as long as a test lasts. */
export interface GitRepository {
  readonly directory: string;
  /** Commits everything that is in the directory. @returns the commit */
  commit(subject: string): Promise<string>;
  remove(): void;
}

/** Makes a repository with the branch `main` and one commit of what `from` has. */
export async function createGitRepository(from: string): Promise<GitRepository> {
  const directory = mkdtempSync(path.join(tmpdir(), 'd9-repository-'));
  // Neither the machine's nor the user's settings (hooks, signing) count.
  const env = { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: string[]) => (await execute('git', args, { cwd: directory, env })).stdout.trim();
  const author = ['-c', 'user.name=Cook', '-c', 'user.email=cook@restaurant.example'];
  const repository: GitRepository = {
    directory,
    commit: async (subject) => {
      await git('add', '--all');
      await git(...author, 'commit', '--quiet', '--allow-empty', '--message', subject);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  cpSync(from, directory, { recursive: true });
  await git('init', '--quiet', '--initial-branch', 'main');
  await repository.commit('Start');
  return repository;
}
