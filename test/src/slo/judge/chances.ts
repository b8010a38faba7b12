/** Chance of each number of bad ones among `n` requests: binomial, or with a share that is Beta with this correlation. */
export function chances(n: number, share: number, correlation: number): number[] {
  if (share === 0 || share === 1) return Array.from({ length: n + 1 }, (_, bad) => Number(bad === share * n));
  const [a, whole] = [share * (1 / (correlation || 1) - 1), 1 / (correlation || 1) - 1];
  // The Pólya urn, request by request: what was bad makes the next one likelier to be bad.
  let chance = [1];
  for (let drawn = 0; drawn < n; drawn++) {
    const next = Array.from({ length: drawn + 2 }, () => 0);
    for (const [bad, p] of chance.entries()) {
      const again = correlation === 0 ? share : (a + bad) / (whole + drawn);
      next[bad + 1] = (next[bad + 1] ?? 0) + p * again;
      next[bad] = (next[bad] ?? 0) + p * (1 - again);
    }
    chance = next;
  }
  return chance;
}
