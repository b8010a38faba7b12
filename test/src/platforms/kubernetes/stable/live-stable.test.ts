import { expect, test } from '@jest/globals';
import { versionOf } from '../../../../../src/platforms/kubernetes/pods/pod-version.js';
import {
  isForeign,
  type LiveStable,
  liveStable,
  refuseForeign,
} from '../../../../../src/platforms/kubernetes/stable/live-stable.js';
import type { Release } from '../../../../../src/release/record/record.js';
import { type ReleaseChanges, someRelease } from '../../../release/releases.js';

const template = (image: string, more: { env?: string; restartedAt?: string } = {}) => ({
  metadata: {
    labels: { app: 'restaurant' },
    ...(more.restartedAt && { annotations: { 'kubectl.kubernetes.io/restartedAt': more.restartedAt } }),
  },
  spec: { containers: [{ name: 'app', image, ...(more.env && { env: [{ name: 'A', value: more.env }] }) }] },
});

const running = (...given: Parameters<typeof template>): LiveStable =>
  liveStable({ metadata: { name: 'restaurant' }, spec: { selector: {}, template: template(...given) } }, 'app');

const BEFORE = versionOf(template('restaurant:1'));
const release = (changes: ReleaseChanges = {}) =>
  someRelease({ stable: { image: 'restaurant:1', templateHash: 'aaa', version: BEFORE }, ...changes });
const manifest = { hash: 'h', configMaps: [] };
const sameImage = { manifest, canary: { image: 'restaurant:1', templateHash: '' } };

test.each<[string, Release, LiveStable, boolean]>([
  ['what it ran before', release(), running('restaurant:1'), false],
  ['that, restarted', release(), running('restaurant:1', { restartedAt: 'now' }), false],
  ['another image', release(), running('restaurant:9'), true],
  ['another environment', release(), running('restaurant:1', { env: 'hotfix' }), true],
  ["the canary's image", release({ stage: 'updating-stable' }), running('restaurant:2'), false],
  ['another image, half updated', release({ stage: 'updating-stable' }), running('restaurant:9'), true],
  ['what this suite has written itself', release(), { ...running('restaurant:9'), isOurs: true }, false],
  ['another environment, with a manifest of the same image', release(sameImage), running('restaurant:1', { env: 'b' }), true],
  [
    'the new template, with such a manifest',
    release({ ...sameImage, stage: 'draining' }),
    running('restaurant:1', { env: 'b' }),
    false,
  ],
  ['what it ran before, on a record of an earlier version', someRelease(), running('restaurant:1', { env: 'b' }), false],
  ['another image, on such a record', someRelease(), running('restaurant:9'), true],
])("stable that runs %s is somebody else's doing or not", (_what, given, live, expected) => {
  expect(isForeign(given, live)).toBe(expected);
  if (expected) expect(() => refuseForeign(given, live)).toThrow(/somebody changed it during the release[\s\S]*weight: 0/);
  else expect(() => refuseForeign(given, live)).not.toThrow();
});

test('whoever wrote the pod template last is named, and whoever only scaled is not', () => {
  const entry = (manager: string, time: string, fields: object) => ({
    manager,
    time: new Date(time),
    fieldsV1: { 'f:spec': fields },
  });
  const managedFields = [
    entry('helm', '2026-01-01T00:00:00Z', { 'f:template': {} }),
    entry('kubectl-set', '2026-01-02T00:00:00Z', { 'f:template': {} }),
    entry('kube-controller-manager', '2026-01-03T00:00:00Z', { 'f:replicas': {} }),
  ];
  const deployment = { metadata: { managedFields }, spec: { selector: {}, template: template('restaurant:9') } };
  expect(liveStable(deployment, 'app').writtenBy).toBe('kubectl-set at 2026-01-02T00:00:00.000Z');
});
