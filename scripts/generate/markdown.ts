import type { ActionDefinition } from '../../src/action/define.js';

/** Where users find the suite; the prefix of every `uses:`. */
export const REPOSITORY = 'org/d9-actions';
export const MAJOR = 'v1';

/** A Markdown table; bars and line breaks in the cells can't break it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, '<br>');

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** The inputs of an action: required ones say so, the others show their default. */
export function inputTable({ inputs }: ActionDefinition): string {
  if (Object.keys(inputs).length === 0) return 'None.';
  return table(
    ['Input', 'Type', 'Default', 'What it is for'],
    Object.entries(inputs).map(([name, input]) => [
      code(name),
      input.type,
      input.required ? '**required**' : code(input.default ?? ''),
      input.secret ? `${input.text} Masked in the log.` : input.text,
    ]),
  );
}

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
