import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lnEvidenceAbove } from '../../../../src/slo/judge/ln-evidence.js';

/** Nodes and weights of the 20-point Gauss–Legendre rule, found by Newton's method on the Legendre polynomial. */
const rule = Array.from({ length: 20 }, (_, i) => {
  let x = Math.cos((Math.PI * (i + 0.75)) / 20.5);
  let slope = 0;
  for (let step = 0; step < 50; step++) {
    let [previous, value] = [1, x];
    for (let n = 2; n <= 20; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
    slope = (20 * (x * value - previous)) / (x * x - 1);
    x -= value / slope;
  }
  return { x, weight: 2 / ((1 - x * x) * slope * slope) };
});

/** ln E by its definition: the integral, taken numerically around the integrand's peak; shares no formula with the code under test. */
function lnEByIntegration(k: number, m: number, p0: number): number {
  const lnIntegrand = (p: number) => (k && k * Math.log1p((p - p0) / p0)) + (m && m * Math.log1p(-(p - p0) / (1 - p0)));
  const peak = Math.max(p0, k / (k + m || 1));
  const top = lnIntegrand(Math.min(peak, 1));
  // Where the integrand has fallen by e^-60 nothing counts any more.
  const edge = (from: number, to: number) => {
    let [inside, outside] = [from, to];
    if (lnIntegrand(to) - top > -60) return to;
    for (let i = 0; i < 200; i++) {
      const middle = (inside + outside) / 2;
      if (lnIntegrand(middle) - top > -60) inside = middle;
      else outside = middle;
    }
    return outside;
  };
  const [low, high] = [peak > p0 ? edge(peak, p0) : p0, edge(peak, 1)];
  // With many requests the integrand is a difference of large terms, and more nodes average their rounding away.
  const panels = k + m > 10_000 ? 200 : 24;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const half = (high - low) / panels / 2;
    const centre = low + half * (2 * panel + 1);
    for (const { x, weight } of rule) sum += half * weight * Math.exp(lnIntegrand(centre + half * x) - top);
  }
  return top + Math.log(sum / (1 - p0));
}

const shares = [0.0005, 0.001, 0.01, 0.05, 0.1, 0.5, 0.9, 0.98, 0.999];
const totals = [0, 1, 2, 3, 7, 20, 59, 223, 1000, 6471, 31_622, 100_000, 1_000_000];
const badShares = [0, 1e-5, 0.0003, 0.001, 0.0021, 0.01, 0.0105, 0.05, 0.2, 0.5, 0.95, 0.99, 1];

test('the evidence is what direct integration gives, to nine digits, up to a million requests', () => {
  let worst = 0;
  for (const share of shares) {
    for (const total of totals) {
      for (const badShare of badShares) {
        const bad = Math.round(total * badShare);
        const expected = lnEByIntegration(bad, total - bad, share);
        const error = Math.abs(lnEvidenceAbove(bad, total - bad, share) - expected) / Math.max(1, Math.abs(expected));
        worst = Math.max(worst, error);
      }
    }
  }
  expect(worst).toBeLessThan(1e-9);
});

test('nothing seen is no evidence', () => {
  for (const share of shares) expect(lnEvidenceAbove(0, 0, share)).toBeCloseTo(0, 12);
});

const count = fc.oneof(fc.nat(50), fc.nat(1_000_000), fc.double({ min: 0, max: 1e12, noNaN: true }));
const anyShare = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

test('no count, however large or broken into parts, makes the evidence infinite or NaN', () => {
  fc.assert(
    fc.property(count, count, anyShare, (bad, good, share) => {
      expect(Number.isFinite(lnEvidenceAbove(bad, good, share))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('one more bad request never weakens the evidence, and one more good request never strengthens it', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), anyShare, (bad, good, share) => {
      const now = lnEvidenceAbove(bad, good, share);
      const slack = 1e-9 * Math.max(1, Math.abs(now));
      expect(lnEvidenceAbove(bad + 1, good, share)).toBeGreaterThan(now - slack);
      expect(lnEvidenceAbove(bad, good + 1, share)).toBeLessThan(now + slack);
    }),
  );
});
