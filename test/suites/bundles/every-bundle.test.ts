import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { actionNames, loadAction } from '../../../scripts/discover-actions.js';
import { TestAuthority } from '../../src/platforms/kubernetes/certificates.js';
import { answer, FaultServer, refuse } from '../../src/platforms/kubernetes/fault-server.js';
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

test('an OIDC token that has expired is renewed at its issuer, by the same part of the bundle', async () => {
  const files = new TestAuthority();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const idToken = (iss: string, iat: number) =>
    `${part({ alg: 'RS256' })}.${part({ iss, aud: 'd9', sub: 'ci', iat, exp: iat + 600 })}.c2ln`;
  const now = Math.floor(Date.now() / 1000);
  const issuer: FaultServer = await FaultServer.start(
    [
      (request, response) => {
        const { url } = issuer;
        const discovered = { issuer: url, token_endpoint: `${url}/token` };
        const granted = { access_token: 'a', token_type: 'Bearer', id_token: idToken(url, now) };
        answer(200, request.path === '/token' ? granted : discovered)(request, response);
      },
    ],
    files.server('IP:127.0.0.1'),
  );
  const server = await FaultServer.start([refuse(403, 'Forbidden', 'ci may not do this')]);
  const config = {
    ...oidc.config,
    'idp-issuer-url': issuer.url,
    'idp-certificate-authority-data': Buffer.from(files.certificate).toString('base64'),
    'id-token': idToken(issuer.url, now - 3600),
    'refresh-token': 'refresh-token-of-ci',
  };
  const renewing = {
    ...kubeconfig,
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    users: [{ name: 'u', user: { 'auth-provider': { name: 'oidc', config } } }],
  };
  try {
    const inputs = { app: 'restaurant', weight: '10', image: 'restaurant:2', kubeconfig: JSON.stringify(renewing) };
    const { exitCode, errors, stdout } = await runBundle('canary-step', { inputs });
    expect(exitCode).toBe(1);
    expect(errors.join('\n')).toContain('ci may not do this');
    expect([...new Set(server.requests.map(({ headers }) => headers.authorization))]).toEqual([
      `Bearer ${idToken(issuer.url, now)}`,
    ]);
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('refresh-token-of-ci');
  } finally {
    await Promise.all([issuer.stop(), server.stop()]);
    files.remove();
  }
});
