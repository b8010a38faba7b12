import { expect, test } from '@jest/globals';
import { within } from '../../../src/kernel/within.js';
import { ManualClock } from '../../manual-clock.js';

const forever = new AbortController().signal;

test('work that takes too long is told to stop, and left behind', async () => {
  const clock = new ManualClock();
  let seen: AbortSignal | undefined;
  const late = within(2000, clock, forever, (signal) => {
    seen = signal;
    return new Promise(() => {});
  });
  await expect(clock.until(late)).rejects.toThrow('no answer within 2s');
  expect(seen?.aborted).toBe(true);
});

test('work that is done in time leaves no timer that would keep the step alive', async () => {
  const clock = new ManualClock();
  await expect(within(2000, clock, forever, async () => 'done')).resolves.toBe('done');
  await expect(clock.until(new Promise(() => {}))).rejects.toThrow('nobody sleeps');
});
