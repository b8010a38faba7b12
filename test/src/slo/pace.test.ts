import { describe, expect, test } from '@jest/globals';
import { Pace, type PodLook } from '../../../src/slo/pace.js';

/** Numbers that look like chance and are the same each time (Park and Miller, 1988). */
function chance(seed: number) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** So many requests as independent users make, when they make `mean` of them as a rule (Knuth's way). */
function users(mean: number, random: () => number): number {
  let [count, product] = [-1, 1];
  for (const end = Math.exp(-mean); product > end; count++) product *= random();
  return count;
}

type Rate = (pod: string, second: number) => number;
interface Played {
  readonly seconds?: number;
  readonly canaries?: number;
  readonly stables?: number;
  readonly paths?: readonly string[];
}

/** What is said after looks at pods that get requests like this. */
function cautionOf(rate: Rate, { seconds = 20, canaries = 1, stables = 3, paths = ['/lb-check'] }: Played = {}) {
  const pace = new Pace();
  const random = chance(7);
  let late = 0;
  for (let second = 0; second < seconds; second++) {
    // Looks come some hundredths of a second early or late.
    const before = late;
    late = 80 * (random() - 0.5);
    const looks = (side: string, pods: number): PodLook[] =>
      Array.from({ length: pods }, (_, i) => ({
        uid: `${side}-${i}`,
        elapsedMs: 1000 + late - before,
        requests: rate(`${side}-${i}`, second),
      }));
    pace.hear({ canary: { looks: looks('canary', canaries), paths }, stable: { looks: looks('stable', stables), paths } });
  }
  return pace.caution;
}

test('a load balancer that asks each pod four times a second is said to be one, with its path and what to do', () => {
  expect(cautionOf(() => 4)).toMatch(
    /^all 320 requests to \/lb-check came to each of 4 pods of both versions at the same even pace, 4 a second.*`upkeep-paths: \/lb-check`/,
  );
});

describe('so are', () => {
  test.each<[string, Rate, Played]>([
    [
      'checks that fall into one look now and into the next then',
      (_, second) => (second % 9 === 0 ? 3 : second % 9 === 1 ? 5 : 4),
      {},
    ],
    [
      'forty proxies that each check once in ten seconds, all at once',
      (_, second) => (second % 10 === 0 ? 40 : 0),
      { seconds: 120 },
    ],
    ['checks of which no label tells the path', () => 4, { paths: [''] }],
    ['checks of one canary pod and one of stable', () => 4, { stables: 1 }],
  ])('%s', (_, rate, played) => {
    expect(cautionOf(rate, played)).toBeDefined();
  });
});

describe('nothing is said of', () => {
  const random = chance(11);
  test.each<[string, Rate, Played]>([
    ['users, few of them', () => users(4, random), {}],
    ['users, many of them', () => users(80, random), { seconds: 120 }],
    ['an even load of which the router leads half to either by chance', halves(chance(5)), { stables: 1, seconds: 60 }],
    ['an even load that is split by weights, and not by pods', (pod) => (pod.startsWith('canary') ? 10 : 30), {}],
    ['requests of several paths', () => 4, { paths: ['/menu', '/orders'] }],
    ['requests of which some have no path', () => 4, { paths: ['', '/orders'] }],
    ['a page that is made anew every ten seconds', (_, second) => (second % 10 === 0 ? users(40, random) : 0), { seconds: 120 }],
    ['a few looks', () => 4, { seconds: 5 }],
    ['one side alone', () => 4, { stables: 0 }],
    ['silence', () => 0, {}],
  ])('%s', (_, rate, played) => {
    expect(cautionOf(rate, played)).toBeUndefined();
  });
});

/** A hundred requests a second, each of which goes to the one pod or to the other. */
function halves(random: () => number): Rate {
  let canary = 0;
  return (pod) => {
    if (pod.startsWith('stable')) return 100 - canary;
    canary = Array.from({ length: 100 }, random).filter((value) => value < 0.5).length;
    return canary;
  };
}
