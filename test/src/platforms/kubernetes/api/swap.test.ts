import { expect, test } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { ApiError } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { isConflict, swap } from '../../../../../src/platforms/kubernetes/api/swap.js';

const refused = (status: number) => new ApiError(status, 'Refused', `refused with ${status}`);

/** A counter that takes a write only for the version that it has, as the API server does. */
class Counter {
  value = 0;
  version = 0;
  writes = 0;

  add(amount: number, version = this.version, status = 409): number {
    this.writes += 1;
    if (version !== this.version) throw refused(status);
    this.version += 1;
    this.value += amount;
    return this.value;
  }
}

/** Adds 1 by a swap; before the nth write, others are as often faster as `rivals` says. */
async function increment(counter: Counter, rivals: readonly number[], status: number): Promise<number> {
  let tries = 0;
  return swap(async () => {
    const { version } = counter;
    return {
      write: async () => {
        for (let rival = 0; rival < (rivals[tries] ?? 0); rival++) counter.add(10);
        tries += 1;
        return counter.add(1, version, status);
      },
    };
  });
}

test('whatever others do meanwhile, a change is made exactly once or not at all, and none of theirs is lost', async () => {
  await assert(
    asyncProperty(array(integer({ min: 0, max: 2 }), { maxLength: 8 }), constantFrom(409, 422), async (rivals, status) => {
      const counter = new Counter();
      const free = rivals.indexOf(0);
      const needed = (free === -1 ? rivals.length : free) + 1;
      const made = await increment(counter, rivals, status).catch((error: unknown) => error);
      const theirs = rivals.slice(0, Math.min(needed - 1, 5)).reduce((sum, count) => sum + count, 0);
      expect(counter.value).toBe(theirs * 10 + (needed <= 5 ? 1 : 0));
      if (needed <= 5) expect(made).toBe(counter.value);
      else expect(made).toMatchObject({ status });
      expect(counter.writes - theirs).toBe(Math.min(needed, 5));
    }),
  );
});

test('after the last refusal one more look is taken: what is wanted may be there by then', async () => {
  let looks = 0;
  const swapped = swap(async () => {
    looks += 1;
    return looks === 6 ? { done: 'there' } : { write: () => Promise.reject(refused(409)) };
  });
  expect(await swapped).toBe('there');
});

test('a look gets the refusal of the write before it, and nothing at first', async () => {
  const told: unknown[] = [];
  const first = refused(409);
  await swap(async (refusal) => {
    told.push(refusal);
    return told.length === 2 ? { done: undefined } : { write: () => Promise.reject(first) };
  });
  expect(told).toEqual([undefined, first]);
});

test.each([
  ['a write that fails otherwise', { write: () => Promise.reject(refused(403)) }, 403],
  [
    'a refusal that says nothing of somebody else',
    { write: () => Promise.reject(refused(422)), isRaced: (error: unknown) => (error as ApiError).status === 409 },
    422,
  ],
])('%s is not tried again', async (_what, change, status) => {
  let looks = 0;
  const swapped = swap(async () => {
    looks += 1;
    return change;
  });
  await expect(swapped).rejects.toMatchObject({ status });
  expect(looks).toBe(1);
});

test('a look that fails ends the swap, also with an answer that would be a conflict of a write', async () => {
  let looks = 0;
  const swapped = swap<never>(async () => {
    looks += 1;
    throw refused(409);
  });
  await expect(swapped).rejects.toMatchObject({ status: 409 });
  expect(looks).toBe(1);
});

test.each([
  [refused(409), true],
  [refused(422), true],
  [refused(404), false],
  [refused(500), false],
  [new Error('socket hang up'), false],
  [undefined, false],
])('%s: somebody was faster: %s', (error, isOne) => {
  expect(isConflict(error)).toBe(isOne);
});
