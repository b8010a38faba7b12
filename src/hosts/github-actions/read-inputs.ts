import type { ActionDefinition, Inputs, PostInputs } from '../../kernel/define.js';
import type { Environment } from '../../kernel/environment.js';
import { Problems, UserError } from '../../kernel/errors.js';
import { fullWidthIn } from '../../kernel/full-width.js';
import { nearest } from '../../kernel/nearest.js';

/** The variable in which the runner passes an input: upper case, blanks to underscores, dashes kept. */
export const inputVariable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

/** Whether the input was given at all, also with a value that is refused: of what is missing then, nothing else need be said. */
export const isGiven = (name: string, { variables }: Environment): boolean =>
  (variables[inputVariable(name)] ?? '').trim() !== '';

const camelCase = (name: string): string => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The values of all inputs that hold a secret, for masking; to be called before anything can be printed. */
export function secretsIn(action: ActionDefinition, environment: Environment): string[] {
  return Object.entries(action.inputs).flatMap(([name, input]) => {
    const value = environment.variables[inputVariable(name)];
    return input.secret && value ? [value] : [];
  });
}

/**
 * Reads every input of the action and reports everything that is wrong at once.
 * @param warn told of what is wrong with an input that the step does without, and that counts as not given then
 * @throws UserError naming each bad input, its value and what is allowed; nothing has been touched by then
 */
export async function readInputs<A extends ActionDefinition>(
  action: A,
  environment: Environment,
  warn: (text: string) => void = () => undefined,
): Promise<Inputs<A>> {
  const problems = new Problems();
  const spared = new Set<string>(action.spares?.(environment));
  const foreign = action.foreign?.(environment) ?? new Map<string, string>();
  for (const text of unknownInputs(action, environment)) problems.add('input-unknown', text);

  const values: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(action.inputs)) {
    const given = environment.variables[inputVariable(name)]?.trim() ?? '';
    const raw = given === '' ? input.default : given;
    const refusal = foreign.get(name);
    if (refusal !== undefined) {
      // The runner passes a default as if the user had written it.
      const isWritten = given !== '' && given !== input.default;
      if (isWritten && spared.has(name)) warn(`${refusal} This step does without it, and goes on.`);
      else if (isWritten) problems.add('input-of-other-platform', refusal);
      continue;
    }
    if (raw === undefined) {
      if (input.required)
        problems.add(
          'input-missing',
          `Input \`${name}\` is missing. ${input.text} Allowed: ${input.type}.${emptied(name, environment)}`,
        );
      continue;
    }
    try {
      values[name] = await input.parse(raw, environment);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof UserError)) throw error;
      const text = `Input \`${name}\`: ${error.message}${fullWidthHint(raw, error.message)}.`.replace(/([.!?])\.$/, '$1');
      if (!spared.has(name)) problems.add(error instanceof UserError ? error.code : 'input-invalid', text);
      else {
        warn(`${text} This step does without it, and goes on.`);
        if (input.default !== undefined) values[name] = await input.parse(input.default, environment);
      }
    }
  }
  for (const found of action.conflicts?.(values as never, environment) ?? []) {
    const { code, text } = typeof found === 'string' ? { code: 'inputs-contradict' as const, text: found } : found;
    problems.add(code, text);
  }
  problems.throwIfAny();
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value])) as Inputs<A>;
}

/** The runner passes an input that was left out as it does one whose expression is empty. */
const emptied = (name: string, { variables }: Environment): string =>
  variables[inputVariable(name)] === undefined ? '' : ' An expression that gives nothing leaves it empty.';

/** A sign that looks right and is not; values of several lines are looked through line by line where they are read. */
function fullWidthHint(raw: string, said: string): string {
  if (said.includes('full-width') || raw.includes('\n')) return '';
  const sign = fullWidthIn(raw);
  return sign === undefined ? '' : `; ${sign}`;
}

/**
 * Reads the inputs that `post` goes by and no others. One that can't be read and need not be given counts as not given: what is to be undone is undone
 * with the usual values then.
 * @throws UserError when what says where the release is can't be read
 */
export async function readPostInputs<A extends ActionDefinition>(action: A, environment: Environment): Promise<PostInputs<A>> {
  const kept = Object.entries(action.inputs).filter(([name]) => action.keeps?.includes(name));
  const usual = async ([name, input]: (typeof kept)[number]): Promise<[string, string][]> => {
    const variable = inputVariable(name);
    const given = environment.variables[variable]?.trim() ?? '';
    if (given === '' || input.required || input.mayHoldSecret) return [[variable, given]];
    try {
      await input.parse(given, environment);
      return [[variable, given]];
    } catch {
      return [];
    }
  };
  const readable = (await Promise.all(kept.map(usual))).flat();
  const others = Object.entries(environment.variables).filter(([name]) => !name.startsWith('INPUT_'));
  const variables = Object.fromEntries([...others, ...readable]);
  const { name, summary, foreign } = action;
  const inputs = { name, summary, inputs: Object.fromEntries(kept), outputs: {}, ...(foreign && { foreign }) };
  return (await readInputs(inputs, { ...environment, variables })) as PostInputs<A>;
}

/** Inputs that were given but that the action does not have, with the names that were probably meant; else what there is, once. */
function unknownInputs(action: ActionDefinition, environment: Environment): string[] {
  const known = new Map(Object.keys(action.inputs).map((name) => [inputVariable(name), name]));
  const names = [...known.values()];
  // The runner passes names in capitals: `setWeight` comes as SETWEIGHT, and is shown as whoever wrote it knows it.
  const elsewhere = new Map(Object.entries(action.elsewhere ?? {}).map(([word, meant]) => [word.toLowerCase(), { word, meant }]));
  const meantBy = (name: string) => elsewhere.get(name)?.meant ?? nearest(name, names);
  const given = Object.keys(environment.variables)
    .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase());
  const answers = new Map(Object.entries(action.missing ?? {}));
  const answered = given.filter((name) => answers.has(name));
  const strange = given.filter((name) => !answers.has(name) && meantBy(name) === undefined);
  const all = `${action.name} has: ${names.join(', ')}.`;
  const page = action.migration === undefined ? '' : ` What inputs of other actions are called here: ${action.migration}.`;
  return [
    ...answered.map((name) => `Input \`${name}\` is unknown: it belongs to another action. ${answers.get(name)}${page}`),
    ...given.flatMap((name) => {
      const meant = answers.has(name) ? undefined : meantBy(name);
      return meant === undefined ? [] : [`Input \`${elsewhere.get(name)?.word ?? name}\` is unknown. Did you mean \`${meant}\`?`];
    }),
    ...(strange.length === 0
      ? []
      : strange.length === 1
        ? [`Input \`${strange[0]}\` is unknown. ${all}${page}`]
        : [`Inputs ${strange.map((name) => `\`${name}\``).join(', ')} are unknown. ${all}${page}`]),
  ];
}
