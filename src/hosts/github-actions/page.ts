import type { ActionDefinition } from '../../kernel/define.js';

/** What the page of an action says besides what its definition says. */
export interface ActionPage {
  /** Steps of a job that work as they are but for names: what people copy first. */
  readonly example: string;
  /** The inputs in the order of need; those that are in no group come last, as rarely needed. */
  readonly groups: ReadonlyArray<{ readonly title: string; readonly inputs: readonly string[] }>;
}

/** @param groups titles and names of inputs, those that nearly every step says first */
export function definePage<A extends ActionDefinition>(
  _action: A,
  example: string,
  groups: Readonly<Record<string, ReadonlyArray<keyof A['inputs'] & string>>>,
): ActionPage {
  return { example, groups: Object.entries(groups).map(([title, inputs]) => ({ title, inputs })) };
}
