import { describe, expect, test } from '@jest/globals';
import type { Condition, Deployment, EndpointSlice } from '../../../testbed/client/objects.js';
import { rolledOut } from '../../../testbed/fixture.js';
import { deployment, JSON_PATCH, MERGE, paths, type Thing, target } from './target.js';

const at = target();
const here = () => paths(at().namespace);

interface Seen extends Thing {
  readonly spec: { readonly replicas: number };
  readonly status: Deployment['status'] & {
    readonly unavailableReplicas?: number;
    readonly conditions?: ReadonlyArray<Condition & { readonly lastUpdateTime?: string }>;
  };
}

const conditionOf = ({ status }: Seen, type: string) => status.conditions?.find((condition) => condition.type === type);
const revisionOf = ({ metadata }: Thing) => metadata.annotations?.['deployment.kubernetes.io/revision'];
const setImage = (name: string, image: string) =>
  at().ask(
    'PATCH',
    `${here().deployments}/${name}`,
    [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }],
    JSON_PATCH,
  );

/** Everything that is seen of a Deployment from a change on until it is as asked. */
async function history(name: string, change: () => Promise<unknown>, isDone: (seen: Seen) => boolean): Promise<Seen[]> {
  const resourceVersion = await at().version(here().deployments);
  await change();
  const query = { resourceVersion, fieldSelector: `metadata.name=${name}`, timeoutSeconds: '50' };
  const events = await at().watch(here().deployments, query, ({ object }) => isDone(object as Seen));
  return events.map(({ object }) => object as Seen);
}

const isWhole = ({ metadata, spec, status }: Seen) =>
  status.observedGeneration === metadata.generation &&
  [status.replicas, status.updatedReplicas, status.availableReplicas].every((count = 0) => count === spec.replicas);

const replicaSetsOf = async (name: string) => {
  const { body } = await at().ask<{ items: Array<Thing & { spec: { replicas: number } }> }>(
    'GET',
    `${here().replicaSets}?labelSelector=app=${name}`,
  );
  return body.items.toSorted((a, b) => Number(revisionOf(a)) - Number(revisionOf(b)));
};

/** The distinct states of something, in the order in which they were first seen. */
const course = (seen: readonly Seen[], state: (object: Seen) => string | undefined): Array<string | undefined> =>
  seen.map(state).filter((value, index, all) => index === 0 || value !== all[index - 1]);

describe('a Deployment', () => {
  test('starts: a revision and a ReplicaSet first, then pods, then availability', async () => {
    const create = () => at().api.create(here().deployments, deployment('starts', 'x:v1', { replicas: 3 }));
    const seen = await history('starts', create, isWhole);
    expect(course(seen, (object) => conditionOf(object, 'Progressing')?.reason)).toEqual([
      undefined,
      'NewReplicaSetCreated',
      'ReplicaSetUpdated',
      'NewReplicaSetAvailable',
    ]);
    expect(course(seen, (object) => conditionOf(object, 'Available')?.reason)).toEqual([
      undefined,
      'MinimumReplicasUnavailable',
      'MinimumReplicasAvailable',
    ]);
    // The revision is there before the generation counts as observed, and raises none.
    expect(seen[1]).toMatchObject({ metadata: { generation: 1 }, status: { conditions: [{ reason: 'NewReplicaSetCreated' }] } });
    expect(seen[1]?.status.observedGeneration).toBeUndefined();
    expect(seen.slice(1).map(revisionOf)).toEqual(seen.slice(1).map(() => '1'));
    const [set] = await replicaSetsOf('starts');
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
    expect(set?.metadata.name).toBe(`starts-${hash}`);
    expect(seen.at(-1)).toMatchObject({
      metadata: { generation: 1 },
      status: {
        observedGeneration: 1,
        replicas: 3,
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        conditions: [
          { type: 'Available', status: 'True', message: 'Deployment has minimum availability.' },
          { type: 'Progressing', status: 'True', message: `ReplicaSet "starts-${hash}" has successfully progressed.` },
        ],
      },
    });
    expect(seen.at(-1)?.status.unavailableReplicas).toBeUndefined();
  });

  test('is updated pod by pod, within its surge, and never has fewer than it may', async () => {
    await at().api.create(here().deployments, deployment('updated', 'x:v1', { replicas: 3 }));
    await rolledOut(at().api, at().namespace, 'updated');
    const isUpdated = (object: Seen) => revisionOf(object) === '2' && isWhole(object);
    const seen = await history('updated', () => setImage('updated', 'x:v2'), isUpdated);
    // Right after the write the status is still about the generation before.
    expect(seen[0]).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 1 } });
    expect(course(seen, (object) => conditionOf(object, 'Progressing')?.reason)).toEqual([
      'NewReplicaSetAvailable',
      'NewReplicaSetCreated',
      'ReplicaSetUpdated',
      'NewReplicaSetAvailable',
    ]);
    expect(course(seen, revisionOf)).toEqual(['1', '2']);
    expect(course(seen, (object) => conditionOf(object, 'Available')?.status)).toEqual(['True']);
    expect(Math.min(...seen.map(({ status }) => status.availableReplicas ?? 0))).toBe(3);
    expect(Math.max(...seen.map(({ status }) => status.replicas ?? 0))).toBe(4);
    const updated = seen
      .filter((object) => object.status.observedGeneration === 2)
      .map(({ status }) => status.updatedReplicas ?? 0);
    expect(updated).toEqual(updated.toSorted());
    expect(updated).toEqual(expect.arrayContaining([1, 2, 3]));
    const sets = await replicaSetsOf('updated');
    expect(sets.map((set) => [revisionOf(set), set.spec.replicas])).toEqual([
      ['1', 0],
      ['2', 3],
    ]);
  });

  test('goes back to a template that it had: the same ReplicaSet, with the next revision', async () => {
    await at().api.create(here().deployments, deployment('returns', 'x:v1', { replicas: 1 }));
    await rolledOut(at().api, at().namespace, 'returns');
    for (const image of ['x:v2', 'x:v1']) {
      await setImage('returns', image);
      await rolledOut(at().api, at().namespace, 'returns');
    }
    const sets = await replicaSetsOf('returns');
    const images = sets.map(
      ({ spec }) =>
        (spec as unknown as { template: { spec: { containers: [{ image: string }] } } }).template.spec.containers[0].image,
    );
    expect(images).toEqual(['x:v2', 'x:v1']);
    expect(sets.map(revisionOf)).toEqual(['2', '3']);
    expect(sets[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
  });

  test('is scaled without a new revision, and its ReplicaSet says what it is to have', async () => {
    await at().api.create(here().deployments, deployment('scaled', 'x:v1', { replicas: 1 }));
    await rolledOut(at().api, at().namespace, 'scaled');
    for (const replicas of [4, 2]) {
      await at().ask('PATCH', `${here().deployments}/scaled`, { spec: { replicas } }, MERGE);
      await rolledOut(at().api, at().namespace, 'scaled');
    }
    const [set, ...more] = await replicaSetsOf('scaled');
    expect(more).toEqual([]);
    expect(set).toMatchObject({
      spec: { replicas: 2 },
      metadata: {
        annotations: {
          'deployment.kubernetes.io/revision': '1',
          'deployment.kubernetes.io/desired-replicas': '2',
          'deployment.kubernetes.io/max-replicas': '3',
        },
      },
    });
  });

  test('that does not get on keeps what is available, and says so after its deadline', async () => {
    await at().api.create(here().deployments, deployment('stuck', 'x:v1', { replicas: 2, progressDeadlineSeconds: 2 }));
    await rolledOut(at().api, at().namespace, 'stuck');
    const isStuck = (object: Seen) => conditionOf(object, 'Progressing')?.status === 'False';
    const seen = await history('stuck', () => setImage('stuck', 'x:unready'), isStuck);
    expect(conditionOf(seen.at(-1) as Seen, 'Progressing')).toMatchObject({
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(/^ReplicaSet "stuck-\w+" has timed out progressing\.$/),
    });
    expect(seen.at(-1)?.status).toMatchObject({ replicas: 3, updatedReplicas: 1, availableReplicas: 2, unavailableReplicas: 1 });
    await setImage('stuck', 'x:v3');
    await rolledOut(at().api, at().namespace, 'stuck');
    expect((await replicaSetsOf('stuck')).map(({ spec }) => spec.replicas)).toEqual([0, 0, 2]);
  });

  test('keeps as many old revisions as it is told to', async () => {
    await at().api.create(here().deployments, deployment('forgets', 'x:v1', { replicas: 1, revisionHistoryLimit: 1 }));
    for (const image of ['x:v1', 'x:v2', 'x:v3']) {
      await setImage('forgets', image);
      await rolledOut(at().api, at().namespace, 'forgets');
    }
    const isForgotten = (sets: Thing[]) => sets.length === 2 && sets.every((set) => revisionOf(set) !== '1');
    await at().api.untilAll<Thing>(here().replicaSets, { labelSelector: 'app=forgets' }, isForgotten);
  });

  test('that is paused is scaled but not updated, until it goes on', async () => {
    const path = `${here().deployments}/paused`;
    await at().api.create(here().deployments, deployment('paused', 'x:v1', { replicas: 1 }));
    await rolledOut(at().api, at().namespace, 'paused');
    await at().ask('PATCH', path, { spec: { paused: true } }, MERGE);
    await setImage('paused', 'x:v2');
    const isScaled = ({ status, metadata }: Seen) =>
      status.observedGeneration === metadata.generation && status.availableReplicas === 2;
    const seen = await history('paused', () => at().ask('PATCH', path, { spec: { replicas: 2 } }, MERGE), isScaled);
    expect(seen.at(-1)).toMatchObject({ status: { replicas: 2 } });
    expect(seen.at(-1)?.status.updatedReplicas).toBeUndefined();
    expect(conditionOf(seen.at(-1) as Seen, 'Progressing')).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    });
    expect((await replicaSetsOf('paused')).map(revisionOf)).toEqual(['1']);
    const resumed = await history('paused', () => at().ask('PATCH', path, { spec: { paused: false } }, MERGE), isWhole);
    const reasons = course(resumed, (object) => conditionOf(object, 'Progressing')?.reason);
    // The real controller loses this one: it writes it on the version from before `DeploymentResumed`, and finds its ReplicaSet when it tries again.
    expect(reasons.filter((reason) => reason !== 'NewReplicaSetCreated')).toEqual([
      'DeploymentPaused',
      'DeploymentResumed',
      'ReplicaSetUpdated',
      'NewReplicaSetAvailable',
    ]);
  });

  test('takes its ReplicaSets and pods with it when it goes', async () => {
    await at().api.create(here().deployments, deployment('leaves', 'x:v1', { replicas: 2 }));
    await rolledOut(at().api, at().namespace, 'leaves');
    expect(await at().ask('DELETE', `${here().deployments}/leaves`, { propagationPolicy: 'Background' })).toMatchObject({
      code: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'leaves', group: 'apps', kind: 'deployments' } },
    });
    for (const path of [here().replicaSets, here().pods])
      await at().api.untilAll(path, { labelSelector: 'app=leaves' }, (left) => left.length === 0);
  });
});

test('what an owner that controls nothing leaves behind is collected too', async () => {
  const { body: owner } = await at().ask('POST', here().deployments, deployment('owner', 'x:v1'));
  const { name, uid } = owner.metadata;
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: false, blockOwnerDeletion: false },
  ];
  const metadata = { name: 'owner-canary', ownerReferences } as never;
  await at().api.create(here().deployments, { ...deployment('owner-canary', 'x:v2'), metadata });
  await at().ask('DELETE', `${here().deployments}/owner`, { propagationPolicy: 'Background' });
  await at().api.until(here().deployments, 'owner-canary', (object) => object === undefined);
});

test('a pod that loses the labels is replaced, and goes on as nobody’s', async () => {
  await at().api.create(here().deployments, deployment('relabelled', 'x:v1', { replicas: 1 }));
  await rolledOut(at().api, at().namespace, 'relabelled');
  const { body } = await at().ask<{ items: Thing[] }>('GET', `${here().pods}?labelSelector=app=relabelled`);
  const name = body.items[0]?.metadata.name ?? '';
  await at().ask('PATCH', `${here().pods}/${name}`, { metadata: { labels: { app: 'free' } } }, MERGE);
  await at().api.untilAll<Thing>(
    here().pods,
    { labelSelector: 'app=relabelled' },
    (pods) => pods.length === 1 && pods[0]?.metadata.name !== name,
  );
  await at().api.until<Thing>(here().pods, name, (pod) => pod !== undefined && (pod.metadata.ownerReferences ?? []).length === 0);
});

describe('endpoints', () => {
  const follow = async (label: string, isDone: (slices: EndpointSlice[]) => boolean) => {
    const seen: string[] = [];
    await at().api.untilAll<EndpointSlice>(
      here().endpointSlices,
      { labelSelector: `kubernetes.io/service-name=${label}` },
      (slices) => {
        const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
        const state = endpoints
          .map(({ conditions }) => JSON.stringify(conditions))
          .sort()
          .join();
        if (seen.at(-1) !== state) seen.push(state);
        return isDone(slices);
      },
    );
    return seen;
  };
  const isReady = (slices: EndpointSlice[]) =>
    slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready));
  const served = async (name: string, image = 'x:v1') => {
    const spec = { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] };
    await at().api.create(here().services, { metadata: { name, labels: { team: 'x' } }, spec });
    await at().api.create(here().deployments, deployment(name, image, { replicas: 1 }));
  };

  test('list a pod when it has an address, as ready when it is', async () => {
    const following = follow('listed', isReady);
    await served('listed');
    const seen = await following;
    expect(seen.slice(-2)).toEqual([
      '{"ready":false,"serving":false,"terminating":false}',
      '{"ready":true,"serving":true,"terminating":false}',
    ]);
    const { body } = await at().ask<{ items: Array<EndpointSlice & Thing & { addressType: string }> }>(
      'GET',
      `${here().endpointSlices}?labelSelector=kubernetes.io/service-name=listed`,
    );
    const [slice] = body.items;
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        labels: { team: 'x', 'kubernetes.io/service-name': 'listed' },
        ownerReferences: [{ kind: 'Service', name: 'listed' }],
      },
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      endpoints: [{ targetRef: { kind: 'Pod' }, addresses: [expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)] }],
    });
  });

  test('say of a pod that leaves that it is not ready, before it is gone', async () => {
    // A controller that is busy shows only what lasts.
    await served('drained', 'x:v1-stop-4000');
    await follow('drained', isReady);
    const following = follow('drained', (slices) => slices.every(({ endpoints = [] }) => (endpoints ?? []).length === 0));
    await at().ask('PATCH', `${here().deployments}/drained`, { spec: { replicas: 0 } }, MERGE);
    const seen = await following;
    expect(seen).toContain('{"ready":false,"serving":true,"terminating":true}');
    expect(seen.at(-1)).toBe('');
  });
});
