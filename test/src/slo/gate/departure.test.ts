import { expect, test } from '@jest/globals';
import { playRelease, rate } from '../../release/played-release.js';

const stable = { side: 'stable', ok: rate(80) } as const;
const good = { side: 'canary', ok: rate(20) } as const;
const TAKEN = 'HTTPRoute shop/restaurant gives it 2 %. `kubectl-edit` wrote its rules.';
/** Somebody writes the route at a time, in seconds. */
const departing = (bed: ReturnType<typeof playRelease>, at: number) => ({
  departure: async () => (bed.seconds() >= at ? TAKEN : undefined),
});

test('a canary that has another share than the one it is judged at is not waited for', async () => {
  const bed = playRelease({ good, stable });
  const { verdict, reason, seconds } = await bed.gate(departing(bed, 0));
  expect({ verdict, seconds }).toEqual({ verdict: 'inconclusive', seconds: 0 });
  expect(reason).toBe(`${TAKEN} A verdict would be of a share that the canary does not have.`);
});

test('a pass is of the share that is live at its end, also where that was changed in the hold', async () => {
  const bed = playRelease({ good, stable });
  expect(await bed.gate(departing(bed, 2))).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining(TAKEN) });
  expect(bed.seconds()).toBeLessThan(10);
  const late = playRelease({ good, stable });
  expect(await late.gate({ ...departing(late, 12), settle: 'full' })).toMatchObject({ verdict: 'inconclusive', seconds: 20 });
  const whole = playRelease({ good, stable });
  expect(await whole.gate(departing(whole, 100))).toMatchObject({ verdict: 'pass' });
});

test('a share that nobody can read gives no pass, and one lost answer decides nothing', async () => {
  const away = async () => {
    throw new Error('the API server does not answer');
  };
  const unread = await playRelease({ good, stable }).gate({ departure: away });
  expect(unread).toMatchObject({ verdict: 'error', reason: expect.stringContaining('the API server does not answer') });
  let asked = 0;
  const once = async () => (asked++ % 2 === 0 ? away() : undefined);
  expect(await playRelease({ good, stable }).gate({ departure: once })).toMatchObject({ verdict: 'pass' });
});

test('a canary whose share somebody took away in the hold is not blamed for its silence', async () => {
  const until = (at: number) => Math.min(at, 1) * 20;
  const bed = playRelease({ silent: { side: 'canary', ok: until }, stable });
  expect(await bed.gate(departing(bed, 1))).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining(TAKEN) });
  expect(bed.seconds()).toBeLessThan(15);
  const blamed = await playRelease({ silent: { side: 'canary', ok: until }, stable }).gate({ departure: async () => undefined });
  expect(blamed).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/got no request/) });
});

test('a bad canary fails whatever its share has become', async () => {
  const bed = playRelease({ bad: { side: 'canary', bad: rate(20) }, stable });
  expect(await bed.gate(departing(bed, 1))).toMatchObject({ verdict: 'fail' });
});
