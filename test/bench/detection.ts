import type { Report } from '../../testbed/load/report.js';
import { absolute, type Row } from './row.js';

/** When a canary that answers nothing but errors was noticed, in milliseconds from the first bad answer that a client saw. */
export interface Detection {
  readonly toZeroMs: number;
  readonly toLastBadMs: number;
}

export async function repeat(what: string, runs: number, detect: () => Promise<Detection>): Promise<Detection[]> {
  const found: Detection[] = [];
  while (found.length < runs) {
    found.push(await detect());
    process.stderr.write(`${what}, ${found.length} of ${runs}: ${JSON.stringify(found.at(-1))}\n`);
  }
  return found;
}

/** The figures of several detections. */
export function summary(name: string, found: readonly Detection[]): Row[] {
  const at = (share: number, of: keyof Detection) => {
    const sorted = found.map((each) => each[of]).sort((a, b) => a - b);
    return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  };
  return [
    absolute(`${name}/p50`, at(0.5, 'toZeroMs'), 'ms', 2000),
    absolute(`${name}/p95`, at(0.95, 'toZeroMs'), 'ms', 3000),
    absolute(`${name}/last-bad/p50`, at(0.5, 'toLastBadMs'), 'ms', 4000),
    absolute(`${name}/last-bad/p95`, at(0.95, 'toLastBadMs'), 'ms', 6000),
  ];
}

/** @param zeroAt when weight 0 was written, in milliseconds since 1970 */
export function detected({ bad }: Report, version: string, zeroAt: number): Detection {
  const span = bad.failed[version];
  if (span === undefined) throw new Error('No client saw a bad answer.');
  return { toZeroMs: zeroAt - span.firstAt, toLastBadMs: span.lastAt - span.firstAt };
}
