import { expect, test } from '@jest/globals';
import { parseReference, pullImage } from './image.js';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['restaurant', undefined, 'restaurant', 'latest'],
  ['shop/restaurant:v1', undefined, 'shop/restaurant', 'v1'],
  ['registry.test/restaurant:v1', 'registry.test', 'restaurant', 'v1'],
  ['127.0.0.1:5000/shop/restaurant:v1', '127.0.0.1:5000', 'shop/restaurant', 'v1'],
  [`127.0.0.1:5000/restaurant@${digest}`, '127.0.0.1:5000', 'restaurant', digest],
  [`127.0.0.1:5000/restaurant:v1@${digest}`, '127.0.0.1:5000', 'restaurant', digest],
])('%s is looked up in the right place', (reference, registry, repository, version) => {
  expect(parseReference(reference)).toEqual({ registry, repository, version });
});

test('two tags of one repository have different digests, the same tag always the same', async () => {
  const [first, second, again] = await Promise.all(['app:v1', 'app:v2', 'app:v1'].map(pullImage));
  expect(first?.imageId).toMatch(/^app@sha256:[0-9a-f]{64}$/);
  expect(first?.imageId).not.toBe(second?.imageId);
  expect(first?.imageId).toBe(again?.imageId);
});
