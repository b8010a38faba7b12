/** What is only known while it is built, as a regular expression. */
interface Unknown {
  readonly like: string;
}
type Part = string | Unknown;

const ANYTHING: Unknown = { like: '.*' };
/** `arm64`, `v7` or nothing, `linux/arm/v7`. */
const OF_A_PLATFORM: Unknown = { like: '[a-z0-9/]*' };

/** A text of the Dockerfile with its variables put in. */
export interface Expanded {
  /** For people: what is not known stands as it was written. */
  readonly text: string;
  /** Whether another text may be what it becomes. */
  matches(other: string): boolean;
}

/** Set by BuildKit for each platform (docs.docker.com/build/building/variables). */
const OF_PLATFORM = /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/;

/**
 * Puts variables in as BuildKit does in FROM and `--from` (docs.docker.com/reference/dockerfile, "Environment replacement").
 * @param values of the ARGs that are known; the others are empty, but for those of the platform
 */
export function expand(source: string, values: ReadonlyMap<string, string>): Expanded {
  const shown: string[] = [];
  const parts = partsOf(source, values, shown);
  const known = parts
    .map((part) => (typeof part !== 'string' ? part.like : part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')))
    .join('');
  const pattern = new RegExp(`^${known}$`, 'i');
  return { text: shown.join(''), matches: (other) => pattern.test(other) };
}

function partsOf(source: string, values: ReadonlyMap<string, string>, shown: string[]): Part[] {
  const parts: Part[] = [];
  const add = (part: Part, text: string) => {
    parts.push(part);
    shown.push(text);
  };
  for (let at = 0; at < source.length; ) {
    const character = source[at] as string;
    const name = character === '$' ? /^\w+/.exec(source.slice(at + 1))?.[0] : undefined;
    const end = character === '$' && source[at + 1] === '{' ? closingBrace(source, at + 2) : -1;
    if (name !== undefined) {
      addVariable(name, source.slice(at, at + 1 + name.length));
      at += 1 + name.length;
    } else if (end >= 0) {
      addBraced(source.slice(at + 2, end), source.slice(at, end + 1));
      at = end + 1;
    } else {
      if (character !== '"' && character !== "'") add(character, character);
      at += 1;
    }
  }
  return parts;

  function addVariable(name: string, written: string): void {
    const value = values.get(name);
    if (value === undefined && OF_PLATFORM.test(name)) add(OF_A_PLATFORM, written);
    else add(value ?? '', value ?? '');
  }

  function addBraced(inner: string, written: string): void {
    const [, name = '', colon, sign, word = ''] = /^(\w+)(:?)([-+?])?(.*)$/s.exec(inner) ?? [];
    if (sign === undefined) {
      // Cutting and replacing (`${X#y}`) gives what nobody needs to know before the build.
      if (word === '') addVariable(name, written);
      else add(ANYTHING, written);
      return;
    }
    const value = values.get(name) ?? (OF_PLATFORM.test(name) ? name : undefined);
    const isSet = colon === ':' ? value !== undefined && value !== '' : value !== undefined;
    if (sign === '+' ? isSet : sign === '-' && !isSet) parts.push(...partsOf(word, values, shown));
    else if (sign !== '+') addVariable(name, written);
  }
}

/** @returns where the brace that was opened is closed; -1 when it is not */
function closingBrace(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '{' && source[at - 1] === '$') depth += 1;
    if (source[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
