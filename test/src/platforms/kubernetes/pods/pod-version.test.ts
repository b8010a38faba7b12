import { expect, test } from '@jest/globals';
import type { V1EnvVar, V1PodTemplateSpec } from '@kubernetes/client-node';
import { isSameVersion, versionOf } from '../../../../../src/platforms/kubernetes/pods/pod-version.js';

const template = (env?: V1EnvVar[], annotations?: Record<string, string>): V1PodTemplateSpec => ({
  metadata: { labels: { app: 'menu' }, ...(annotations && { annotations }) },
  spec: {
    containers: [{ name: 'app', image: 'menu:1', ...(env && { env }) }],
    initContainers: [{ name: 'migrate', image: 'menu:1' }],
  },
});
const reloaded = (hash: string) => ({ name: 'STAKATER_MENU_CONFIG_CONFIGMAP', value: hash });

test.each<[string, V1PodTemplateSpec]>([
  ['kubectl rollout restart', template(undefined, { 'kubectl.kubernetes.io/restartedAt': '2026' })],
  ['Reloader by a variable, its default', template([reloaded('a')])],
  ['Reloader by an annotation', template(undefined, { 'reloader.stakater.com/last-reloaded-from': '{}' })],
])('a restart by %s makes no other version', (_, restarted) => {
  expect(versionOf(restarted)).toBe(versionOf(template()));
  expect(isSameVersion(restarted, template())).toBe(true);
});

test('a variable of its own does, whatever Reloader has written beside it', () => {
  const own = { name: 'MENU', value: 'short' };
  expect(versionOf(template([own, reloaded('a')]))).toBe(versionOf(template([reloaded('b'), own])));
  expect(versionOf(template([own, reloaded('a')]))).not.toBe(versionOf(template([reloaded('a')])));
  expect(versionOf(template([{ name: 'STAKATER_MENU', value: 'a' }]))).not.toBe(versionOf(template()));
});
