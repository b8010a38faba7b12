import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServerClock } from '../../../../../src/platforms/kubernetes/api/server-clock.js';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const dateAt = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toUTCString();

test('a clock that may be ours is taken for ours: whole seconds tell no finer', () => {
  const clock = new ServerClock();
  clock.hear(dateAt(NOW + 400), NOW + 300, NOW + 900);
  expect(clock.aheadMs).toBe(0);
});

test('whatever the answers took, the difference is known to within what each of them leaves open', () => {
  const answers = fc.array(fc.record({ atMs: fc.nat(60_000), thereMs: fc.nat(900), backMs: fc.nat(900) }), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer({ min: -3_600_000, max: 3_600_000 }), answers, (ahead, all) => {
      const clock = new ServerClock();
      for (const { atMs, thereMs, backMs } of all)
        clock.hear(dateAt(NOW + atMs + thereMs + ahead), NOW + atMs, NOW + atMs + thereMs + backMs);
      const open = Math.min(...all.map(({ thereMs, backMs }) => 1000 + thereMs + backMs));
      expect(Math.abs(clock.aheadMs - ahead)).toBeLessThanOrEqual(open);
    }),
  );
});

test('a clock that is set anew is believed, and an answer without a date says nothing', () => {
  const clock = new ServerClock();
  clock.hear(dateAt(NOW), NOW, NOW);
  clock.hear(undefined, NOW, NOW);
  clock.hear('yesterday', NOW, NOW);
  expect(clock.aheadMs).toBe(0);
  clock.hear(dateAt(NOW + 60_000), NOW, NOW);
  expect(clock.aheadMs).toBe(0); // one answer may be an old one, of a server that was busy
  for (let i = 0; i < 2; i++) clock.hear(dateAt(NOW + 60_000), NOW, NOW);
  expect(Math.abs(clock.aheadMs - 60_000)).toBeLessThanOrEqual(1000);
});
