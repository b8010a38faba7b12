import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CORRELATION,
  highestPrice,
  lnPrice,
  partForStable,
  pricePerShare,
  raiseFor,
} from '../../../../src/slo/judge/dependence.js';
import { chances } from './chances.js';

/** E[factor^bad], added up over all that could be seen. */
const mean = (factor: number, total: number, share: number, correlation: number): number =>
  chances(total, share, correlation).reduce((sum, chance, bad) => sum + chance * factor ** bad, 0);

const total = fc.integer({ min: 1, max: 120 });
const share = fc.double({ min: 1e-5, max: 0.999, noNaN: true });
const raise = fc.double({ min: 1e-4, max: 0.1, noNaN: true });

test('the price of a bet is what it brings on average at the full correlation, and at least that with less', () => {
  fc.assert(
    fc.property(total, share, raise, fc.constantFrom(0, 0.001, 0.02, CORRELATION), (n, p, r, correlation) => {
      const price = lnPrice(r, n, p);
      expect(Math.log(mean(1 + r, n, p, correlation))).toBeLessThanOrEqual(price + 1e-9);
      if (n <= 50) expect(Math.log(mean(1 + r, n, p, CORRELATION))).toBeCloseTo(price, 8);
      expect(price).toBeLessThanOrEqual(p * pricePerShare(r, n) + 1e-9);
    }),
  );
});

test('the raise that a price pays for costs just that', () => {
  const price = fc.double({ min: 1e-6, max: 200, noNaN: true });
  const count = fc.oneof(total, fc.double({ min: 0.1, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(count, price, (n, asked) => {
      const paid = pricePerShare(raiseFor(asked, n), n);
      expect(Math.abs(paid / asked - 1)).toBeLessThan(1.01e-6);
    }),
  );
});

test('what stable’s bad requests take makes good for the price, at any share that both have', () => {
  const part = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(total, share, part, fc.constantFrom(0, 0.01, CORRELATION), (n, p, some, correlation) => {
      const price = some * highestPrice(n);
      const left = 1 - partForStable(price, n);
      expect(left).toBeGreaterThan(0);
      expect(Math.log(mean(left, n, p, correlation))).toBeLessThanOrEqual(-p * price + 1e-9);
    }),
  );
});
