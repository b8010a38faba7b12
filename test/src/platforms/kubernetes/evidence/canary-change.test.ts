import { describe, expect, test } from '@jest/globals';
import type { V1ManagedFieldsEntry } from '@kubernetes/client-node';
import { type PlayedDeployment, type PlayedPod, playRelease, RELEASED, rate } from '../../../release/played-release.js';

const good: PlayedPod = { side: 'canary', ok: rate(20) };
const stable: PlayedPod = { side: 'stable', ok: rate(80) };

const claim = (manager: string, fieldsV1: object, time = '2026-01-02T00:00:04Z'): V1ManagedFieldsEntry => ({
  manager,
  fieldsV1,
  time: time as unknown as Date,
});
const template = (fields: object) => ({ 'f:spec': { 'f:template': fields } });
const image = { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } };
const setImage = claim('kubectl-set', template(image));

/** What is released, and from a moment on something else. */
const from =
  (at: number, then: Omit<PlayedDeployment, 'version'> & { readonly version?: string }) =>
  (seconds: number): PlayedDeployment =>
    seconds < at ? { version: 'v2' } : { version: 'v2', ...then };

describe('a canary that somebody has changed is no evidence of what was released', () => {
  test.each<[string, (seconds: number) => PlayedDeployment, RegExp]>([
    [
      'before the gate came',
      from(-1, { version: 'v9', by: [setImage] }),
      /^Deployment restaurant-canary runs restaurant:v9 and not restaurant:v2: somebody changed it after this release had written it \(kubectl-set at 2026-01-02T00:00:04.000Z\)/,
    ],
    ['in the middle of a hold', from(2, { version: 'v9', by: [setImage] }), /runs restaurant:v9/],
    [
      'in its environment alone',
      from(-1, { env: 'short', by: [claim('kubectl-edit', template(image))] }),
      /another pod template with the same image, restaurant:v2.*kubectl-edit/,
    ],
    [
      'and was restarted besides, which is no change',
      from(-1, {
        version: 'v9',
        by: [
          setImage,
          claim(
            'kubectl-rollout',
            template({ 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } } }),
            '2026-01-02T00:00:09Z',
          ),
        ],
      }),
      /\(kubectl-set at/,
    ],
    [
      'and Reloader started it anew besides',
      from(-1, {
        version: 'v9',
        reloaded: 'a1b2',
        by: [
          setImage,
          claim(
            'Reloader',
            template({
              'f:spec': {
                'f:containers': {
                  'k:{"name":"app"}': {
                    'f:env': { '.': {}, 'k:{"name":"STAKATER_MENU_CONFIGMAP"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
                  },
                },
              },
            }),
            '2026-01-02T00:00:09Z',
          ),
        ],
      }),
      /\(kubectl-set at/,
    ],
    ['on a server that does not say who', from(-1, { version: 'v9' }), /the API server does not say who/],
  ])('%s', async (_, deployment, words) => {
    const gate = await playRelease({ good, stable }, { deployment }).gate();
    expect(gate).toMatchObject({ verdict: 'error', reason: expect.stringMatching(words) });
    expect(gate.seconds).toBeLessThan(7);
  });

  test('seen for the first time by the look before a pass', async () => {
    const { verdict, seconds } = await playRelease({ good, stable }, { deployment: from(1.5, { version: 'v9' }) }).gate();
    expect({ verdict, seconds }).toEqual({ verdict: 'error', seconds: 4 });
  });

  test('nor does what its pods do speak against the version: a crash of theirs is nobody’s breach', async () => {
    const crashed: PlayedPod = {
      side: 'canary',
      version: 'v9',
      bad: rate(20),
      status: () => ({ phase: 'Failed', reason: 'Error' }),
    };
    const gate = await playRelease({ crashed, stable }, { deployment: from(-1, { version: 'v9', by: [setImage] }) }).gate();
    expect(gate.verdict).toBe('error');
    expect(gate.objectives[0]).toMatchObject({ good: 0, bad: 0 });
  });

  test('but what its own pods did before still fails it', async () => {
    const failing: PlayedPod = { side: 'canary', bad: rate(20) };
    expect((await playRelease({ failing, stable }, { deployment: from(3, { version: 'v9' }) }).gate()).verdict).toBe('fail');
  });

  test('by the image alone where the record does not say more', async () => {
    const released = { canary: RELEASED.canary, platform: RELEASED.platform };
    const play = (deployment: () => PlayedDeployment) => playRelease({ good, stable }, { deployment, released }).gate();
    expect((await play(() => ({ version: 'v2', env: 'short' }))).verdict).toBe('pass');
    expect((await play(() => ({ version: 'v9' }))).verdict).toBe('error');
  });
});

describe('pods of another version are left out, and waited for', () => {
  test('after a change was rolled back, until the last of them is gone', async () => {
    const left: PlayedPod = { side: 'canary', version: 'v9', bad: rate(50), isThere: (at) => at < 20 };
    const { verdict, seconds, objectives } = await playRelease({ good, left, stable }, { replicas: 1 }).gate();
    expect(verdict).toBe('pass');
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(objectives[0]?.bad).toBe(0);
  });

  test('also when their image was changed in place', async () => {
    const owner = { 'f:metadata': { 'f:ownerReferences': {} } };
    const edited: PlayedPod = {
      ...good,
      managedFields: [claim('kube-controller-manager', owner), claim('kubectl-set', image)],
    };
    const { verdict, reason } = await playRelease({ good, edited, stable }).gate();
    expect({ verdict, reason }).toEqual({
      verdict: 'inconclusive',
      reason: 'Not every pod of the canary could be judged: pod edited is not of the version that this release has written.',
    });
  });
});

test.each<[string, Omit<PlayedDeployment, 'version'>]>([
  ['it was restarted', { restartedAt: '2026-01-02T00:00:04Z' }],
  ['Reloader started it anew', { reloaded: 'a1b2' }],
  ['it was scaled by hand', { replicas: 1, by: [claim('kubectl-scale', { 'f:spec': { 'f:replicas': {} } })] }],
])('%s: that is no change of the version', async (_, changes) => {
  expect((await playRelease({ good, stable }, { deployment: from(-1, changes) }).gate()).verdict).toBe('pass');
});

test('two pods of one tag that run two images are of two versions, and not of the version that is judged', async () => {
  const build = (digit: string): PlayedPod => ({ ...good, imageId: `ghcr.test/restaurant@sha256:${digit.repeat(64)}` });
  const moved = await playRelease({ first: build('a'), second: build('b'), stable }).gate();
  expect(moved).toMatchObject({
    verdict: 'error',
    reason: expect.stringMatching(
      /The tag of restaurant:v2 leads to another image than when the canary began: its pods run sha256:a+ and sha256:b+/,
    ),
  });
  expect((await playRelease({ first: build('a'), second: build('a'), stable }).gate()).verdict).toBe('pass');
});

test('what a webhook makes of a pod at its creation is no change either', async () => {
  const everything = { 'f:metadata': { 'f:ownerReferences': {} }, ...image };
  const admitted: PlayedPod = { ...good, managedFields: [claim('kube-controller-manager', everything)] };
  expect((await playRelease({ admitted, stable }).gate()).verdict).toBe('pass');
});
