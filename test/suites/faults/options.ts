import { parseArgs } from 'node:util';
import { ACTS, isAct } from './acts.js';
import type { Sequel } from './run-case.js';
import { DRILLS, SWITCHES, type SwitchName } from './sabotage/switches.js';
import { scenarios } from './scenarios.js';
import { FAULTS, type Fault } from './strike.js';

/** What `npm run faults` is asked for. */
export interface Options {
  readonly seed: number;
  /** Both sequels of every fault. */
  readonly isWhole: boolean;
  /** Every freeze and not a tenth of them. */
  readonly freezes: boolean;
  /** How many cases, chosen by the seed; undefined for all. */
  /** Every act of somebody else and not a fifth of them. */
  readonly acts: boolean;
  readonly cases: number | undefined;
  readonly races: number;
  /** How the product is broken on purpose; `list` only says what there is. */
  readonly sabotage: SwitchName | 'list' | undefined;
  readonly drills: readonly string[];
  /** No cases and no races besides. */
  readonly isOfDrillsAlone: boolean;
  /** Only cases that are so. */
  readonly only: {
    readonly scenario: string | undefined;
    readonly index: number | undefined;
    readonly fault: Fault | undefined;
    readonly sequel: Sequel | undefined;
  };
  /** Only this race. */
  readonly race: number | undefined;
  /** Prints what each step did. */
  readonly trace: boolean;
}

/** @throws Error naming the option, and what it may be */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { ...text, default: '1' },
      all: { type: 'boolean', default: false },
      freeze: { type: 'boolean', default: false },
      acts: { type: 'boolean', default: false },
      cases: text,
      races: text,
      sabotage: text,
      scenario: text,
      index: text,
      fault: text,
      sequel: text,
      race: text,
      drill: text,
      drills: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  const only = {
    scenario: oneOf(
      'scenario',
      values.scenario,
      scenarios.map(({ name }) => name),
    ),
    index: natural('index', values.index),
    fault: oneOf('fault', values.fault, [...FAULTS, ...ACTS]),
    sequel: oneOf('sequel', values.sequel, ['again', 'rollback'] as const),
  };
  const sabotage = oneOf('sabotage', values.sabotage, [...SWITCHES.map(({ name }) => name), 'list'] as const);
  const caughtBy = SWITCHES.find(({ name }) => name === sabotage)?.caughtBy ?? [];
  const drill = oneOf('drill', values.drill, DRILLS);
  const isNarrow = [...Object.values(only), values.race].some((value) => value !== undefined);
  const isSampled = values.cases !== undefined || isNarrow;
  return {
    seed: natural('seed', values.seed) ?? 1,
    isWhole: values.all,
    freezes: values.freeze || (only.fault?.startsWith('freeze') ?? false),
    acts: values.acts || (only.fault !== undefined && isAct(only.fault)),
    cases: natural('cases', values.cases),
    races: natural('races', values.races) ?? (isNarrow || sabotage ? 0 : 1000),
    sabotage,
    // A sabotaged product is caught by its drills, unless other cases are asked for.
    isOfDrillsAlone: drill !== undefined || values.drills || (sabotage !== undefined && !isSampled),
    drills: drill ? [drill] : isSampled ? [] : sabotage ? caughtBy : DRILLS,
    only,
    race: natural('race', values.race),
    trace: values.trace,
  };
}

function natural(name: string, value: string | undefined): number | undefined {
  if (value !== undefined && !/^\d+$/.test(value)) throw new Error(`--${name} is a number, not ${value}.`);
  return value === undefined ? undefined : Number(value);
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined) throw new Error(`--${name} is one of ${allowed.join(', ')}, not ${value}.`);
  return found;
}
