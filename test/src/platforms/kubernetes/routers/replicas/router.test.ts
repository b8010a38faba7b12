import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../../../src/kernel/errors.js';
import { replicasRouter } from '../../../../../../src/platforms/kubernetes/routers/replicas/router.js';
import { someApp } from '../../app/apps.js';
import { connectTo } from '../../bed.js';

const router = replicasRouter(connectTo({ server: 'http://127.0.0.1:9' }), someApp());

test('no other number of canary pods comes nearer to the share that was asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 200 }), (percent, stable) => {
      const pods = router.canaryReplicas(percent, stable);
      const wanted = (percent * stable) / (100 - percent);
      expect(pods).toBeGreaterThanOrEqual(1);
      if (pods > 1) expect(Math.abs(pods - wanted)).toBeLessThanOrEqual(0.5);
    }),
  );
});

test('a share that would need a crowd of canary pods is refused with what to do instead', () => {
  expect(() => router.canaryReplicas(99, 3)).toThrow(UserError);
  expect(() => router.canaryReplicas(99, 3)).toThrow(
    '99 % without a router needs 297 canary pods beside 3 of stable. Use an HTTPRoute',
  );
});

test('to promote, as many canary pods as stable has are enough', () => {
  expect(router.canaryReplicas(100, 3)).toBe(3);
});
