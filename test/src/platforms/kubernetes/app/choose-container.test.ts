import { expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import { chooseContainer } from '../../../../../src/platforms/kubernetes/app/app.js';

const deployment = (...names: string[]): V1Deployment =>
  ({ metadata: { name: 'menu' }, spec: { template: { spec: { containers: names.map((name) => ({ name })) } } } }) as V1Deployment;
const choosing = (asked: string | undefined, object: V1Deployment) => () => chooseContainer(object, asked);

test('the only container is the app’s, and of several the one that is named', () => {
  expect(chooseContainer(deployment('app'), undefined)).toBe('app');
  expect(chooseContainer(deployment('app', 'proxy'), 'app')).toBe('app');
});

test.each<[string, V1Deployment, string | undefined, string, string]>([
  ['several and none named', deployment('app', 'proxy'), undefined, 'container-unclear', 'app, proxy'],
  ['one that is not there', deployment('app', 'proxy'), 'web', 'container-unknown', 'no container web; it has app, proxy'],
  ['no container at all', deployment(), undefined, 'container-unknown', 'no container in its pod template'],
  [
    'a manifest without a template',
    { metadata: { name: 'menu' } },
    'app',
    'container-unknown',
    'no container in its pod template',
  ],
])('%s', (_what, object, asked, code, text) => {
  expect(choosing(asked, object)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
});
