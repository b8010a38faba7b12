import type { Condition, Pod } from '../../testbed/client/objects.js';
import { collections, connectBed, type Fixture } from '../../testbed/fixture.js';
import { image, releaseBed } from '../suites/cluster/release-bed.js';
import { absolute, type Row } from './row.js';

/** How long after its node, or its controller, has reported it a step names what keeps a version from starting. */
const GOAL_S = 3;

/** One way not to start. */
interface Failure {
  readonly name: string;
  readonly tag: string;
  /** Makes it happen to the canary's pod, where its image alone does not. */
  readonly spoil?: (pod: Pod) => Promise<unknown>;
  /** Forbids it before the release. */
  readonly prepare?: (namespace: string) => Promise<unknown>;
  /** Resolves when the node, or a controller, has written it. */
  readonly reported: (namespace: string) => Promise<unknown>;
  /** What the step says of it. */
  readonly named: RegExp;
}

interface DeploymentSeen {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const CANARY = { labelSelector: 'd9.dev/track=canary' };
const statusOf = (pod: Pod) => pod.status.containerStatuses?.[0];
const fixture = connectBed();
const rows: Row[] = [];
for (const failure of failures(fixture)) {
  const runs: number[] = [];
  while (runs.length < 3) runs.push(await secondsToName(fixture, failure));
  const slowest = Math.round(100 * Math.max(...runs)) / 100;
  rows.push(absolute(`release/start-failure-named/${failure.name}`, slowest, 's, slowest of 3', GOAL_S));
}
await fixture.close();
console.log(JSON.stringify(rows));

function failures({ api }: Fixture): readonly Failure[] {
  const byPod = (isReported: (pod: Pod) => boolean) => (namespace: string) =>
    api.untilAll<Pod>(collections.pods(namespace), CANARY, ([pod]) => pod !== undefined && isReported(pod), 120_000);
  const byReason = (reason: RegExp) => byPod((pod) => reason.test(statusOf(pod)?.state.waiting?.reason ?? ''));
  const byCondition = (namespace: string) =>
    api.until<DeploymentSeen>(
      collections.deployments(namespace),
      'restaurant-canary',
      (seen) => seen?.status?.conditions?.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True') ?? false,
      120_000,
    );
  const setStatus = (container: object) => (pod: Pod) => {
    const containerStatuses = (pod.status.containerStatuses ?? []).map((each) => ({ ...each, ready: false, ...container }));
    const path = `${collections.pods(pod.metadata.namespace ?? '')}/${pod.metadata.name}/status`;
    return api.patch(path, { status: { containerStatuses } });
  };
  const slow = 'v2-start-90000';
  const killed = { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-02T00:00:00Z' } };
  const noKey = { reason: 'CreateContainerConfigError', message: "couldn't find key menu in ConfigMap shop/restaurant" };
  return [
    { name: 'crash', tag: 'crash', reported: byReason(/^CrashLoopBackOff$/), named: /can't start: .*CrashLoopBackOff/ },
    {
      name: 'image',
      tag: 'missing',
      reported: byReason(/^(ErrImagePull|ImagePullBackOff)$/),
      named: /ErrImagePull: |can't start: .*Image/,
    },
    {
      name: 'memory',
      tag: slow,
      spoil: setStatus({ state: { running: {} }, restartCount: 1, lastState: killed }),
      reported: byPod((pod) => statusOf(pod)?.lastState?.terminated?.reason === 'OOMKilled'),
      named: /can't start: .*OOMKilled/,
    },
    {
      name: 'config',
      tag: slow,
      spoil: setStatus({ state: { waiting: noKey } }),
      reported: byReason(/^CreateContainerConfigError$/),
      named: /CreateContainerConfigError: couldn't find key/,
    },
    {
      name: 'unschedulable',
      tag: 'v2',
      prepare: cordon,
      reported: byPod(({ status: { conditions = [] } }) =>
        conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'False'),
      ),
      named: /Unschedulable: 0\/\d+ nodes are available/,
    },
    {
      name: 'quota',
      tag: 'v2',
      prepare: (namespace) =>
        api.create(`/api/v1/namespaces/${namespace}/resourcequotas`, {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'few' },
          spec: { hard: { pods: '3' } },
        } as never),
      reported: byCondition,
      named: /can't create its pods: .*exceeded quota/,
    },
  ];
}

/** No node takes a pod any more; undone when the failure has been measured. */
async function cordon(): Promise<void> {
  await setUnschedulable(true);
}

async function setUnschedulable(unschedulable: boolean): Promise<void> {
  const { items } = await fixture.api.get<{ items: Array<{ metadata: { name: string } }> }>('/api/v1/nodes');
  await Promise.all(
    items.map(({ metadata }) => fixture.api.patch(`/api/v1/nodes/${metadata.name}`, { spec: { unschedulable } })),
  );
}

async function secondsToName({ api }: Fixture, { tag, spoil, prepare, reported, named }: Failure): Promise<number> {
  const bed = await releaseBed(fixture);
  await prepare?.(bed.namespace);
  let namedAt: number | undefined;
  const onStdout = (soFar: string) => {
    if (namedAt === undefined && named.test(soFar)) namedAt = Date.now();
  };
  const reportedAt = reported(bed.namespace).then(() => Date.now());
  const step = bed.step('canary-step', { weight: '10', image: image(tag), 'start-timeout': '20s' }, { onStdout });
  if (spoil) {
    const isStarted = ([pod]: Pod[]) => pod?.status.containerStatuses !== undefined;
    const [pod] = await api.untilAll<Pod>(collections.pods(bed.namespace), CANARY, isStarted);
    if (pod) await spoil(pod);
  }
  await step;
  if (prepare === cordon) await setUnschedulable(false);
  if (namedAt === undefined) throw new Error(`The step did not name what was reported: ${named}`);
  return Math.max(0, namedAt - (await reportedAt)) / 1000;
}
