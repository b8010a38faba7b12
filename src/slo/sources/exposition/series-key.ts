import type { Sample } from './exposition.js';

/** The same for the same series, in whatever order its labels are written. */
export function seriesKey({ metric, labels }: Pick<Sample, 'metric' | 'labels'>, without?: string): string {
  const pairs = [...labels].filter(([label]) => label !== without).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${metric}{${pairs.sort().join(',')}}`;
}
