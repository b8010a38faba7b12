import type { Instruction, Stage } from './dockerfile.js';
import { unquoted, wordsOf } from './here-documents.js';
import type { StageGraph } from './stages.js';

/** One `NAME=value` of an ARG, ENV or LABEL, without quotes; undefined where there is no value. */
export interface Assignment {
  readonly name: string;
  readonly value: string | undefined;
  /** Whether variables are put in; BuildKit does not within single quotes. */
  readonly isLiteral: boolean;
}

/** What an ARG, ENV or LABEL sets. ENV and LABEL have an old form with a blank (docs.docker.com/reference/dockerfile, "ENV"). */
export function assignmentsOf({ keyword, text }: Pick<Instruction, 'keyword' | 'text'>): Assignment[] {
  if (!/^(ARG|ENV|LABEL)$/.test(keyword)) return [];
  const words = wordsOf(text);
  const [first = ''] = words;
  if (keyword !== 'ARG' && !first.includes('=')) {
    const value = text.slice(first.length).trim();
    return first === '' ? [] : [assignment(first, value)];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? assignment(word, undefined) : assignment(word.slice(0, equals), word.slice(equals + 1));
  });
}

const assignment = (name: string, value: string | undefined): Assignment => ({
  name: unquoted(name),
  value: value === undefined ? undefined : unquoted(value),
  isLiteral: value?.startsWith("'") ?? true,
});

/** An instruction with the variables that it sees. */
export interface Seen {
  readonly stage: Stage;
  readonly instruction: Instruction;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * The instructions of stages that build on each other, in the order in which they are carried out, with the variables that each sees.
 * @param chain the nearest first, as `StageGraph.chains` has it
 * @param buildArgs `NAME=value`
 */
export function* alongChain(graph: StageGraph, chain: readonly Stage[], buildArgs: readonly string[]): Generator<Seen> {
  const given = new Map(buildArgs.map((text) => [text.split('=')[0] ?? '', text.slice(text.indexOf('=') + 1)]));
  const values = new Map<string, string>();
  for (const stage of chain.toReversed()) {
    for (const instruction of stage.instructions) {
      yield { stage, instruction, values };
      const { keyword } = instruction;
      if (keyword !== 'ARG' && keyword !== 'ENV') continue;
      for (const { name, value, isLiteral } of assignmentsOf(instruction)) {
        const own = value === undefined || isLiteral ? value : graph.expand(value, values);
        const set = keyword === 'ENV' ? own : (given.get(name) ?? own ?? graph.argument(name));
        if (set !== undefined) values.set(name, set);
      }
    }
  }
}
