import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** In the engine's own store only: a `localhost` name is never looked for on the Internet. */
export const BASE_IMAGE = 'localhost/d9-testbed/busybox:1';

const COMMANDS = ['cat', 'cp', 'echo', 'httpd', 'ls', 'mkdir', 'sh', 'sleep', 'true'];

/**
 * Gives the engine a base image of one static program.
 * @param docker the docker command
 * @param variables environment with PATH and DOCKER_HOST
 */
export async function importBaseImage(docker: string, busybox: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'd9-base-image-'));
  try {
    await mkdir(join(directory, 'root/bin'), { recursive: true });
    await copyFile(busybox, join(directory, 'root/bin/busybox'));
    for (const command of COMMANDS) await symlink('busybox', join(directory, 'root/bin', command));
    const archive = join(directory, 'root.tar');
    const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await execute('tar', [...reproducible, '-C', join(directory, 'root'), '-cf', archive, '.']);
    await execute(docker, ['import', archive, BASE_IMAGE], { env: variables });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
