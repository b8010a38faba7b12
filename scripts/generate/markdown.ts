import type { ActionPage } from '../../src/hosts/github-actions/page.js';
import type { ActionDefinition } from '../../src/kernel/define.js';

/** Where users find the suite; the prefix of every `uses:`. */
export const REPOSITORY = 'org/d9-actions';
export const MAJOR = 'v1';

/** A Markdown table; bars and line breaks in the cells can't break it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, '<br>');

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** The inputs of an action in the order of need: required ones say so, the others show their default. */
export function inputTables({ inputs }: ActionDefinition, page: ActionPage | undefined, heading: string): string {
  const all = Object.entries(inputs);
  if (all.length === 0) return 'None.';
  if (page === undefined) return inputTable(all);
  const grouped = new Set(page.groups.flatMap((group) => group.inputs));
  const rest = all.filter(([name]) => !grouped.has(name));
  return [
    ...page.groups.map(({ title, inputs: names }) => ({ title, rows: names.map((name) => find(inputs, name)) })),
    ...(rest.length > 0 ? [{ title: 'Rarely needed', rows: rest }] : []),
  ]
    .map(({ title, rows }) => `${heading} ${title}\n\n${inputTable(rows)}`)
    .join('\n\n');
}

type Input = readonly [name: string, definition: ActionDefinition['inputs'][string]];

function find(inputs: ActionDefinition['inputs'], name: string): Input {
  const definition = inputs[name];
  if (definition === undefined) throw new Error(`A page names the input ${name}, which its action does not have.`);
  return [name, definition];
}

const inputTable = (inputs: readonly Input[]): string =>
  table(
    ['Input', 'Type', 'Default', 'What it is for'],
    inputs.map(([name, input]) => [
      code(name),
      input.type,
      input.required ? '**required**' : code(input.runnerDefault ?? input.default ?? input.usual ?? ''),
      input.secret ? `${input.text} Masked in the log.` : input.text,
    ]),
  );

/** The outputs of an action. */
export function outputTable({ outputs }: ActionDefinition): string {
  if (Object.keys(outputs).length === 0) return 'None.';
  return table(
    ['Output', 'What it holds'],
    Object.entries(outputs).map(([name, text]) => [code(name), text]),
  );
}

/** One row for each action, linked to its page. */
export function actionsTable(actions: readonly ActionDefinition[]): string {
  return table(
    ['Action', 'What it does'],
    actions.map(({ name, summary }) => [`[\`${name}\`](${name}/README.md)`, summary]),
  );
}
