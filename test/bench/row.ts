/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measure of what we compare with, taken in the same run; `null` when the goal is absolute. */
  readonly reference: number | null;
  /** Value over reference. */
  readonly ratio: number | null;
  /** Upper limit of the ratio, or of the value where there is no reference; `null` when the figure is only reported. */
  readonly goal: number | null;
  readonly ok: boolean;
}

/** A figure that is judged by itself. */
export function absolute(name: string, value: number, unit: string, goal: number): Row {
  return { name, value, unit, reference: null, ratio: null, goal, ok: value <= goal };
}

/** A figure that has no goal: it says what to expect, beside a reference where there is one. */
export function reported(name: string, value: number, unit: string, reference: number | null = null): Row {
  const ratio = reference === null ? null : round(value / reference);
  return {
    name,
    value: round(value),
    unit,
    reference: reference === null ? null : round(reference),
    ratio,
    goal: null,
    ok: true,
  };
}

/** A figure that is judged against a reference; `ratio` is given where pairs were measured and the ratio is not that of the medians. */
export function relative(
  name: string,
  value: number,
  unit: string,
  reference: number,
  goal: number,
  ratio = value / reference,
): Row {
  return { name, value: round(value), unit, reference: round(reference), ratio: round(ratio), goal, ok: ratio <= goal };
}

/** The middle one; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
}

/** The smallest value that at least `percent` of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
