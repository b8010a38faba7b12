import { UserError } from '../../kernel/errors.js';
import { type JudgeCause, type Judgement, judge, type Terms } from '../judge/judge.js';
import { upperBound } from '../judge/rule-out.js';
import { type JudgeState, noEvidence, type Poll } from '../judge/state.js';
import { type EvidenceLine, parseEvidenceLine } from './evidence-line.js';

/** What the judge says after one line of recorded evidence. */
export interface ReplayedLine {
  readonly t: number;
  readonly verdict: Judgement['verdict'];
  readonly reason: JudgeCause;
  readonly lnEAbsolute: number;
  /** null when the canary is judged alone */
  readonly lnERelative: number | null;
  /** A bad share above this is excluded; a fraction. */
  readonly upper: number;
  /** Requests of the canary so far. */
  readonly n: number;
}

/**
 * Judges recorded evidence again, as the gate did: a line with `before` starts from what the gate knew then, one without `stable` was judged
 * alone.
 * @param lines JSON, one look each; empty ones are passed over
 * @param terms given once the lines are known, as only they may tell whether stable was recorded
 * @param objective which one, where the lines have several
 * @param path of the file, for messages
 * @throws UserError naming the line that is none, or that is out of order; when there is no line at all, as nothing was then decided by it
 */
export function* replay(
  lines: readonly string[],
  terms: (seen: { readonly stable: boolean }) => Terms,
  objective: string | undefined,
  path: string,
): Generator<ReplayedLine> {
  const read = lines.flatMap((text, i) => (text.trim() === '' ? [] : [parseEvidenceLine(text, `${path}:${i + 1}`)]));
  if (read.length === 0) throw new UserError('evidence-unreadable', `${path} holds no evidence: not a single look was recorded`);
  const disordered = read.findIndex(({ t }, i) => i > 0 && t < (read[i - 1]?.t ?? t));
  if (disordered > 0) {
    const [earlier, later] = [read[disordered - 1]?.t, read[disordered]?.t];
    throw new UserError(
      'evidence-unreadable',
      `${path}: the line at t=${later} comes after the one at t=${earlier}; looks must be in the order of their times`,
    );
  }
  const chosen = terms({ stable: read.some(({ stable }) => stable !== undefined && stable.good + stable.bad > 0) });
  let state: JudgeState = noEvidence;
  for (const line of read) {
    if (line.before) state = line.before[objective ?? line.objective ?? ''] ?? noEvidence;
    const poll = pollOf(line, objective, path);
    // Where the canary had all traffic there was nothing beside it, and the gate judged it alone.
    const judgement = judge({ ...chosen, compare: chosen.compare && poll.stable !== undefined }, state, poll);
    state = judgement.state;
    yield replayed(line.t, judgement);
  }
}

function pollOf(line: EvidenceLine, objective: string | undefined, path: string): Poll {
  if (objective === undefined || line.objective === undefined || line.objective === objective) return line;
  const other = Object.hasOwn(line.objectives ?? {}, objective) ? line.objectives?.[objective] : undefined;
  if (other) return other;
  const names = [line.objective, ...Object.keys(line.objectives ?? {})].join(', ');
  throw new UserError('evidence-unreadable', `${path}: the line at t=${line.t} has no objective ${objective}; it has ${names}`);
}

function replayed(t: number, { state, verdict, cause, lnEAbsolute, lnERelative }: Judgement): ReplayedLine {
  const rounded = (value: number) => Number(value.toPrecision(10));
  return {
    t,
    verdict,
    reason: cause,
    lnEAbsolute: rounded(lnEAbsolute),
    lnERelative: lnERelative === null ? null : rounded(lnERelative),
    upper: rounded(upperBound(state.forPass)),
    n: state.good + state.bad,
  };
}
