import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PlayedPod, playRelease, slo } from '../played-release.js';

type Bed = ReturnType<typeof playRelease>;

/** A clock's worth of chance, the same each time. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How many requests have come by a time, in seconds: at random, so many a second. */
function arriving(rps: number, chance: () => number, seconds: number): (at: number) => number {
  const times: number[] = [];
  for (let at = 0; at < seconds; at += -Math.log(1 - chance()) / rps) times.push(at);
  return (at) => {
    const after = times.findIndex((time) => time > at);
    return after === -1 ? times.length : after;
  };
}

/** How the looks at a pod go. */
interface Looks {
  /** Milliseconds from the question to the page, and from there to its arrival, at most. */
  readonly before: number;
  readonly after: number;
  /** Part of the looks that get no answer. */
  readonly lost: number;
  /** Seconds after which the pod makes its page anew, and when; 0 for each look. */
  readonly cachedFor: number;
  readonly phase: number;
  /** Whether something besides the requests changes on each page that is made. */
  readonly isLively: boolean;
  /** Whether the app counts looks as requests. */
  readonly counts: boolean;
}

const looks: fc.Arbitrary<Looks> = fc.record({
  before: fc.constantFrom(0, 20, 80, 400, 1500),
  after: fc.constantFrom(0, 20, 80, 400),
  lost: fc.constantFrom(0, 0, 0.1, 0.5),
  cachedFor: fc.constantFrom(0, 0, 0, 2, 5, 15, 60),
  phase: fc.integer({ min: 0, max: 59 }),
  isLively: fc.boolean(),
  counts: fc.boolean(),
});

function pod(side: PlayedPod['side'], came: (at: number) => number, how: Looks, chance: () => number, bed: () => Bed): PlayedPod {
  let looked = 0;
  const madeAt = (at: number) =>
    how.cachedFor > 0 ? Math.floor((at + how.phase) / how.cachedFor) * how.cachedFor - how.phase : at;
  const made = new Map<number, string>();
  return {
    side,
    async page() {
      const { clock, seconds } = bed();
      await clock.sleep(chance() * how.before);
      looked++;
      const at = madeAt(seconds());
      const fresh = `r_total{status="200"} ${came(at) + (how.counts ? looked : 0)}\n${how.isLively ? `up_seconds ${at}\n` : ''}`;
      const text = how.cachedFor > 0 ? (made.get(at) ?? fresh) : fresh;
      made.set(at, text);
      await clock.sleep(chance() * how.after);
      return chance() < how.lost ? '' : text;
    },
  };
}

interface Case {
  readonly seed: number;
  readonly rps: number;
  readonly percent: number;
  readonly canary: Looks;
  readonly stable: Looks;
  readonly movesAt: number;
}
const cases: fc.Arbitrary<Case> = fc.record({
  seed: fc.integer(),
  rps: fc.constantFrom(5, 20, 100, 400),
  percent: fc.constantFrom(5, 20, 50),
  canary: looks,
  stable: looks,
  movesAt: fc.constantFrom(-60, 2, 5),
});

/** A hold over a canary that gets its share, or none of it. */
async function held({ seed, rps, percent, canary, stable, movesAt }: Case, gets: 'its share' | 'nothing') {
  const chance = seeded(seed);
  const from = Math.max(0, movesAt + 0.5);
  const share = (rps * percent) / 100;
  const ofCanary = arriving(share, chance, 60);
  const ofStable = arriving(rps - share, chance, 60);
  let bed: Bed;
  const came = (at: number) => (gets === 'nothing' ? 3 : 3 + ofCanary(Math.max(0, at - from)));
  bed = playRelease({
    canary: pod('canary', came, canary, chance, () => bed),
    stable: pod(
      'stable',
      (at) => 50 + ofStable(Math.max(0, at)),
      stable,
      chance,
      () => bed,
    ),
  });
  const start = bed.clock.now();
  const given = { percent, movedAt: start + movesAt * 1000, settleMs: 500 };
  return bed.gate({
    slo: slo('warm-up: 0s\n'),
    holdMs: 40_000,
    settle: 'full',
    share: () => (bed.seconds() >= movesAt ? given : undefined),
  });
}

const AT_ONCE: Looks = { before: 0, after: 0, lost: 0, cachedFor: 0, phase: 0, isLively: true, counts: false };
const beside = (canary: Partial<Looks>, more: Partial<Case> = {}): Case => ({
  seed: 1,
  rps: 100,
  percent: 20,
  movesAt: 2,
  canary: { ...AT_ONCE, ...canary },
  stable: AT_ONCE,
  ...more,
});

/** Each was called silent once. */
const CALLED: readonly Case[] = [
  // Its first page is read just before it is made anew, which shows a shorter life than it has.
  beside({ cachedFor: 15, phase: 8 }),
  beside({ cachedFor: 15, phase: 56, before: 400 }),
  // Looks and probes that may have been counted are as many as its few users.
  beside(
    { before: 1500 },
    { seed: -1064944551, rps: 20, percent: 5, movesAt: -60, stable: { ...AT_ONCE, before: 80, lost: 0.1, isLively: false } },
  ),
  beside({ before: 1500, after: 400 }, { seed: 2147483645, rps: 20, percent: 5, movesAt: -60 }),
];

test('a canary that gets its share is not called silent, however late, slow, lost or old its pages and stable’s are', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      const { verdict, reason, seconds } = await held(each, 'its share');
      expect({ verdict, reason, seconds }).not.toMatchObject({ verdict: 'fail' });
    }),
    { numRuns: 60, examples: CALLED.map((each): [Case] => [each]) },
  );
});

test.each<[string, Case, number]>([
  ['by pages that are made for each look', beside({}), 5],
  ['by those of an app that counts looks', beside({ counts: true }), 5],
  ['by looks of which half are lost', beside({ lost: 0.5 }), 12],
  ['by pages of 5 s', beside({ cachedFor: 5, phase: 3 }), 15],
])('one that gets nothing is called so: %s', async (_, each, within) => {
  const { verdict, reason, seconds } = await held(each, 'nothing');
  expect({ verdict, reason }).toEqual({ verdict: 'fail', reason: expect.stringMatching(/^the canary got no request in /) });
  expect(seconds - each.movesAt - 0.5).toBeLessThanOrEqual(within);
});
