const HALF_LN_2_PI = 0.5 * Math.log(2 * Math.PI);
/** A part of a request so small that it says nothing; below it the machine's numbers run out. */
const NOTHING = 1e-12;
/** Far above what any count up to 10⁹ needs (about the square root of the count near the mode); it only bounds the time. */
const MAX_TERMS = 200_000;

/**
 * Natural logarithm of the e-value against "an event has probability ≤ share", after `events` events and `others` of anything else:
 *
 *     E = ∫_{share}^{1} (p/share)^events · ((1−p)/(1−share))^others dp / (1−share)
 *
 * the likelihood ratio mixed uniformly over all higher probabilities. It equals
 * B(events+1, others+1) · (1 − I_share(events+1, others+1)) / ((1−share) · share^events · (1−share)^others); here the large terms are
 * cancelled on paper, not in the machine, so that a million requests lose no digits. See README.md for the steps.
 *
 * Grows with events, falls with others. Finite for all finite counts ≥ 0, whole or not.
 * @param share in (0, 1)
 * @param rest 1 − share, given by callers that know it without rounding
 */
export function lnEvidenceAbove(events: number, others: number, share: number, rest: number = 1 - share): number {
  const total = events + others;
  if (total < NOTHING) return 0;
  // Few events: the integrand only falls from its 1 at `share`, and E is the continued fraction alone.
  if (rest < (others + 2) / (total + 4)) {
    return Math.log(share) - Math.log(others + 1) + Math.log(betaFraction(others + 1, events + 1, rest));
  }
  // Many events: the peak lies inside; take the whole integral over (0, 1), less the part below `share`.
  const lnWhole =
    deviance(events, total * share) +
    deviance(others, total * rest) -
    Math.log(total + 1) -
    lnPeakOfBinomial(events, others) -
    Math.log(rest);
  const lnBelow = Math.log(share) - Math.log(events + 1) + Math.log(betaFraction(events + 1, others + 1, share));
  return lnWhole + Math.log1p(-Math.exp(lnBelow - lnWhole));
}

/**
 * How much likelier the counts are at their own share of events than at `share`, as a natural logarithm; 0 when their share is not higher.
 * Grows with events, falls with others.
 */
export function lnLikelihoodGain(events: number, others: number, share: number): number {
  const total = events + others;
  if (events <= total * share) return 0;
  return deviance(events, total * share) + deviance(others, total * (1 - share));
}

/** x·ln(x/m) + m − x without cancellation near x = m (C. Loader 2000, "Fast and accurate computation of binomial probabilities", bd0). */
function deviance(x: number, m: number): number {
  if (x === 0) return m;
  const v = (x - m) / (x + m);
  if (Math.abs(v) >= 0.1) return x * (Math.log(x) - Math.log(m)) + m - x;
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** ln of the binomial probability of `events` in `events + others` at its own most likely share (Loader's saddle point). */
function lnPeakOfBinomial(events: number, others: number): number {
  if (events === 0 || others === 0) return 0;
  const total = events + others;
  const spread = HALF_LN_2_PI + 0.5 * (Math.log(events) + Math.log(others) - Math.log(total));
  return stirlingError(total) - stirlingError(events) - stirlingError(others) - spread;
}

/** ln Γ(x+1) − ((x+½)·ln x − x + ½·ln 2π), for x > 0: what Stirling's formula leaves out. */
function stirlingError(x: number): number {
  if (x < 10) {
    // Γ(x+1) from Γ(x+1+10) by the recurrence.
    let lnProduct = 0;
    for (let i = 1; i <= 10; i++) lnProduct += Math.log(x + i);
    const y = x + 10;
    const lnGamma = stirlingError(y) + (y + 0.5) * Math.log(y) - y + HALF_LN_2_PI - lnProduct;
    return lnGamma - ((x + 0.5) * Math.log(x) - x + HALF_LN_2_PI);
  }
  const s = 1 / (x * x);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x;
}

/**
 * The continued fraction F of the incomplete beta function, I_x(a, b) = x^a·(1−x)^b / (a·B(a, b)) · F (DLMF 8.17.22), by Lentz's method.
 * Converges quickly for x < (a+1)/(a+b+2).
 */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = ((m * (b - m)) / (a + 2 * m - 1) / (a + 2 * m)) * x;
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) / (a + 2 * m)) * ((a + b + m) / (a + 2 * m + 1)) * x;
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}
