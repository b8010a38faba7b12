import { isDeepStrictEqual } from 'node:util';
import type { StepEnd, StepProcess } from './simulation/step-process.js';
import type { Trial } from './simulation/trial.js';
import { canaryWeightIn, hasTesterRules, holderIn, leftoversIn, recordIn, stableImageIn } from './simulation/view.js';

/** How a release stands. */
export type Standing = Readonly<Record<string, unknown>>;

export function standingOf({ store }: Trial): Standing {
  const { id, phase, weight } = recordIn(store) ?? {};
  return {
    record: { id, phase, weight },
    weight: canaryWeightIn(store),
    testers: hasTesterRules(store),
    stable: stableImageIn(store),
    left: leftoversIn(store).sort(),
  };
}

/** Whether the record is this process's to work on. */
export function holds({ store }: Trial, { order: { as } }: StepProcess): boolean {
  const own = `shop/restaurant/${as.runId}/${as.attempt}/${as.job}@${as.runner}#`;
  return holderIn(store)?.startsWith(own) ?? false;
}

/**
 * (f) A step that woke up after another run had taken its place has changed nothing, and says whose the release is.
 * @param hasFailedBefore it has a reason of its own to fail, and had put its release back
 */
export function leftAlone(trial: Trial, before: Standing, end: StepEnd, hasFailedBefore: boolean): string[] {
  const after = standingOf(trial);
  const changed = Object.keys(after).filter((what) => !isDeepStrictEqual(before[what], after[what]));
  const said = end.kind === 'ended' && end.exitCode === 1 ? end.failure : undefined;
  return [
    ...changed.map((what) => `${what} was ${JSON.stringify(before[what])} and is ${JSON.stringify(after[what])}`),
    ...(said === undefined || hasFailedBefore || said.includes('lost its lock') ? [] : [`the step says: ${said}`]),
  ];
}
