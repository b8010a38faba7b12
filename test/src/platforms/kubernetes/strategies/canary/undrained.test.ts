import { expect, test } from '@jest/globals';
import type { V1Deployment, V1Lifecycle } from '@kubernetes/client-node';
import type { App } from '../../../../../../src/platforms/kubernetes/app/app.js';
import { warnOfUndrained } from '../../../../../../src/platforms/kubernetes/strategies/canary/undrained.js';

const TRAEFIK = { carriesAll: true, settleMs: 3000 } as const;
const PODS = { carriesAll: false, settleMs: 2000 } as const;

function warnings(
  promotion: 'surge' | 'in-place',
  router: typeof TRAEFIK | typeof PODS,
  preStop?: V1Lifecycle['preStop'],
  grace?: number,
  isPassed = false,
): string {
  const container = { name: 'app', ...(preStop && { lifecycle: { preStop } }) };
  const spec = {
    containers: [{ name: 'proxy' }, container],
    ...(grace !== undefined && { terminationGracePeriodSeconds: grace }),
  };
  const deployment = { spec: { template: { spec } } } as V1Deployment;
  const said: string[] = [];
  warnOfUndrained({ deployment, container: 'app' } as App, promotion, router, isPassed, { warning: (text) => said.push(text) });
  return said.join('\n');
}

test.each([
  ['a promotion that keeps the traffic off stable', warnings('surge', TRAEFIK)],
  ['an app that waits for longer than the proxies', warnings('in-place', TRAEFIK, { sleep: { seconds: 5 } })],
  ['an app that decides by itself when to end', warnings('in-place', PODS, { exec: { command: ['/drain'] } })],
])('%s needs no warning', (_, said) => {
  expect(said).toBe('');
});

test.each([
  ['does not wait at all', warnings('in-place', TRAEFIK), /app has no preStop hook.*sleep: \{ seconds: 5 \}.*promotion: surge/],
  ['has no route to keep its traffic off stable', warnings('surge', PODS), /no preStop hook.*seconds: 4 .*behind an HTTPRoute/],
  ['waits too short', warnings('in-place', TRAEFIK, { sleep: { seconds: 2 } }), /sleeps for 2s .* less than the 3s/],
  [
    'has callers past the split',
    warnings('surge', TRAEFIK, undefined, undefined, true),
    /no preStop hook.*past the split.*seconds: 5 .*through the route/,
  ],
  ['is killed while it waits', warnings('in-place', TRAEFIK, { exec: { command: ['/drain'] } }, 2), /killed 2s after .* 3s/],
])('an app that %s is told of, with what helps', (_, said, expected) => {
  expect(said).toMatch(expected);
});
