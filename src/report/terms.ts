import { formatDuration } from '../kernel/duration.js';
import type { Objective } from '../slo/objective/objective.js';
import { formatPercent } from '../slo/objective/percent.js';

/** What an objective asks for, as its table cell says it: `at most 1 % bad`, `95 % within 500 ms`. */
export const termsOf = (objective: Objective): string =>
  objective.kind === 'ratio'
    ? `at most ${formatPercent(objective.max)} bad`
    : `${formatPercent(objective.quantile)} within ${inMilliseconds(objective.thresholdSeconds)}`;

/** What makes a request bad, after the count of those that are: ` over 500 ms`. */
export const whatIsBad = (objective: Objective | undefined): string =>
  objective?.kind === 'histogram' ? ` over ${inMilliseconds(objective.thresholdSeconds)}` : '';

const inMilliseconds = (seconds: number): string => {
  const ms = Number((seconds * 1000).toPrecision(6));
  return ms < 10_000 ? `${ms} ms` : formatDuration(ms);
};
