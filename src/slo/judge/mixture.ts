/** ln Σ exp(x), without overflow. */
export function lnSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (!Number.isFinite(highest)) return highest;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}

/** ln of the mean of e-values under these weights: an e-value again, as long as the weights add up to 1 and were fixed beforehand. */
export const lnMixture = (lnValues: readonly number[], lnWeights: readonly number[]): number =>
  lnSumExp(lnValues.map((ln, j) => ln + (lnWeights[j] ?? Number.NEGATIVE_INFINITY)));

/** ln of the parts of a whole. */
export function lnShares(parts: readonly number[]): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => Math.log(part / whole));
}

/** So many values from the first to the last, evenly spaced in their logarithm. */
export const geometric = (count: number, first: number, last: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
