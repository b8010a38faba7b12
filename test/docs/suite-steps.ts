import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
}
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
}

/** The steps of a workflow that are ours. */
export function suiteSteps(yaml: string): Step[] {
  const steps = Object.values((load(yaml) as Workflow).jobs).flatMap((job) => job.steps ?? []);
  return steps.filter(({ uses }) => uses?.startsWith('org/d9-actions/'));
}

/** What would fail in a user's run: an action that does not exist, an input that it does not have, one that it needs and does not get. */
export function problemsOfSuiteSteps(yaml: string): string[] {
  return suiteSteps(yaml).flatMap(({ uses = '', with: given = {} }) => {
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
