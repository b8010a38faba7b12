/**
 * Two requests of one version in the same second may fail together with up to this correlation, and the error bound still holds: their bad
 * share may vary from second to second, and from pod to pod within it, as Beta with this intraclass correlation does, or less.
 */
export const CORRELATION = 0.05;

/**
 * α + β of that Beta distribution, 1/ρ − 1. It is also about what the requests of one second are worth at most, however many: n of them say
 * as much as n / (1 + (n−1)·ρ) independent ones, which stays below 1/ρ.
 */
export const WORTH = 1 / CORRELATION - 1;

/** A part of a request so small that it says nothing. */
export const NOTHING = 1e-9;

/** Up to so many requests the sums below are added up; beyond, and for broken counts, their closed upper bound is as good. */
const ADDED_UP = 50;
/** Newton's method needs some four steps for usual prices, and more the higher the price; this many are never needed. */
const NEWTON_STEPS = 200;

/**
 * A bet multiplies evidence by 1 + `raise` for each bad one of `total` requests of a second. ln of the mean of that product, E[(1 + raise·X)^total],
 * where X, the second's share, is Beta with mean `share`: what a fair bet has to be divided by. Less correlation has a lower mean, as the power is
 * convex in the bad requests.
 */
export function lnPrice(raise: number, total: number, share: number): number {
  if (!isAddedUp(total)) return share * pricePerShare(raise, total);
  let [term, sum] = [1, 1];
  for (let i = 0; i < total; i++) {
    term *= (((total - i) / (i + 1)) * raise * (WORTH * share + i)) / (WORTH + i);
    sum += term;
  }
  return Math.log(sum);
}

/**
 * What `lnPrice` is at most for each unit of share: its derivative at share 0. The two parts of a Dirichlet share are negatively associated, so
 * the price of a sum of shares is at most the sum of prices. Beyond ADDED_UP the bound by a Gamma share and Poisson counts, which are more dispersed.
 */
export function pricePerShare(raise: number, total: number): number {
  return isAddedUp(total) ? addedUp(raise, total).price : -WORTH * Math.log1p((-raise * total) / WORTH);
}

/** The raise for which `pricePerShare` is `price`. */
export function raiseFor(price: number, total: number): number {
  const ofGamma = (-Math.expm1(-price / WORTH) * WORTH) / total;
  if (!isAddedUp(total)) return ofGamma;
  // The price is convex in the raise, so a step from any start ends too high, and each further one stays so and comes nearer.
  let raise = ofGamma;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { price: reached, slope } = addedUp(raise, total);
    const excess = (reached - price) / slope;
    raise -= excess;
    // Newton's method squares the error with each step, so what is left is far below the digits of a number.
    if (Math.abs(excess) <= 1e-8 * raise) break;
  }
  return raise;
}

/**
 * The part of evidence that each bad request of stable takes, so that no common share makes the whole grow: for a share p both sides have, the
 * canary's bet is worth exp(p·price) at most, and (1 − part)^bad of `stableTotal` is at most (1 + part·stableTotal/WORTH)^(−WORTH·p).
 * @param price below that of `highestPrice`
 */
export const partForStable = (price: number, stableTotal: number): number => (Math.expm1(price / WORTH) * WORTH) / stableTotal;

/** The price at which one bad request of stable takes all evidence; with few requests of stable there is no higher bet. */
export const highestPrice = (stableTotal: number): number => WORTH * Math.log1p(stableTotal / WORTH);

/** Whether the sum over the bad requests of a second is short enough, and has a whole number of terms. */
export const isAddedUp = (total: number): boolean => total <= ADDED_UP && Number.isInteger(total);

/** WORTH·Σ (total over i)·raise^i·(i−1)! / (WORTH·(WORTH+1)⋯), i from 1 to total, and its derivative by the raise; Horner's scheme. */
function addedUp(raise: number, total: number): { price: number; slope: number } {
  const terms = TERMS[total] ?? [];
  let [price, slope] = [0, 0];
  for (let i = terms.length - 1; i >= 0; i--) {
    slope = slope * raise + price;
    price = price * raise + (terms[i] ?? 0);
  }
  return { price: price * raise, slope: slope * raise + price };
}

/** The coefficients of those sums, by the number of requests: of raise¹, raise², …. */
const TERMS: ReadonlyArray<readonly number[]> = Array.from({ length: ADDED_UP + 1 }, (_, total) => {
  const terms: number[] = [];
  let term = total;
  for (let i = 1; i <= total; i++) {
    terms.push(term);
    term *= (((total - i) / (i + 1)) * i) / (WORTH + i);
  }
  return terms;
});
