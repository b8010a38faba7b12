import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';

export interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
}

/** The steps of a workflow that are ours. */
export function suiteSteps(yaml: string): Step[] {
  return stepsIn(load(yaml)).filter(isOurs);
}

/** All steps in a piece of YAML, be it a workflow, a job, or a list of steps. */
export function stepsIn(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'uses' in value && typeof value.uses === 'string' ? [value as Step] : [];
  return [...own, ...Object.values(value).flatMap(stepsIn)];
}

/** What would fail in a user's run: an action that does not exist, an input that it does not have, one that it needs and does not get. */
export function problemsOfSuiteSteps(yaml: string): string[] {
  return problemsOfSteps(suiteSteps(yaml));
}

/** The same of steps that are read already; those of others are passed over. */
export function problemsOfSteps(steps: readonly Step[]): string[] {
  return steps.filter(isOurs).flatMap(({ uses = '', with: given = {} }) => {
    const [, name] = /^org\/d9-actions\/([a-z-]+)@v1$/.exec(uses) ?? [];
    if (name === undefined || !existsSync(`${name}/action.yml`)) return [`${uses}: there is no such action`];
    const { inputs } = load(readFileSync(`${name}/action.yml`, 'utf8')) as Manifest;
    const unknown = Object.keys(given).filter((input) => inputs[input] === undefined);
    const missing = Object.keys(inputs).filter((input) => inputs[input]?.required && given[input] === undefined);
    return [
      ...unknown.map((input) => `${uses}: there is no input ${input}`),
      ...missing.map((input) => `${uses}: the input ${input} is required`),
    ];
  });
}

function isOurs({ uses }: Step): boolean {
  return uses?.startsWith('org/d9-actions/') ?? false;
}
