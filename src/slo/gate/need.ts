import { formatDuration } from '../../kernel/duration.js';
import { leadingObjective } from '../evidence/evidence-line.js';
import { type Need, needToFail, needToPass, type Traffic } from '../judge/enough.js';
import { type Terms, termsOf } from '../judge/judge.js';
import type { Objective, Slo } from '../objective/objective.js';
import { formatPercent } from '../objective/percent.js';

/** How the canary may fail, for the announcement: altogether, and in one request of ten. */
const [ALL_BAD, TENTH_BAD] = [1, 0.1];

/** The terms that the file sets for one of its objectives. */
export const termsIn = (slo: Slo, objective: Objective): Terms =>
  termsOf(objective, slo.objectives.length, slo.compare === 'stable');

/**
 * What is said before a hold: how many requests, and how many minutes at the present rate, a pass and a fail need for each objective.
 * @param traffic what canary and stable get now, by name of the objective; undefined when it is not known
 */
export function explainNeed(slo: Slo, traffic?: ReadonlyMap<string, Traffic>): string {
  const lines = slo.objectives.map((objective) => {
    const terms = termsIn(slo, objective);
    const assumed = traffic?.get(objective.name) ?? { canaryRps: 0 };
    const pass = needToPass(terms, assumed);
    const [all, tenth] = [needToFail(terms, assumed, ALL_BAD), needToFail(terms, assumed, TENTH_BAD)];
    const fail = [
      ...(all ? [`${all.requests} if all are bad${time(all, '')}`] : []),
      ...(tenth ? [`${tenth.requests} if ${formatPercent(TENTH_BAD)} are${time(tenth, '')}`] : []),
    ];
    const proof = `${pass.requests} requests without an error rule out ${formatPercent(objective.ruleOut)} bad${time(pass, 'about ')}`;
    return `  ${objective.name}: ${proof}${fail.length > 0 ? `; a fail takes about ${fail.join(', ')}` : ''}`;
  });
  return [`What a pass needs${rateOf(slo, traffic)}, and a fail:`, ...lines].join('\n');
}

function rateOf(slo: Slo, traffic: ReadonlyMap<string, Traffic> | undefined): string {
  if (traffic === undefined) return '';
  const { canaryRps = 0 } = traffic.get(leadingObjective(slo)?.name ?? '') ?? {};
  return canaryRps > 0
    ? ` at ${Number(canaryRps.toPrecision(2))} canary requests a second`
    : ' (the canary gets no requests now)';
}

/** ` (about 1m20s)`; nothing when the rate is not known. */
const time = ({ minutes }: Need, about: string): string =>
  Number.isFinite(minutes) ? ` (${about}${formatDuration(Math.max(1, Math.ceil(minutes * 60)) * 1000)})` : '';
