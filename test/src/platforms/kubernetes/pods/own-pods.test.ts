import { expect, test } from '@jest/globals';
import type { V1Deployment, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';
import type { Cluster } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { POD } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { ownPods } from '../../../../../src/platforms/kubernetes/pods/own-pods.js';
import { anySignal } from '../bed.js';

const labels = { app: 'shop' };
const shop: V1Deployment = {
  metadata: { name: 'shop', uid: 'uid-shop' },
  spec: { selector: { matchLabels: labels }, template: {} },
};

const ownedBy = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: 'a-name', uid, controller: true }];
const set = (uid: string, deploymentUid: string): V1ReplicaSet => ({
  metadata: { name: `set-${uid}`, uid, labels, ownerReferences: ownedBy('Deployment', deploymentUid) },
});
const pod = (name: string, ownerReferences?: ReturnType<typeof ownedBy>): V1Pod => ({
  metadata: { name, labels, ...(ownerReferences && { ownerReferences }) },
});

/** Each list of ReplicaSets answers with the next of these. */
async function namesOf(pods: readonly V1Pod[], ...sets: ReadonlyArray<readonly V1ReplicaSet[]>): Promise<(string | undefined)[]> {
  const answers = [...sets];
  const list = async (kind: unknown, selection: unknown) => {
    expect(selection).toEqual({ labels: 'app=shop' });
    return kind === POD ? pods : (answers.shift() ?? []);
  };
  const found = await ownPods({ list } as unknown as Cluster, shop, anySignal());
  return found.map(({ metadata }) => metadata?.name);
}

test('only pods that a ReplicaSet of the Deployment controls are its own, whatever else stands under its labels', async () => {
  const pods = [
    pod('shop-new', ownedBy('ReplicaSet', 'rs-2')),
    pod('shop-old', ownedBy('ReplicaSet', 'rs-1')),
    pod('shop-worker', ownedBy('ReplicaSet', 'rs-worker')),
    pod('report-28931', ownedBy('Job', 'job-1')),
    pod('by-hand'),
  ];
  const sets = [set('rs-1', 'uid-shop'), set('rs-2', 'uid-shop'), set('rs-worker', 'uid-worker')];
  expect(await namesOf(pods, sets)).toEqual(['shop-new', 'shop-old']);
});

test('a Deployment that was deleted and made anew does not own the pods of the one before', async () => {
  expect(await namesOf([pod('shop-old', ownedBy('ReplicaSet', 'rs-1'))], [set('rs-1', 'uid-of-the-one-before')])).toEqual([]);
});

test('a ReplicaSet that was made while both were listed is asked for once more', async () => {
  const pods = [pod('shop-new', ownedBy('ReplicaSet', 'rs-2'))];
  expect(await namesOf(pods, [], [set('rs-2', 'uid-shop')])).toEqual(['shop-new']);
});

test('whoever merely owns a pod without controlling it has no pods', async () => {
  const [reference] = ownedBy('ReplicaSet', 'rs-1');
  const pods = [pod('shop-adopted', [{ ...reference, controller: false } as NonNullable<typeof reference>])];
  expect(await namesOf(pods, [set('rs-1', 'uid-shop')])).toEqual([]);
});
