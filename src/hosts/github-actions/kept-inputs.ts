import type { ActionDefinition } from '../../kernel/define.js';
import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';
import type { State } from '../../kernel/runtime.js';
import { inputVariable } from './read-inputs.js';

/** Name under which the state has them. */
const KEPT = 'kept';
/** What decides beside the inputs where a kubeconfig is found; a later step may have pointed it at another cluster. */
const VARIABLES = ['KUBECONFIG', 'HOME', 'USERPROFILE', 'GITHUB_WORKSPACE'];

interface Kept {
  readonly action: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Keeps the inputs that `post` goes by, as `main` got them: whatever happens to the workspace and the environment after it changes nothing then. */
export function keepInputs(action: ActionDefinition, { variables }: Environment, state: State): void {
  if (!action.keeps) return;
  const open = action.keeps.filter((name) => variables[inputVariable(name)] === undefined || !mayHoldSecret(action, name));
  const inputs = open.map((name) => [inputVariable(name), variables[inputVariable(name)] ?? '']);
  const others = VARIABLES.map((name) => [name, variables[name] ?? '']);
  const kept: Kept = { action: action.name, variables: Object.fromEntries([...inputs, ...others]) };
  state.save(KEPT, JSON.stringify(kept));
}

/**
 * The environment that `post` works in: the inputs that main kept and none from elsewhere. Secrets are not kept, so an input that may hold one is as
 * the runner passes it to `post`.
 * @throws UserError for the state of another action, or one that is none
 */
export function keptEnvironment(action: ActionDefinition, environment: Environment, state: State): Environment {
  const inputs = new Set(Object.keys(action.inputs).map(inputVariable));
  const entries = Object.entries(environment.variables);
  const own = entries.filter(([name]) => !name.startsWith('INPUT_') || inputs.has(name));
  const saved = state.read(KEPT);
  if (saved === '') return { ...environment, variables: Object.fromEntries(own) };
  const { variables } = parse(saved, action.name);
  return { ...environment, variables: { ...Object.fromEntries(own), ...variables } };
}

const mayHoldSecret = ({ inputs }: ActionDefinition, name: string): boolean =>
  inputs[name]?.secret === true || inputs[name]?.mayHoldSecret === true;

function parse(saved: string, name: string): Kept {
  const refuse = (what: string) =>
    new UserError(
      'step-state-unreadable',
      `The state that this step was given ${what}, so what it released is not known here and nothing has been changed. Run the rollback action with \`scope: any\` for the app.`,
    );
  let kept: Partial<Kept> | null;
  try {
    kept = JSON.parse(saved);
  } catch {
    throw refuse('can not be read');
  }
  const { action, variables } = kept ?? {};
  if (typeof action === 'string' && action !== name) throw refuse(`is that of ${action}, and this is ${name}`);
  const areTexts =
    typeof variables === 'object' && variables && Object.values(variables).every((text) => typeof text === 'string');
  if (action !== name || !areTexts) throw refuse('can not be read');
  return { action, variables };
}
