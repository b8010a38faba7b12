/** Seeded random numbers: the same on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** xoshiro128** (D. Blackman, S. Vigna, 2018), its state filled from the seed by splitmix32. */
  constructor(seed: number) {
    let state = seed | 0;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next()];
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result / 4_294_967_296;
  }

  /** How many of something that happens `mean` times on average, independently of one another. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    return mean < 10 ? this.#poissonByInversion(mean) : this.#poissonByRejection(mean);
  }

  /** Walks up the distribution. */
  #poissonByInversion(mean: number): number {
    let rest = this.uniform();
    let probability = Math.exp(-mean);
    for (let k = 0; k < 200; k++) {
      rest -= probability;
      if (rest < 0) return k;
      probability *= mean / (k + 1);
    }
    return 200;
  }

  /** PTRS (W. Hörmann, The transformed rejection method for generating Poisson random variables, 1993). */
  #poissonByRejection(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const vr = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= vr) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      if (Math.log(v * inverseAlpha) - Math.log(a / (us * us) + b) <= k * Math.log(mean) - mean - lnFactorial(k)) return k;
    }
  }

  /** Standard normal (G. Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const s = x * x + y * y;
      if (s > 0 && s < 1) return x * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Gamma with this shape and scale 1 (G. Marsaglia, W. W. Tsang, 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

const LN_FACTORIALS = Float64Array.from({ length: 128 }, () => 0);
for (let k = 2; k < LN_FACTORIALS.length; k++) LN_FACTORIALS[k] = (LN_FACTORIALS[k - 1] ?? 0) + Math.log(k);

function lnFactorial(k: number): number {
  if (k < LN_FACTORIALS.length) return LN_FACTORIALS[k] ?? 0;
  return (k + 0.5) * Math.log(k) - k + 0.9189385332046727 + 1 / (12 * k) - 1 / (360 * k ** 3);
}
