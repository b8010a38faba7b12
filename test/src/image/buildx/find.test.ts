import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findBuildx } from '../../../../src/image/buildx/find.js';
import { readEnvironment } from '../../../../src/kernel/environment.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'd9-engine-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(path: string, mode = 0o755): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

const find = (variables: Record<string, string> = {}) =>
  findBuildx(readEnvironment({ PATH: join(root, 'bin'), HOME: root, ...variables }, root), [join(root, 'system')]);

test('a runner without Docker is told so, and what to use', () => {
  expect(find()).toMatchObject({
    missing: expect.stringMatching(/^There is no Docker on this runner/),
    advice: expect.stringContaining('ubuntu-latest'),
  });
});

test('a Docker without buildx is told which package brings it', () => {
  const docker = program('bin/docker');
  expect(find()).toMatchObject({
    missing: `Docker is at ${docker}, but its buildx plugin is missing.`,
    advice: expect.stringContaining('docker-buildx-plugin'),
  });
});

test("the user's own plugin is preferred to the system's, as docker does", () => {
  program('system/docker-buildx');
  const own = program('.docker/cli-plugins/docker-buildx');
  expect(find().program).toBe(own);
});

test('a plugin directory from the Docker configuration is searched', () => {
  const plugin = program('elsewhere/docker-buildx');
  mkdirSync(join(root, 'configuration'));
  writeFileSync(join(root, 'configuration/config.json'), JSON.stringify({ cliPluginsExtraDirs: [join(root, 'elsewhere')] }));
  expect(find({ DOCKER_CONFIG: join(root, 'configuration') }).program).toBe(plugin);
});

test('a broken Docker configuration does not hide the plugin', () => {
  const plugin = program('system/docker-buildx');
  mkdirSync(join(root, '.docker'));
  writeFileSync(join(root, '.docker/config.json'), '{');
  expect(find().program).toBe(plugin);
});

test('a plugin that may not be executed is passed over', () => {
  program('.docker/cli-plugins/docker-buildx', 0o644);
  mkdirSync(join(root, 'system/docker-buildx'), { recursive: true });
  const standalone = program('bin/buildx');
  expect(find().program).toBe(standalone);
});
