import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes everything random in this process follow from a seed, for good: names and ids of the cluster, nonces and retries of the product. */
export function seedEverything(seed: number): void {
  const random = seededRandom(seed);
  const integer = (low: number, high?: number) =>
    high === undefined ? Math.floor(random() * low) : low + Math.floor(random() * (high - low));
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => integer(256)));
  Math.random = random;
  Object.assign(crypto, {
    randomInt: integer,
    randomBytes: bytes,
    randomUUID: () =>
      bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  });
  syncBuiltinESMExports();
}
