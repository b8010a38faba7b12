import type { Counts } from '../objective/objective.js';
import { formatPercent } from '../objective/percent.js';
import { requestsToPass } from './enough.js';
import type { Judgement, Terms } from './judge.js';
import type { JudgeState } from './state.js';

/** That stable does better, in one sentence without a full stop. */
export const explainWorse = ({ good, bad, beside }: JudgeState): string =>
  `stable does better: ${countedBad({ good, bad })}, against ${ofStable(beside)} at the same time`;

/** Says why, in one sentence without a full stop. */
export function explain(terms: Terms, { state, cause, verdict, unproven, isWorse }: Judgement): string {
  const { good, bad, beside } = state;
  const seen = countedBad({ good, bad });
  const [max, ruleOut] = [formatPercent(terms.max), formatPercent(terms.ruleOut)];
  const stableTotal = (beside?.good ?? 0) + (beside?.bad ?? 0);
  const stable = ofStable(beside);
  switch (cause) {
    case 'no-data':
      return 'no request was counted';
    case 'above-max':
      return `${seen}, more than ${max} allows`;
    case 'worse-than-stable':
      if (unproven !== undefined) return explainWorse(state);
      return verdict === 'fail'
        ? `${seen}, more than ${max} allows, against ${stable} at the same time`
        : `${seen}: ${ruleOut} or more is ruled out, but stable does better (${stable})`;
    case 'ruled-out':
      return `${seen}; ${ruleOut} or more is ruled out`;
    case 'between-limits':
      return `${seen}: ${ruleOut} or more is ruled out, but they speak against ${max}`;
    case 'shared-incident':
      return `shared incident: ${seen}, but so were ${stable}; both versions are above ${max}, ${isWorse ? 'the canary more so' : 'so it is not the canary'}`;
    case 'stable-unclear':
      return `${seen}, more than ${max} allows, but ${stable} do not tell yet whether it fails as well`;
    case 'single-burst':
      return `${seen}, all in one poll; a second poll with bad requests, or 3 of them, makes it a fail`;
    case 'nothing-beside':
      return `${seen}, but stable had too few requests at the same time (${stableTotal}) to compare with`;
    case 'too-few-requests':
      return `${seen}; ${requestsToPass(terms, state)} more without an error would rule out ${ruleOut}`;
  }
}

const countedBad = ({ good, bad }: Counts): string =>
  `${bad} of ${good + bad} requests were bad${bad > 0 ? ` (${formatPercent(bad / (good + bad))})` : ''}`;

function ofStable(beside: Counts | null): string {
  const { good, bad } = beside ?? { good: 0, bad: 0 };
  return `${bad} of ${good + bad} of stable's${good + bad > 0 ? ` (${formatPercent(bad / (good + bad))})` : ''}`;
}
