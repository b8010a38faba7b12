import { expect, test } from '@jest/globals';
import { readPage } from './page.js';

const [english, chinese] = [readPage('README.md'), readPage('README.zh-CN.md')];
/** A page that is there in Chinese is the same page. */
const linked = ({ links }: typeof english) =>
  links.map(({ path }) => path.replace('.zh-CN.md', '.md')).filter((path) => !path.startsWith('README'));

test('the Chinese README has the same commands, files and workflow, to the letter', () => {
  const blocks = ({ blocks: all }: typeof english) => all.map(({ mark, language, text }) => ({ mark, language, text }));
  expect(blocks(chinese)).toEqual(blocks(english));
});

test('it leads to the same pages, in the same order', () => expect(linked(chinese)).toEqual(linked(english)));

test('it has the same sections, and as many rows and points', () => {
  const shape = ({ prose }: typeof english) => prose.flatMap((line) => /^(?:#+ |\| |- |\d\. )/.exec(line)?.[0] ?? []).join('');
  expect(shape(chinese)).toBe(shape(english));
});

test('it has the figures of the English one', () => {
  const figures = ({ prose }: typeof english) =>
    prose
      .join(' ')
      .match(/\b\d+ %|\b(?:68|47|30)\b/g)
      ?.toSorted();
  expect(figures(chinese)).toEqual(figures(english));
});

const quotations = (file: string) => readPage(file).prose.flatMap((line) => /^\| "(.*?)" \| /.exec(line)?.[1] ?? []);

test('the Chinese page of messages has those of the English one, in the same order', () => {
  expect(quotations('docs/troubleshooting.zh-CN.md')).toEqual(quotations('docs/troubleshooting.md'));
});

test.each(['docs/troubleshooting.zh-CN.md'])('%s has the punctuation of Chinese behind Chinese', (file) => {
  // Code and what is quoted in English keep theirs.
  const prose = readPage(file).prose.map((line) => line.replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)|^\| ".*?" \|/g, ''));
  expect(prose.filter((line) => /\p{Script=Han}\s*[,;:!?()]/u.test(line))).toEqual([]);
});
