import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readPage } from './page.js';

const sources = globSync(['{src,actions}/**/*.ts']).map((file) => asRead(readFileSync(file, 'utf8')));
const quotations = readPage('docs/troubleshooting.md').prose.flatMap((line) => /^\| "(.*?)" \| /.exec(line)?.[1] ?? []);
/** How far apart two parts of a message may stand in the code: what is between them is a name, or the choice between two words. */
const FURTHEST = 400;

/** Source text as people read its messages: what is put in at run time becomes `…`, parts that are added up become one. */
function asRead(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; at++) {
    if (!source.startsWith('${', at)) {
      text += source[at];
      continue;
    }
    for (let depth = 0; at < source.length; at++) {
      if (source[at] === '{') depth++;
      if (source[at] === '}' && --depth === 0) break;
    }
    text += '…';
  }
  return text
    .replaceAll('\\`', '')
    .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
    .replaceAll('`', '')
    .replaceAll(/\\n|\s+/g, ' ');
}

/** The parts of a quotation between its `…`, in their order and near one another. */
function stands(quotation: string, source: string): boolean {
  const [first = '', ...rest] = quotation
    .split('…')
    .map((part) => part.trim())
    .filter((part) => /\p{L}/u.test(part));
  for (let start = source.indexOf(first); start !== -1; start = source.indexOf(first, start + 1)) {
    let at = start + first.length;
    const isWhole = rest.every((part) => {
      const next = source.indexOf(part, at);
      const isNear = next !== -1 && next - at <= FURTHEST;
      at = next + part.length;
      return isNear;
    });
    if (isWhole) return true;
  }
  return false;
}

test('the page has the messages that stop people', () => expect(quotations.length).toBeGreaterThan(100));

test('every message that is quoted is one that a step says', () => {
  expect(quotations.filter((quotation) => !sources.some((source) => stands(quotation, source)))).toEqual([]);
});

test('no message is quoted so shortly that any other would do', () => {
  expect(quotations.filter((quotation) => (quotation.match(/\p{L}{2,}/gu) ?? []).length < 3)).toEqual([]);
});
