import { expect, test } from '@jest/globals';
import { canBeSecret, isSecretName } from '../../../src/image/review/secret-names.js';
import { credentialsIn } from '../../../src/image/written-credentials.js';

test.each(['PASSWORD', 'DB_PASSWORD', 'npm_token', 'STRIPE_API_KEY', 'SECRET_KEY_BASE', 'TOKEN'])('%s is a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  ...[
    'NEXT_PUBLIC_MAPBOX_TOKEN',
    'VITE_FIREBASE_API_KEY',
    'NUXT_PUBLIC_TOKEN',
    'TOKENIZERS_VERSION',
    'MAX_TOKENS',
    'TOKEN_ISSUER',
  ],
  ...['SECRETS_PROVIDER', 'API_KEY_HEADER', 'SECRET_ID', 'PASSWORD_MIN_LENGTH', 'SECRET_MANAGER', 'PASSWORD_FILE'],
])('%s is none', (name) => {
  expect(isSecretName(name)).toBe(false);
});

test('a switch, a number and a placeholder are no secrets', () => {
  expect(['true', '32', 'dummy', 'changeme', 'correct-horse'].filter(canBeSecret)).toEqual(['correct-horse']);
});

test.each([
  'docker-image://node:24@sha256:0123',
  'docker-image://postgres@sha256:0123',
  'ssh://jenkins-ci@gerrit.example/p.git',
  'https://myorganization@dev.azure.com/o/p/_git/r',
  'https://x-access-token@github.com/o/r.git',
])('%s holds no password', (address) => {
  expect(credentialsIn(address)).toEqual([]);
});

test.each([
  ['https://ci:correct-horse@git.example/r.git', 'correct-horse'],
  ['https://a1b2c3d4e5f6a1b2c3d4e5f6@git.example/r.git', 'a1b2c3d4e5f6a1b2c3d4e5f6'],
])('%s holds one', (address, secret) => {
  expect(credentialsIn(address)).toEqual([secret]);
});
