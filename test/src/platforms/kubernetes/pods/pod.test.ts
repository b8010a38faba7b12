import { describe, expect, test } from '@jest/globals';
import type { V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import {
  describePod,
  isReady,
  readySince,
  runningImageId,
  startFailure,
} from '../../../../../src/platforms/kubernetes/pods/pod.js';

const READY_AT = '2026-01-02T00:00:05Z';
const condition = (type: string, status: string, more: object = {}) =>
  ({ type, status, lastTransitionTime: READY_AT, ...more }) as unknown as V1PodCondition;
const container = (state: V1ContainerStatus['state'] | undefined, more: Partial<V1ContainerStatus> = {}): V1ContainerStatus => ({
  name: 'app',
  image: 'restaurant:2',
  imageID: 'restaurant@sha256:abc',
  ready: false,
  restartCount: 0,
  ...(state && { state }),
  ...more,
});
const pod = (status: V1Pod['status'] = {}, metadata: V1Pod['metadata'] = {}): V1Pod => ({ metadata, status });
const waiting = (reason: string, message?: string) => container({ waiting: { reason, ...(message && { message }) } });
const late = (reason: string, message: string) => pod({ phase: 'Pending', containerStatuses: [waiting(reason, message)] });

describe('ready', () => {
  test('is what the kubelet says, since when it says so', () => {
    const ready = pod({ conditions: [condition('Ready', 'True')] });
    expect([isReady(ready), readySince(ready)]).toEqual([true, Date.parse(READY_AT)]);
  });

  test.each([
    ['has no condition yet', pod()],
    ['fails its probe', pod({ conditions: [condition('Ready', 'False')] })],
    ['has only its containers ready', pod({ conditions: [condition('ContainersReady', 'True')] })],
    ['is going away', pod({ conditions: [condition('Ready', 'True')] }, { deletionTimestamp: READY_AT as unknown as Date })],
  ])('is not a pod that %s', (_what, one) => {
    expect([isReady(one), readySince(one)]).toEqual([false, undefined]);
  });
});

describe('a pod that will never start', () => {
  test.each([['ImagePullBackOff'], ['InvalidImageName'], ['ErrImageNeverPull']])('%s names the image', (reason) => {
    const failure = startFailure(pod({ containerStatuses: [waiting(reason, 'not found')] }));
    expect(failure).toMatchObject({
      code: 'image-not-pullable',
      container: 'app',
      reason: `${reason} for image restaurant:2: not found`,
      hasLog: false,
    });
  });

  test('too little memory is named with the limit, from the first time on; a container that has come back is none of it', () => {
    const killed = container(undefined, { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } });
    const limited = { containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }] };
    const expected = {
      code: 'pod-out-of-memory',
      container: 'app',
      reason: 'OOMKilled: it needed more memory than its limit of 64Mi',
      hasLog: true,
    };
    expect(startFailure({ spec: limited, status: { containerStatuses: [killed] } })).toEqual(expected);
    expect(startFailure({ spec: limited, status: { containerStatuses: [{ ...killed, ready: true }] } })).toBeUndefined();
  });

  test('a crash names the exit code, and that there is a log to read', () => {
    const lastState = { terminated: { exitCode: 1, reason: 'Error' } };
    const crashed = { ...waiting('CrashLoopBackOff', 'back-off 10s'), lastState };
    expect(startFailure(pod({ containerStatuses: [crashed] }))).toMatchObject({
      code: 'pod-crashes',
      container: 'app',
      reason: 'CrashLoopBackOff (exit code 1): back-off 10s',
      hasLog: true,
    });
  });

  test('a container that the runtime can never make is told', () => {
    const message = 'failed to generate container "x" spec: no command specified';
    const failure = startFailure(pod({ containerStatuses: [waiting('CreateContainerError', message)] }));
    expect(failure?.reason).toBe(`CreateContainerError: ${message}`);
  });

  test('an init container that fails is found behind containers that wait for it', () => {
    const init = { ...waiting('CrashLoopBackOff'), name: 'migrate' };
    const failing = pod({ initContainerStatuses: [init], containerStatuses: [waiting('PodInitializing')] });
    expect(startFailure(failing)?.container).toBe('migrate');
  });

  test.each([
    ['lacks a Secret that may be synced late', late('CreateContainerConfigError', 'secret "db" not found')],
    ['was refused its image once', late('ErrImagePull', 'failed to pull and unpack image "x": not found')],
    ['is made while the runtime is busy', late('CreateContainerError', 'context deadline exceeded')],
    ['just begins', pod()],
    ['creates its container', pod({ containerStatuses: [waiting('ContainerCreating')] })],
    ['initializes', pod({ containerStatuses: [waiting('PodInitializing')] })],
    ['runs', pod({ containerStatuses: [container({ running: {} })] })],
    ['has ended once and is started again', pod({ containerStatuses: [container({ terminated: { exitCode: 1 } })] })],
  ])('is not one that %s', (_what, one) => {
    expect(startFailure(one)).toBeUndefined();
  });
});

test.each([
  ['Pending', pod()],
  ['ContainerCreating', pod({ phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] })],
  ['running, not ready', pod({ phase: 'Running', containerStatuses: [container({ running: {} })] })],
  ['CreateContainerConfigError: secret "db" not found', late('CreateContainerConfigError', 'secret "db" not found')],
  ['Failed', pod({ phase: 'Failed' })],
  [
    'Unschedulable: 0/3 nodes are available',
    pod({
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/3 nodes are available' })],
    }),
  ],
])('progress says %s', (text, one) => {
  expect(describePod(one)).toBe(text);
});

test('what runs is what the container runtime reports, of the container that is asked about', () => {
  const statuses = [container(undefined, { name: 'proxy', imageID: 'proxy@sha256:0' }), container(undefined)];
  expect(runningImageId(pod({ containerStatuses: statuses }), 'app')).toBe('restaurant@sha256:abc');
  expect(runningImageId(pod(), 'app')).toBe('');
});

describe('an image that backs off', () => {
  const REPOSITORY = 'registry-1.docker.io/v2/shop/menu';
  test.each([
    ['that does not exist', 'failed to resolve reference "docker.io/shop/menu:v2": docker.io/shop/menu:v2: not found', true],
    ['that CRI-O does not find', 'reading manifest v2 in ghcr.io/shop/menu: manifest unknown', true],
    ['of a private repository', 'pull access denied, repository does not exist or may require authorization', true],
    ['that nobody may pull', 'unauthorized: authentication required', true],
    ['that the token has no right to', 'unexpected status from GET request to https://ghcr.io/token: 403 Forbidden', true],
    [
      'that is rationed',
      `unexpected status code https://${REPOSITORY}/manifests/v2: 429 Too Many Requests - toomanyrequests: unauthenticated pull rate limit`,
      false,
    ],
    ['of a registry that is away', 'dial tcp 192.0.2.1:443: connect: connection refused', false],
    ['of a registry that nobody resolves', 'dial tcp: lookup registry.test on 10.0.0.10:53: no such host', false],
    ['of a registry that is slow', 'net/http: TLS handshake timeout', false],
    ['of a registry that fails', `unexpected status code https://${REPOSITORY}/manifests/v2: 503 Service Unavailable`, false],
    ['whose name has the words in it', 'failed to pull and unpack image "shop/not-found:denied": unexpected EOF', false],
    ['for a reason that is not given', 'Back-off pulling image "shop/forbidden-404:denied"', false],
  ])('%s', (_what, message, isHopeless) => {
    const failure = startFailure(late('ImagePullBackOff', `Back-off pulling image "shop/menu:v2": ErrImagePull: ${message}`));
    expect(failure !== undefined).toBe(isHopeless);
  });
});
