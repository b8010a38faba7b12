import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readChallenge } from '../../../../src/image/registry/challenge.js';

test.each([
  [
    'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull"',
    { scheme: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io' },
  ],
  ['bearer realm="https://a.example/t"', { scheme: 'bearer', realm: 'https://a.example/t', service: undefined }],
  [
    'Basic realm="x", Bearer realm="https://a.example/t" , service=plain',
    { scheme: 'bearer', realm: 'https://a.example/t', service: 'plain' },
  ],
  ['Basic realm="basic-realm"', { scheme: 'basic' }],
  ['Negotiate', undefined],
  ['Bearer realm="not a URL"', undefined],
  [undefined, undefined],
])('%s', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});

test('whatever a registry sends is read or passed over, without an exception', () => {
  fc.assert(fc.property(fc.string(), (header) => void readChallenge(`Bearer ${header}`)));
});
