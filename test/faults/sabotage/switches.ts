import { forgetFence, skipWeightZero, type Tamper } from './at-the-gate.js';
import type { Edit } from './broken-module.js';

/** One way in which the suite breaks the product on purpose, to see whether it notices. */
export interface Switch {
  readonly name: string;
  /** The promise that is broken. */
  readonly promise: string;
  /** What the product then does. */
  readonly breaks: string;
  /** A piece of the product that is replaced as it is loaded, or what is done to its requests before the API server. */
  readonly how: { readonly edit: Edit } | { readonly tamper: Tamper };
  /** Drills that must notice it. */
  readonly caughtBy: readonly string[];
}

export const SWITCHES = [
  {
    name: 'skip-weight-zero',
    promise: 'the way back',
    breaks: 'the change that gives the canary weight 0 is not carried out, and answered as if it were',
    how: { tamper: skipWeightZero },
    caughtBy: ['rolled-back'],
  },
  {
    name: 'rollback-does-nothing',
    promise: 'the way back',
    breaks: 'a rollback says that the release is aborted and changes nothing',
    how: {
      edit: {
        module: 'actions/rollback/main.js',
        piece: "isAborted ? await putBack(work, release, 'rollback') : await takeBack(work, release)",
        instead: "isAborted ? { ...release, phase: 'aborted' } : await takeBack(work, release)",
      },
    },
    caughtBy: ['rolled-back'],
  },
  {
    name: 'forget-fence',
    promise: 'a lock with an end and a fence',
    breaks: 'no patch tests whose mark stands on an object, nor its version',
    how: { tamper: forgetFence },
    caughtBy: ['overtaken'],
  },
] as const satisfies readonly Switch[];

export type SwitchName = (typeof SWITCHES)[number]['name'];

/** Each is there to catch a switch. */
export const DRILLS: readonly string[] = [...new Set(SWITCHES.flatMap(({ caughtBy }) => caughtBy))];

const switchOf = (name: SwitchName): Switch => {
  const found: Switch | undefined = SWITCHES.find((one) => one.name === name);
  if (!found) throw new Error(`There is no sabotage ${name}.`);
  return found;
};

/** @returns undefined where requests reach the API server as they are */
export function tamperOf(name: SwitchName | undefined): Tamper | undefined {
  const how = name && switchOf(name).how;
  return how && 'tamper' in how ? how.tamper : undefined;
}

/** @returns undefined where the product's code is whole */
export function editOf(name: SwitchName | undefined): Edit | undefined {
  const how = name && switchOf(name).how;
  return how && 'edit' in how ? how.edit : undefined;
}
