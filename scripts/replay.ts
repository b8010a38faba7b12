import { readFileSync } from 'node:fs';
import { UserError } from '../src/kernel/errors.js';
import { leadingObjective } from '../src/slo/evidence/evidence-line.js';
import { replay } from '../src/slo/evidence/replay.js';
import { defaultRuleOut, readSlo } from '../src/slo/file/read-slo.js';
import { termsIn } from '../src/slo/gate/need.js';
import { ALPHA, type Terms, termsOf } from '../src/slo/judge/judge.js';
import { parsePercent } from '../src/slo/objective/percent.js';
import { readArguments } from './command-line.js';

const USAGE = `npm run --silent replay -- FILE (--slo slo.yml [--objective NAME] | --max 0.01 [--rule-out 0.05])
  [--alpha 0.01] [--compare stable|none]

Judges recorded evidence again. FILE has one look a line, with what was counted since the line before:
  {"t":seconds,"canary":{"good":n,"bad":n},"stable":{"good":n,"bad":n}}
For each it prints {"t","verdict","reason","lnEAbsolute","lnERelative","upper","n"}.`;

interface Choice {
  readonly objective: string | undefined;
  readonly terms: (seen: { readonly stable: boolean }) => Terms;
}

try {
  const text = { type: 'string' } as const;
  const options = { slo: text, objective: text, max: text, 'rule-out': text, alpha: text, compare: text };
  const given = readArguments({ allowPositionals: true, options }, USAGE);
  if (given) {
    const { values, positionals } = given;
    const [path] = positionals;
    if (path === undefined) throw new UserError('command-line-invalid', `FILE is missing.\n\n${USAGE}`);
    if (positionals.length > 1)
      throw new UserError('command-line-invalid', `One FILE is judged, and there are ${positionals.join(', ')}.\n\n${USAGE}`);
    const { objective, terms } = values.slo === undefined ? choiceOfFlags(values) : choiceOfFile(values.slo, values);
    for (const line of replay(read(path).split('\n'), terms, objective, path)) console.log(JSON.stringify(line));
  }
} catch (error) {
  console.error(error instanceof UserError ? error.coded : error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

interface Flags {
  readonly objective?: string | undefined;
  readonly max?: string | undefined;
  readonly 'rule-out'?: string | undefined;
  readonly alpha?: string | undefined;
  readonly compare?: string | undefined;
}

function choiceOfFile(path: string, flags: Flags): Choice {
  if (flags.max !== undefined || flags['rule-out'] !== undefined)
    throw new UserError('command-line-invalid', '--max and --rule-out are in the file of --slo');
  const slo = readSlo(read(path), path);
  const objective =
    flags.objective === undefined ? leadingObjective(slo) : slo.objectives.find(({ name }) => name === flags.objective);
  if (objective === undefined) throw new UserError('command-line-invalid', `${path} has no objective ${flags.objective}`);
  const set = termsIn(slo, objective);
  return {
    objective: objective.name,
    terms: () => ({
      ...set,
      ...(flags.alpha !== undefined && { alpha: share('alpha', flags.alpha) }),
      ...(flags.compare !== undefined && { compare: comparesWith(flags.compare) }),
    }),
  };
}

function choiceOfFlags(flags: Flags): Choice {
  if (flags.max === undefined) throw new UserError('command-line-invalid', `Give --slo or --max.\n\n${USAGE}`);
  const max = share('max', flags.max);
  const ruleOut = flags['rule-out'] === undefined ? defaultRuleOut(max) : share('rule-out', flags['rule-out']);
  if (ruleOut <= max) throw new UserError('command-line-invalid', `--rule-out must be above --max, ${max}`);
  const alpha = flags.alpha === undefined ? ALPHA : share('alpha', flags.alpha);
  return {
    objective: flags.objective,
    terms: ({ stable }) => ({
      ...termsOf({ max, ruleOut }, 1, flags.compare === undefined ? stable : comparesWith(flags.compare)),
      alpha,
    }),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError('evidence-unreadable', `${path} can't be read: ${(cause as Error).message}`, { cause });
  }
}

function comparesWith(word: string): boolean {
  if (word !== 'stable' && word !== 'none')
    throw new UserError('command-line-invalid', `--compare is stable or none, not "${word}"`);
  return word === 'stable';
}

/** A fraction, 0.01, or a percentage, 1%; strictly between 0 and 1. */
function share(name: string, text: string): number {
  const value = text.endsWith('%') ? parsePercent(text) : /^\d*\.?\d+(e-\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value < 1)) throw new UserError('command-line-invalid', `--${name} must lie between 0 and 1, got "${text}"`);
  return value;
}
