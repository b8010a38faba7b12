import { expect, test } from '@jest/globals';
import type { V1Deployment, V1DeploymentStatus, V1Pod } from '@kubernetes/client-node';
import { isMerelyScaled, refuseUnsettled } from '../../../../../src/platforms/kubernetes/rollout/whole.js';
import { StillCluster } from '../../../../actions/canary-step/still-cluster.js';
import { anySignal } from '../bed.js';

const WHOLE: V1DeploymentStatus = { observedGeneration: 4, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
const progressing = (reason: string) => ({ conditions: [{ type: 'Progressing', status: 'True', reason }] });

const deployment = (replicas: number, status: V1DeploymentStatus): V1Deployment => ({
  metadata: { name: 'restaurant', namespace: 'shop', uid: 'uid-1', generation: 4 },
  spec: { replicas, selector: { matchLabels: { app: 'restaurant' } }, template: {} },
  status,
});

test.each<[string, number, V1DeploymentStatus]>([
  ['up, its new pods on their way', 5, { ...WHOLE, replicas: 5, updatedReplicas: 5, ...progressing('NewReplicaSetAvailable') }],
  ['up, its new pods not even made', 5, { ...WHOLE, ...progressing('NewReplicaSetAvailable') }],
  ['down, its last pod on its way out', 2, { ...WHOLE, ...progressing('NewReplicaSetAvailable') }],
  ['while it is paused', 5, { ...WHOLE, replicas: 5, updatedReplicas: 5, ...progressing('DeploymentPaused') }],
  ['without a progress deadline, so without a word on progress', 5, { ...WHOLE, replicas: 5, updatedReplicas: 5 }],
])('a stable that is scaled %s is no rollout', async (_how, replicas, status) => {
  const scaled = deployment(replicas, status);
  expect(isMerelyScaled(scaled)).toBe(true);
  await expect(refuseUnsettled(new StillCluster(), scaled, anySignal())).resolves.toBeUndefined();
});

test.each<[string, V1DeploymentStatus]>([
  ['has pods of two templates', { ...WHOLE, updatedReplicas: 1, ...progressing('ReplicaSetUpdated') }],
  [
    'has pods of two templates, of which the new one is an old one',
    { ...WHOLE, updatedReplicas: 1, ...progressing('NewReplicaSetAvailable') },
  ],
  [
    'has only new pods, and not all of them are available',
    { ...WHOLE, availableReplicas: 2, ...progressing('ReplicaSetUpdated') },
  ],
  ['has given up', { ...WHOLE, availableReplicas: 2, ...progressing('ProgressDeadlineExceeded') }],
])('a stable that %s is in a rollout', async (_what, status) => {
  const refused = refuseUnsettled(new StillCluster(), deployment(3, status), anySignal());
  await expect(refused).rejects.toThrow('in the middle of a rollout');
});

test('a stable whose pods fail, or of which nothing is left, is not one to go back to', async () => {
  const degraded = deployment(3, { ...WHOLE, availableReplicas: 2, ...progressing('NewReplicaSetAvailable') });
  const cluster = new StillCluster();
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off' };
  const controlledBy = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: kind, uid, controller: true }];
  const pod: V1Pod = {
    metadata: { name: 'restaurant-1', ownerReferences: controlledBy('ReplicaSet', 'set-1') },
    status: { containerStatuses: [{ name: 'app', image: '', imageID: '', ready: false, restartCount: 3, state: { waiting } }] },
  };
  const ofWorker = { ...pod, metadata: { name: 'worker-1', ownerReferences: controlledBy('ReplicaSet', 'set-2') } };
  cluster.objects.set('pods', [ofWorker, pod]);
  cluster.objects.set('replicasets', [
    { metadata: { uid: 'set-1', ownerReferences: controlledBy('Deployment', 'uid-1') } },
    { metadata: { uid: 'set-2', ownerReferences: controlledBy('Deployment', 'uid-2') } },
  ]);
  await expect(refuseUnsettled(cluster, degraded, anySignal())).rejects.toThrow(
    /2 of 3 replicas are available; pod restaurant-1, container app: CrashLoopBackOff/,
  );
  const gone = deployment(3, { ...WHOLE, availableReplicas: 0, ...progressing('NewReplicaSetAvailable') });
  await expect(refuseUnsettled(new StillCluster(), gone, anySignal())).rejects.toThrow('0 of 3 replicas are available');
});
