const BARS = '▁▂▃▄▅▆▇█';
/** Fits into a line of a terminal beside the client's counts. */
const LONGEST = 30;

/** Shares of 0–1 as a line of bars, the newest last. */
export const sparkline = (shares: readonly number[]): string =>
  shares
    .slice(-LONGEST)
    .map((share) => BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(share * BARS.length)))])
    .join('');
