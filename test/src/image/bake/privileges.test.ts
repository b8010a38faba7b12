import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BakeTarget } from '../../../../src/image/bake/definition.js';
import { missingPrivileges } from '../../../../src/image/bake/privileges.js';

let root: string;
let workspace: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'd9-privileges-'));
  workspace = join(root, 'workspace');
  for (const directory of ['workspace/web', 'temporary', 'elsewhere']) mkdirSync(join(root, directory), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const missing = (target: BakeTarget, allow: string[] = []) =>
  missingPrivileges(target, { directory: workspace, environment: { workspace, temporary: join(root, 'temporary') }, allow });

test('what lies in the workspace, in the temporary directory or with the engine needs nothing', () => {
  const target: BakeTarget = {
    context: 'web',
    dockerfile: '../Dockerfile',
    contexts: { base: 'target:base', image: 'docker-image://busybox', git: 'git@github.com:o/r.git', lib: 'cwd://web' },
    secret: [`id=x,src=${root}/temporary/x`, { id: 'y', env: 'Y' }],
    ssh: ['default'],
    'cache-to': ['type=local,dest=cache', 'type=registry,ref=r/c'],
    output: ['type=local,dest=out', 'type=registry', '-'],
  };
  expect(missing(target)).toEqual([]);
});

test.each<[string, BakeTarget, RegExp]>([
  ['a context', { context: '../elsewhere' }, /^fs\.read=.*elsewhere$/],
  ['a named context', { contexts: { lib: '/etc' } }, /^fs\.read=\/etc$/],
  ['a Dockerfile', { context: 'web', dockerfile: '../../elsewhere/Dockerfile' }, /^fs\.read=.*elsewhere\/Dockerfile$/],
  ['a secret', { secret: [{ id: 'x', src: '/etc/hostname' }] }, /^fs\.read=\/etc\/hostname$/],
  ['a key', { ssh: [{ id: 'git', paths: '/root/.ssh/id' }] }, /^fs\.read=\/root\/\.ssh\/id$/],
  ['a key in a list', { ssh: [{ id: 'git', paths: ['/root/.ssh/id'] } as never] }, /^fs\.read=\/root\/\.ssh\/id$/],
  ['a cache that is read', { 'cache-from': ['type=local,src=/var/cache'] }, /^fs\.read=\/var\/cache$/],
  ['a cache that is written', { 'cache-to': ['type=local,dest=/var/cache'] }, /^fs\.write=\/var\/cache$/],
  ['an output', { output: [{ type: 'local', dest: '../elsewhere/out' }] }, /^fs\.write=.*elsewhere\/out$/],
  ['the network of the runner', { network: 'host' }, /^network\.host$/],
  ['a right', { entitlements: ['security.insecure'] }, /^security\.insecure$/],
])('%s elsewhere is not for a file to take', (_name, target, word) => {
  const [only = '', ...others] = missing(target);
  expect(only).toMatch(word);
  expect(others).toEqual([]);
  expect(missing(target, [only])).toEqual([]);
});

test('a link that leads out of the workspace is followed', () => {
  symlinkSync(join(root, 'elsewhere'), join(workspace, 'link'));
  expect(missing({ context: 'link' })).toEqual([expect.stringMatching(/elsewhere$/)]);
  expect(missing({ output: ['type=local,dest=link/new/out'] })).toEqual([expect.stringMatching(/elsewhere\/new\/out$/)]);
});

test('a right to read is none to write, and a star is for all paths', () => {
  expect(missing({ output: ['type=local,dest=/out'] }, ['fs.read=*'])).toEqual(['fs.write=/out']);
  expect(missing({ context: '/a', output: ['type=local,dest=/out'] }, ['fs=*'])).toEqual([]);
});
