import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { archiveOf, makeNodeImage, nodeImage } from '../image/app-image.js';
import { reproducibleTar } from '../image/layer.js';

const execute = promisify(execFile);

/** In the engine's own store only: a `localhost` name is never looked for on the Internet. */
export const BUSYBOX_IMAGE = 'localhost/d9-testbed/busybox:1';

const COMMANDS = ['cat', 'cp', 'echo', 'ls', 'mkdir', 'sh', 'sleep', 'true'];

/** Gives the engine the images that a Dockerfile of the tests may build on: busybox with a shell, and Node. */
export async function importBaseImages(docker: string, busybox: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const node = await archiveOf(await makeNodeImage(), nodeImage);
  await Promise.all([importBusybox(docker, busybox, variables), execute(docker, ['load', '--input', node], { env: variables })]);
}

/**
 * Gives the engine a base image of one static program.
 * @param docker the docker command
 * @param variables environment with PATH and DOCKER_HOST
 */
async function importBusybox(docker: string, busybox: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'd9-base-image-'));
  try {
    await mkdir(join(directory, 'root/bin'), { recursive: true });
    await copyFile(busybox, join(directory, 'root/bin/busybox'));
    for (const command of COMMANDS) await symlink('busybox', join(directory, 'root/bin', command));
    const archive = join(directory, 'root.tar');
    await execute('tar', [...reproducibleTar, '-C', join(directory, 'root'), '-cf', archive, '.']);
    await execute(docker, ['import', archive, BUSYBOX_IMAGE], { env: variables });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
