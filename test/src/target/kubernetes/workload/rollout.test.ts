import { expect, test } from '@jest/globals';
import type { V1Deployment, V1DeploymentStatus } from '@kubernetes/client-node';
import { isComplete } from '../../../../../src/target/kubernetes/workload/rollout.js';

const DONE: V1DeploymentStatus = {
  observedGeneration: 4,
  replicas: 3,
  updatedReplicas: 3,
  availableReplicas: 3,
  readyReplicas: 3,
};

const deployment = (status: V1DeploymentStatus | undefined, replicas: number | undefined = 3): V1Deployment => ({
  metadata: { name: 'restaurant', generation: 4 },
  spec: {
    selector: {},
    template: {},
    ...(replicas !== undefined && { replicas }),
  },
  ...(status && { status }),
});

test('a rollout is over when every pod is of the new template, available, and none of an old one is left', () => {
  expect(isComplete(deployment(DONE))).toBe(true);
});

test.each<[string, V1DeploymentStatus | undefined]>([
  ['the controller has not seen the change yet', { ...DONE, observedGeneration: 3 }],
  ['the controller has said nothing yet', undefined],
  ['a pod is still of the old template', { ...DONE, updatedReplicas: 2 }],
  ['a pod of the old template still answers beside the new ones', { ...DONE, replicas: 4 }],
  ['a pod is not available yet', { ...DONE, availableReplicas: 2 }],
])('it is not over while %s', (_what, status) => {
  expect(isComplete(deployment(status))).toBe(false);
});

test('a Deployment without a number of replicas wants one', () => {
  const one = { ...DONE, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const { replicas: _, ...spec } = deployment(one).spec ?? { selector: {}, template: {} };
  expect(isComplete({ ...deployment(one), spec })).toBe(true);
});
