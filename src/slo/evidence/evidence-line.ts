import { UserError } from '../../kernel/errors.js';
import { type JudgeState, type Poll, parseJudgeState } from '../judge/state.js';
import type { Counts, Objective, Slo } from '../objective/objective.js';
import type { Poll as SourcePoll } from '../source.js';

/** One look at the evidence as it is recorded: what was counted since the line before. Seconds; one line of JSON each. */
export interface EvidenceLine extends Poll {
  /** Seconds since the Unix epoch, or since whatever the recorder likes. */
  readonly t: number;
  /** Which objective `canary` and `stable` are about. */
  readonly objective?: string;
  /** The other objectives. */
  readonly objectives?: Readonly<Record<string, Poll>>;
  /** On the first line of a step: what earlier steps knew, by name of the objective. */
  readonly before?: Readonly<Record<string, JudgeState>>;
}

/** The objective that a line is about in the first place: the first ratio, or the first of all where there is none. */
export const leadingObjective = ({ objectives }: Slo): Objective | undefined =>
  objectives.find(({ kind }) => kind === 'ratio') ?? objectives[0];

/** What a look of the gate saw, as a line. An objective without data counts nothing. */
export function evidenceLine(slo: Slo, { at, canary, stable }: SourcePoll, before?: EvidenceLine['before']): EvidenceLine {
  const countsOf = (name: string): Poll => ({
    canary: canary.counts.get(name) ?? { good: 0, bad: 0 },
    ...(slo.compare && { stable: stable.counts.get(name) ?? { good: 0, bad: 0 } }),
  });
  const leading = leadingObjective(slo)?.name ?? '';
  const others = slo.objectives.filter(({ name }) => name !== leading).map(({ name }) => [name, countsOf(name)] as const);
  return {
    t: at / 1000,
    objective: leading,
    ...countsOf(leading),
    ...(others.length > 0 && { objectives: Object.fromEntries(others) }),
    ...(before && { before }),
  };
}

/**
 * Reads one line.
 * @param where names the line in messages
 * @throws UserError when it is not such a line
 */
export function parseEvidenceLine(text: string, where: string): EvidenceLine {
  const refuse = (what: string) =>
    new UserError(
      'evidence-unreadable',
      `${where}: ${what}; a line is {"t":seconds,"canary":{"good":n,"bad":n},"stable":{"good":n,"bad":n}}`,
    );
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw new UserError('evidence-unreadable', refuse('this is not JSON').message, { cause });
  }
  if (!isObject(line)) throw refuse('this is no object');
  if (!Number.isFinite(line.t)) throw refuse('`t` is no number');
  if (line.objective !== undefined && typeof line.objective !== 'string') throw refuse('`objective` is no name');
  checkPoll(line, '', refuse);
  for (const [name, poll] of entriesOf(line.objectives, 'objectives', refuse)) {
    if (!isObject(poll)) throw refuse(`\`objectives.${name}\` is no object`);
    checkPoll(poll, `objectives.${name}.`, refuse);
  }
  for (const [name, state] of entriesOf(line.before, 'before', refuse)) {
    if (!parseJudgeState(state)) throw refuse(`\`before.${name}\` is no state that this version of the judge knows`);
  }
  return line as unknown as EvidenceLine;
}

type Refuse = (what: string) => UserError;

function checkPoll(poll: Record<string, unknown>, path: string, refuse: Refuse): void {
  if (!isCounts(poll.canary)) throw refuse(`\`${path}canary\` has no counts \`good\` and \`bad\`, numbers from 0 on`);
  if (poll.stable !== undefined && !isCounts(poll.stable)) {
    throw refuse(`\`${path}stable\` has no counts \`good\` and \`bad\`, numbers from 0 on`);
  }
}

function entriesOf(value: unknown, name: string, refuse: Refuse): Array<[string, unknown]> {
  if (value === undefined) return [];
  if (!isObject(value)) throw refuse(`\`${name}\` is no object`);
  return Object.entries(value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCounts = (value: unknown): value is Counts =>
  isObject(value) && isCount(value.good) && isCount(value.bad) && (value.atWorst === undefined || isCounts(value.atWorst));
