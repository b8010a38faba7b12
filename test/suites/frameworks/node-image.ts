import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../../testbed/bed/run.js';
import { fetchEngine } from '../../../testbed/engine/programs.js';
import { composeImage } from '../../../testbed/image/image.js';
import { type Layer, makeLayer } from '../../../testbed/image/layer.js';
import { makeNodeLayer } from '../../../testbed/image/node-layer.js';
import { pushImage } from '../../../testbed/image/push.js';
import { packed, tarballOf } from './npm-packages.js';

const NPM_VERSION = '11.19.1';
const USERS = 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
const COMMANDS = ['cat', 'chmod', 'chown', 'cp', 'env', 'ln', 'ls', 'mkdir', 'mv', 'rm', 'sh', 'sleep'];

/**
 * Pushes what stands for node:24-alpine where Docker Hub is not reached: Node 24, npm, a shell, and the user `node`, which is 1000.
 * @param registry host and port
 * @returns the image by its digest
 */
export async function pushNodeImage(registry: string): Promise<string> {
  const image = composeImage([await makeNodeLayer(), await makeNpmLayer()], { Env: ['PATH=/bin:/usr/bin'] });
  const repository = 'd9-testbed/node-npm';
  await pushImage(image, { registry, repository, tag: '24' });
  return `${registry}/${repository}@${image.manifest.digest}`;
}

async function makeNpmLayer(): Promise<Layer> {
  const { busybox } = await fetchEngine();
  const archive = path.join(await packed([`npm@${NPM_VERSION}`]), tarballOf('npm', NPM_VERSION));
  const fill = async (root: string) => {
    const at = (...parts: string[]) => path.join(root, ...parts);
    for (const directory of ['bin', 'usr/bin', 'lib/node_modules/npm', 'root', 'tmp', 'etc'])
      await mkdir(at(directory), { recursive: true });
    await copyFile(busybox, at('bin/busybox'));
    for (const command of COMMANDS) await symlink('busybox', at('bin', command));
    await symlink('/bin/busybox', at('usr/bin/env'));
    await writeFile(at('etc/passwd'), USERS);
    await run('tar', ['-xzf', archive, '--strip-components=1', '--no-same-owner', '-C', at('lib/node_modules/npm')]);
    await symlink('../lib/node_modules/npm/bin/npm-cli.js', at('bin/npm'));
  };
  return makeLayer({ name: 'npm', key: JSON.stringify([NPM_VERSION, busybox, COMMANDS, USERS]), fill });
}
