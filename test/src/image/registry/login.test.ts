import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { logIn, logOut } from '../../../../src/image/registry/login.js';
import type { Environment } from '../../../../src/kernel/environment.js';

let root: string;
let environment: Environment;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'd9-login-'));
  mkdirSync(join(root, '.docker/contexts'), { recursive: true });
  environment = { variables: { HOME: root }, workspace: root, temporary: root, debug: false };
});
afterEach(() => rmSync(root, { recursive: true }));

const login = { registry: 'ghcr.io', username: 'chef', password: 'pass:word' };
const entry = { auth: Buffer.from('chef:pass:word').toString('base64') };
const own = () => join(root, '.docker/config.json');
const directory = () => join(root, 'of-the-step');

/** @returns the configuration that the engine gets */
function withConfig(config: object, given = login) {
  writeFileSync(own(), JSON.stringify(config));
  const { variables } = logIn(given, directory(), environment);
  expect(variables.DOCKER_CONFIG).toBe(directory());
  return JSON.parse(readFileSync(join(directory(), 'config.json'), 'utf8')) as unknown;
}

test('everything that the machine knows besides is kept', () => {
  const config = { auths: { 'quay.io': { auth: 'x' } }, proxies: { default: {} }, currentContext: 'farm' };
  expect(withConfig(config)).toEqual({ ...config, auths: { ...config.auths, 'ghcr.io': entry } });
  expect(lstatSync(join(directory(), 'contexts')).isSymbolicLink()).toBe(true);
});

test('a credential store would hide the login, so it stays with the registries that it has', () => {
  const config = { credsStore: 'desktop', auths: { 'quay.io': {}, 'ghcr.io': {} }, credHelpers: { 'gcr.io': 'gcloud' } };
  expect(withConfig(config)).toEqual({
    auths: { 'quay.io': {}, 'ghcr.io': entry },
    credHelpers: { 'quay.io': 'desktop', 'gcr.io': 'gcloud' },
  });
});

test("the registry's own helper does not come before the login", () => {
  expect(withConfig({ credHelpers: { 'ghcr.io': 'gcloud' } })).toEqual({ auths: { 'ghcr.io': entry } });
});

test("Docker Hub's login stands under the name that Docker looks for", () => {
  expect(withConfig({}, { ...login, registry: 'docker.io' })).toEqual({ auths: { 'https://index.docker.io/v1/': entry } });
});

test('nobody else may read it, and nothing of it stays', () => {
  withConfig({});
  expect(statSync(directory()).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory(), 'config.json')).mode & 0o777).toBe(0o600);
  logOut(directory());
  logOut(directory());
  expect(existsSync(directory())).toBe(false);
  expect(existsSync(join(root, '.docker/contexts'))).toBe(true);
  expect(JSON.parse(readFileSync(own(), 'utf8'))).toEqual({});
});

test('a builder that was chosen before is still found', () => {
  expect(logIn(login, directory(), environment).variables.BUILDX_CONFIG).toBe(join(root, '.docker/buildx'));
});
