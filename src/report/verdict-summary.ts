import type { Release } from '../release/record/record.js';
import type { GateResult } from '../slo/gate/gate-result.js';
import type { Counts, Objective } from '../slo/objective/objective.js';
import { escapeMarkdown, prose, table } from './markdown.js';
import { starterRows } from './starter.js';
import { termsOf, whatIsBad } from './terms.js';

/** The job summary of one gate: the verdict, whose release it is about, and per objective what it asks for and what the verdict rests on. */
export function verdictSummary(app: string, gate: GateResult, asked: readonly Objective[], release: Release): string {
  const { owner, canary, weight } = release;
  const facts = [['New version', `${canary.image}, at ${weight} %`], ...starterRows(owner, 'Started by')];
  const next = PASSES.has(gate.verdict)
    ? 'The next step may go on.'
    : 'It does not go on: what a breach has not put back already is put back when this job ends, unless `on-job-failure: hold` leaves it.';
  return `### ${escapeMarkdown(app)}: ${gate.verdict}\n\n**What now:** ${prose(next)}\n\n${table(['', ''], facts)}\n\n${verdictTable(gate, asked)}\n`;
}

const PASSES: ReadonlySet<string> = new Set(['pass', 'warn']);

/** The same without a heading, beside something else. */
export function verdictTable(
  { verdict, reason, caution, objectives, startedAt, endedAt }: GateResult,
  asked: readonly Objective[],
): string {
  const compared = objectives.some(({ stable }) => stable !== undefined);
  const rows = objectives.map(({ name, verdict: own, good, bad, badShare, stable, lnE, lnEToFail, upperBound, toPass }) => {
    const objective = asked.find((each) => each.name === name);
    const over = whatIsBad(objective);
    return [
      objective ? `${name}: ${termsOf(objective)}` : name,
      own,
      counted(good, bad, badShare, over),
      ...(compared ? [stable ? counted(stable.good, stable.bad, shareOf(stable), over) : ''] : []),
      `${power(lnE)} of ${power(lnEToFail)}`,
      share(upperBound),
      toPass.requests === 0 ? 'enough' : `${toPass.requests} more`,
    ];
  });
  const header = [
    'Objective',
    'Verdict',
    'Bad requests',
    ...(compared ? ["Stable's at the same time"] : []),
    'Evidence for a fail',
    'Excluded above',
    'Good requests for a pass',
  ];
  // The reason is that of the gate's verdict alone; what it leaves out is said below the table.
  const warnings = objectives
    .filter(({ warning, verdict: own }) => warning !== undefined && own !== verdict)
    .map(({ name, warning }) => `Warning: ${escapeMarkdown(`${name}: ${warning}`)}.\n\n`);
  const doubt = caution === undefined ? '' : `Caution: ${escapeMarkdown(caution)}.\n\n`;
  const seconds = ((endedAt - startedAt) / 1000).toFixed(0);
  return `Gate: ${verdict}. ${escapeMarkdown(reason)}\n\n${table(header, rows)}\n\n${warnings.join('')}${doubt}Watched for ${seconds} s.`;
}

/** The job summary of a gate that had nothing to judge, and says so without a verdict. */
export const nothingJudgedSummary = (app: string, reason: string): string =>
  `### ${escapeMarkdown(app)}: nothing to judge\n\n${escapeMarkdown(reason)}\n`;

const counted = (good: number, bad: number, badShare: number | undefined, over: string): string =>
  badShare === undefined ? 'no data' : `${bad} of ${good + bad}${over} (${share(badShare)})`;

const shareOf = ({ good, bad }: Counts): number | undefined => (good + bad > 0 ? bad / (good + bad) : undefined);

const share = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** An e-value from its logarithm, as a reader can take it in: `0.3`, `57`, `10^12`. */
const power = (ln: number): string => {
  const value = Math.exp(ln);
  if (value > 1e6) return `10^${Math.floor(ln / Math.LN10)}`;
  return value < 0.01 ? '0' : String(Number(value.toPrecision(2)));
};
