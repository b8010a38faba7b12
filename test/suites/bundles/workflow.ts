import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

/** A step of a workflow that runs one of our actions. */
export interface WorkflowStep {
  readonly name: string;
  /** Directory of the action. */
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** When it runs. */
  readonly condition: string;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly RawStep[] }>>;
}

interface RawStep {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/**
 * The steps of a workflow's only job, with `${{ inputs.NAME }}` filled in.
 * @throws Error for what only a real runner can do
 */
export function readWorkflow(file: string, values: Readonly<Record<string, string>>): WorkflowStep[] {
  const [job, ...more] = Object.values((load(readFileSync(file, 'utf8')) as Workflow).jobs);
  if (job === undefined || more.length > 0)
    throw new Error(`${file} has ${more.length + (job ? 1 : 0)} jobs; one can be played.`);
  return job.steps.map(({ name, uses = '', if: condition = 'success()', with: given = {} }) => {
    const [, action] = /^org\/d9-actions\/([a-z-]+)@v1$/.exec(uses) ?? [];
    if (action === undefined)
      throw new Error(`${file}: only steps that use an action of this repository can be played, not ${uses || name}.`);
    const inputs = Object.entries(given).map(([input, value]) => [input, fillIn(String(value), values)]);
    return { name: name ?? action, action, inputs: Object.fromEntries(inputs), condition };
  });
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression.replace(/^inputs\./, '')];
    if (!expression.startsWith('inputs.') || value === undefined)
      throw new Error(`The expression ${expression} can't be played.`);
    return value;
  });
}

/** When an action's `post` runs: `runs.post-if` of its manifest. */
export function postCondition(action: string): string {
  const manifest = load(readFileSync(`${action}/action.yml`, 'utf8')) as { runs: { post?: string; 'post-if'?: string } };
  if (manifest.runs.post === undefined) return 'never()';
  return manifest.runs['post-if'] ?? 'always()';
}

/** How a job stands (`job.status`). */
export type JobStatus = 'success' | 'failure' | 'cancelled';

/**
 * Evaluates an `if:` made of status functions (docs.github.com: Status check functions).
 * @throws Error for any other expression
 */
export function holds(condition: string, status: JobStatus): boolean {
  const term = (text: string): boolean => {
    switch (text.trim()) {
      case 'success()':
        return status === 'success';
      case 'failure()':
        return status === 'failure';
      case 'cancelled()':
        return status === 'cancelled';
      case 'always()':
        return true;
      case 'never()':
        return false;
      default:
        if (text.trim().startsWith('!')) return !term(text.trim().slice(1));
        throw new Error(`The condition ${text.trim()} can't be played.`);
    }
  };
  return condition.split('||').some((part) => part.split('&&').every(term));
}
