/** What ends a here-document. */
export interface HereDocumentEnd {
  readonly word: string;
  /** Whether tabs in front of it and of the lines are taken off. */
  readonly tabs: boolean;
}

/** Only these hold any, also behind ONBUILD. */
const HOLDERS = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s+(.*)$/is;

/**
 * The words that end the here-documents of an instruction, in order, read as BuildKit reads them (moby/buildkit, frontend/dockerfile/parser): a word by itself
 * that starts with `<<`, whatever follows. A shell's own `<<<`, `$((1<<2))` and `<<` within quotes are none.
 * @param line the instruction with its keyword, continued lines joined
 */
export function hereDocumentEnds(line: string): HereDocumentEnd[] {
  const [, rest] = HOLDERS.exec(line.trim()) ?? [];
  if (rest === undefined || isJson(rest.replace(/^(--\S+\s+)*/, ''))) return [];
  return wordsOf(rest).flatMap((word) => {
    const [, dash, end = ''] = /^\d*<<(-?)([^<]+)$/s.exec(word) ?? [];
    return dash === undefined ? [] : [{ word: unquoted(end), tabs: dash === '-' }];
  });
}

function isJson(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** @returns words with their quotes; none where a quote is not closed, as BuildKit gives up on the line then */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && quote !== "'") {
      word += text.slice(at, at + 2);
      at += 1;
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (character === quote) quote = '';
      else if (quote === '' && /["']/.test(character)) quote = character;
      word += character;
    }
  }
  if (quote !== '') return [];
  return word === '' ? words : [...words, word];
}

/** Without quotes; an escaped character stands for itself. */
export const unquoted = (word: string): string =>
  word.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) => single ?? double?.replaceAll(/\\(["\\$])/g, '$1') ?? escaped ?? '',
  );
