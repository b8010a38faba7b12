import { formatDuration } from '../lib/duration.js';
import { requestsNeeded } from './judge/judge.js';
import type { Slo } from './objective.js';
import { formatPercent } from './percent.js';

/** The longest that any objective takes to pass without an error, in milliseconds after the warm-up; undefined at no or unknown traffic. */
export function timeNeededMs(slo: Slo, canaryRps: number | undefined): number | undefined {
  if (canaryRps === undefined || !(canaryRps > 0)) return undefined;
  return Math.ceil(Math.max(...slo.objectives.map(requestsNeeded)) / canaryRps) * 1000;
}

/**
 * What is said before a hold: how many requests, and how much time at the present rate, each objective needs for a pass.
 * @param canaryRps requests a second that the canary gets; undefined when it is not known
 */
export function explainNeed(slo: Slo, canaryRps: number | undefined): string {
  const lines = slo.objectives.map((objective) => {
    const needed = requestsNeeded(objective);
    const time = timeNeededMs({ ...slo, objectives: [objective] }, canaryRps);
    const duration = time === undefined ? '' : `, about ${formatDuration(time)}`;
    return `  ${objective.name}: ${needed} requests without an error rule out ${formatPercent(objective.ruleOut)} bad${duration}`;
  });
  const rate =
    canaryRps === undefined
      ? ''
      : canaryRps > 0
        ? ` at ${Number(canaryRps.toPrecision(2))} canary requests a second`
        : ' (the canary gets no requests now)';
  return [`What a pass needs${rate}:`, ...lines].join('\n');
}
