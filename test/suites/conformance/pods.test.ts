import { expect, test } from '@jest/globals';
import type { Pod } from '../../../testbed/client/objects.js';
import { paths, type Thing, target } from './target.js';

const at = target();
const here = () => paths(at().namespace);

interface SeenPod extends Omit<Pod, 'metadata'>, Pick<Thing, 'metadata'> {}

const isReady = (pod: SeenPod | undefined) =>
  pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const waitingIn = (pod: SeenPod | undefined) => pod?.status.containerStatuses?.[0]?.state.waiting;

async function start(name: string, image: string, isDone: (pod: SeenPod | undefined) => boolean): Promise<SeenPod> {
  const container = { name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] };
  await at().api.create(here().pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } });
  return (await at().api.until<SeenPod>(here().pods, name, isDone)) as SeenPod;
}

test('a pod is bound, gets an address, and becomes ready', async () => {
  const pod = await start('starts', 'x:v1', isReady);
  expect(pod).toMatchObject({
    spec: { nodeName: expect.any(String), restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
    status: {
      phase: 'Running',
      podIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, imageID: expect.stringContaining('@sha256:') }],
    },
  });
  const scheduled = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  expect(scheduled).toMatchObject({ status: 'True' });
});

test('a pod that crashes, and one whose image is missing, say so in the kubelet’s words', async () => {
  const crashing = await start('crashing', 'x:crash', (pod) => waitingIn(pod)?.reason === 'CrashLoopBackOff');
  expect(waitingIn(crashing)?.message).toContain('back-off');
  expect(crashing.status.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  const missing = await start('missing', 'x:missing', (pod) => waitingIn(pod)?.reason === 'ImagePullBackOff');
  expect(missing.status.phase).toBe('Pending');
});

test('the API server passes requests on to a pod, and its answers back', async () => {
  await start('proxied', 'x:v1', isReady);
  const ask = (target: string) => at().api.exchange('GET', `${here().pods}/${target}`);
  const metrics = await ask('proxied:8080/proxy/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('# TYPE http_requests_total counter');
  for (const target of ['proxied/proxy/menu?a=b', 'http:proxied:8080/proxy/menu'])
    expect(await ask(target)).toEqual({ status: 200, text: 'proxied\n' });
  await start('silent', 'x:nodata', isReady);
  expect(await ask('silent:8080/proxy/metrics')).toEqual({ status: 404, text: 'not found\n' });
});

test('a pod that can not be reached is a 503, and one that is not there a 404', async () => {
  const { status } = await start('unreachable', 'x:v1', isReady);
  expect(await at().refused('GET', `${here().pods}/unreachable:9999/proxy/metrics`)).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `error trying to reach service: dial tcp ${status.podIP}:9999: connect: connection refused`,
    reason: 'ServiceUnavailable',
    code: 503,
  });
  await start('down', 'x:crash', (pod) => waitingIn(pod) !== undefined);
  expect(await at().refused('GET', `${here().pods}/down:8080/proxy/metrics`)).toMatchObject({
    code: 503,
    reason: 'ServiceUnavailable',
    message: expect.stringMatching(/^error trying to reach service: /),
  });
  expect(await at().refused('GET', `${here().pods}/nope:8080/proxy/metrics`)).toMatchObject({
    code: 404,
    message: 'pods "nope" not found',
  });
});

test('logs are text; a container that is not there is a 400', async () => {
  await start('told', 'x:crash', (pod) => waitingIn(pod) !== undefined);
  const log = await at().api.exchange('GET', `${here().pods}/told/log?container=app&tailLines=2&previous=true`);
  expect(log.status).toBe(200);
  expect(log.text.trimEnd().split('\n')).toHaveLength(2);
  expect(log.text).toContain('ECONNREFUSED');
  expect(await at().refused('GET', `${here().pods}/told/log?container=zz`)).toMatchObject({
    code: 400,
    message: 'container zz is not valid for pod told',
  });
  expect(await at().refused('GET', `${here().pods}/nope/log`)).toMatchObject({ code: 404 });
});

test('a pod that is deleted serves on for a while, not ready, and is gone then', async () => {
  await start('leaving', 'x:v1', isReady);
  const seen: SeenPod[] = [];
  const following = at().api.until<SeenPod>(here().pods, 'leaving', (pod) => {
    if (pod !== undefined) seen.push(pod);
    return pod === undefined;
  });
  const { code, body } = await at().ask('DELETE', `${here().pods}/leaving`);
  expect([code, body.kind]).toEqual([200, 'Pod']);
  expect(body.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30, generation: 2 });
  await following;
  const leaving = seen.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  expect(leaving.map(isReady)).toContain(false);
});

test('pods are found by their node, and by the phase that they are in', async () => {
  const pod = await start('found', 'x:v1', isReady);
  const names = async (fieldSelector: string) => {
    const { body } = await at().ask<{ items: Thing[] }>('GET', `${here().pods}?${new URLSearchParams({ fieldSelector })}`);
    return body.items.map(({ metadata }) => metadata.name);
  };
  expect(await names(`spec.nodeName=${pod.spec.nodeName},metadata.name=found`)).toEqual(['found']);
  expect(await names('spec.nodeName=,metadata.name=found')).toEqual([]);
  expect(await names('spec.nodeName!=,metadata.name=found')).toEqual(['found']);
  expect(await names('status.phase!=Running,metadata.name=found')).toEqual([]);
});
