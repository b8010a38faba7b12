import type { Environment } from '../kernel/environment.js';
import { fullWidthIn } from '../kernel/full-width.js';
import type { ListItem } from './list.js';

/** What a list of `NAME=value` may hold. */
export interface AssignmentRule {
  /** Names of variables have letters, digits and "_"; those of labels and contexts hold what they like. */
  readonly names: 'of variables' | 'any';
  /** A name alone: refused, or it takes its value from the step's `env:`. */
  readonly bare: 'refused' | 'from the environment';
}

export const QUOTES = 'a value of several lines stands in double quotes together with its name: "NAME=…"';

/** A name holds no blanks and no quotes: those are what the rest of a longer value begins with. */
const ANY_NAME = /^[^\s"'=]+$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @returns one text per bad line, of which nothing is repeated: it may be the second one of a value that does not belong in the log */
export function assignmentProblems(
  items: readonly ListItem[],
  { names, bare }: AssignmentRule,
  variables: Environment['variables'],
): string[] {
  return items.flatMap((item, index) => {
    const problem = isRestOfBase64(item, items[index - 1]) ? REST : problemOf(item.text, names, bare, variables);
    return problem === undefined ? [] : [`line ${item.line} ${problem}`];
  });
}

const REST = `is the rest of a value in base64 that begins on the line before it; ${QUOTES}`;

function problemOf(
  text: string,
  names: AssignmentRule['names'],
  bare: AssignmentRule['bare'],
  variables: Environment['variables'],
): string | undefined {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const fullWidth = fullWidthIn(name);
  const isNoAssignment = !ANY_NAME.test(name) || (bare === 'refused' && equals < 0);
  if (fullWidth !== undefined && (isNoAssignment || names === 'of variables')) return `is not NAME=value: ${fullWidth}`;
  if (isNoAssignment) return `is not NAME=value; ${otherNotation(text) ?? QUOTES}`;
  if (names === 'of variables' && !VARIABLE.test(name)) {
    return `is not NAME=value: a name has letters, digits and "_", and begins with no digit; ${QUOTES}`;
  }
  if (equals < 0 && variables[name] === undefined) {
    return `is a name alone, and no variable of this step has it; set it under \`env:\`, or write NAME=value. Is it the rest of a value? Then ${QUOTES}`;
  }
  return undefined;
}

/** What another tool would take for an assignment. @returns what to write in its place; undefined when it is none */
export function otherNotation(text: string): string | undefined {
  const [, word] = /^(export|set|env|arg|--build-arg|-e)\s+[A-Za-z_][\w.-]*(?:=|\s*$)/i.exec(text) ?? [];
  if (word !== undefined) return `leave "${word}" out, which is for another place`;
  if (/^["']?[A-Za-z_][\w./-]*["']?\s+=/.test(text)) return 'write it without blanks around the "="';
  if (/^["']?[A-Za-z_][\w.-]*["']?\s*:(?:\s|$)/.test(text)) return 'write "=" and no colon between the name and its value';
  return undefined;
}

/** Two signs of padding are no value, and one is none behind a line of base64 in mixed case: `VERSION=` behind a commit is an empty value. */
export function isRestOfBase64({ text }: ListItem, before: ListItem | undefined): boolean {
  if (/^[A-Za-z0-9+/]+==$/.test(text)) return true;
  const value = before?.text.slice(before.text.indexOf('=') + 1) ?? '';
  const isMixed = (one: string) => /[a-z]/.test(one) && /[A-Z]/.test(one);
  return (
    /^[A-Za-z0-9+/]+=$/.test(text) &&
    text.length % 4 === 0 &&
    isMixed(text) &&
    isMixed(value) &&
    /^[A-Za-z0-9+/]{40,}$/.test(value)
  );
}
