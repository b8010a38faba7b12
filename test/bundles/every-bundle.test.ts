import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { actionNames, loadAction } from '../../scripts/discover-actions.js';
import { runBundle } from './run-bundle.js';

const root = process.cwd();
const bundles = existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')).sort() : [];
const actions = actionNames(root);

test('a release without bundles, or without one of them, is not shipped', () => {
  expect(actions).not.toEqual([]);
  expect(bundles.filter((name) => name !== 'suite')).toEqual(actions);
});

describe.each(actions)('the bundle of %s', (name) => {
  test('starts and names every input that is missing', async () => {
    const { inputs } = await loadAction(root, name);
    const required = Object.entries(inputs).flatMap(([input, { required }]) => (required ? [input] : []));
    const { exitCode, errors, stderr } = await runBundle(name);

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    for (const input of required) expect(errors.join('\n')).toContain(`Input \`${input}\` is missing.`);
    expect(errors.join('\n')).not.toContain('Unexpected error');
  });

  test('points from a misspelt input to the one that was meant', async () => {
    const [meant = ''] = Object.keys((await loadAction(root, name)).inputs);
    const misspelt = `${meant}x`;
    const { exitCode, errors } = await runBundle(name, { inputs: { [misspelt]: 'anything' } });

    expect(exitCode).toBe(1);
    expect(errors.join('\n')).toContain(`Input \`${misspelt}\` is unknown. Did you mean \`${meant}\`?`);
  });
});

test('every part that is loaded later is there, so that a rare way to log in does not end in an import error', async () => {
  const parts = readdirSync(join(root, 'dist/suite')).filter((file) => /^\d+\.index\.js$/.test(file));
  expect(parts).not.toEqual([]);
  for (const part of parts) {
    const { modules } = await import(pathToFileURL(join(root, 'dist/suite', part)).href);
    expect(Object.keys(modules as object)).not.toEqual([]);
  }
});

const oidc = {
  name: 'oidc',
  config: { 'idp-issuer-url': 'https://id.test', 'client-id': 'd9', 'id-token': 'expired.expired.expired' },
};
const kubeconfig = {
  kind: 'Config',
  'current-context': 'c',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  users: [{ name: 'u', user: { 'auth-provider': oidc } }],
};

test('a rare way to log in is loaded when it is needed, and fails in its own words', async () => {
  const inputs = { app: 'restaurant', weight: '10', kubeconfig: JSON.stringify(kubeconfig) };
  const { exitCode, errors } = await runBundle('canary-step', { inputs });
  expect(exitCode).toBe(1);
  expect(errors.join('\n')).toContain('could not be had from auth-provider oidc');
});
