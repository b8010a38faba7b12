import { lnEvidenceAbove } from '../../../src/slo/judge/ln-evidence.js';
import type { Gate } from './gates.js';

const RATIOS = Array.from({ length: 16 }, (_, i) => 1.5 * (1000 / 1.5) ** (i / 15));
const AROUND_80 = RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 80) / 1.1) ** 2));
const WEIGHTS = AROUND_80.map((weight) => (0.75 * weight) / AROUND_80.reduce((sum, each) => sum + each) + 0.25 / RATIOS.length);

/**
 * The test that the judge had before: the mean of the two e-values, for independent requests. It fails a canary within `max` that is worse
 * than stable; here it says how early, for the judge's warning to be held against. Leaves out what it did in shared incidents.
 */
export function mixtureGate(max: number, alpha: number): () => Gate {
  return () => {
    let [bad, total, polls] = [0, 0, 0];
    const lnByRatio = RATIOS.map(() => 0);
    return {
      hear({ canary, stable }) {
        bad += canary.bad;
        total += canary.good + canary.bad;
        if (canary.bad > 0) polls++;
        const [n, m] = [canary.good + canary.bad, stable.good + stable.bad];
        if (n > 0 && m > 0) {
          for (const [j, ratio] of RATIOS.entries()) {
            const lnStable = -Math.log((ratio * n + m) / (n + m));
            lnByRatio[j] = (lnByRatio[j] ?? 0) + canary.bad * (Math.log(ratio) + lnStable) + stable.bad * lnStable;
          }
        }
        if (bad <= max * total || (polls < 2 && bad < 3)) return undefined;
        const relative = lnByRatio.reduce((sum, ln, j) => sum + (WEIGHTS[j] ?? 0) * Math.exp(ln), 0);
        return 0.9 * relative + 0.1 * Math.exp(lnEvidenceAbove(bad, total - bad, max)) >= 1 / alpha ? 'fail' : undefined;
      },
    };
  };
}
