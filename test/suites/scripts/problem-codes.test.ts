import { expect, test } from '@jest/globals';
import { strayCodes } from '../../../scripts/checks/problem-codes.js';
import { discoverProblems, type ProblemTable } from '../../../scripts/discover-problems.js';
import { errorsPage } from '../../../scripts/generate/errors-page.js';
import { inFolder } from './temporary-folder.js';

const meaning = { means: 'There is no menu.', remedy: 'Write one.' };
const table = (file: string, ...codes: string[]): ProblemTable => ({
  file,
  title: 'What is wrong with the menu',
  problems: Object.fromEntries(codes.map((code) => [code, meaning])),
});

test('every code is given to a problem and stands in one table', async () => {
  expect(strayCodes(process.cwd(), await discoverProblems(process.cwd()))).toEqual([]);
});

test('every meaning and every remedy is a sentence', async () => {
  const tables = await discoverProblems(process.cwd());
  const sentences = tables.flatMap(({ problems }) => Object.values(problems).flatMap(({ means, remedy }) => [means, remedy]));
  expect(sentences.filter((text) => !/^[A-Za-z`].{8,250}\.$/.test(text))).toEqual([]);
});

test('a code that nobody gives to a problem is named, and so are one of two tables and one that is no word', () =>
  inFolder({ 'src/menu.ts': "problems.add('menu-missing', 'There is none.'); problems.add('Menu', '');" }, (folder) => {
    const tables = [
      table('src/kernel/problem-codes.ts', 'menu-missing'),
      table('src/slo/problem-codes.ts', 'menu-missing', 'Menu', 'menu-cold'),
    ];
    expect(strayCodes(folder, tables)).toEqual([
      'src/slo/problem-codes.ts: menu-missing is in src/kernel/problem-codes.ts too',
      'src/slo/problem-codes.ts: Menu is not in lower case with dashes',
      'src/slo/problem-codes.ts: no problem has the code menu-cold',
    ]);
  }));

test('the page has a heading for each code, so that a link can name it', () => {
  expect(errorsPage([table('src/kernel/problem-codes.ts', 'menu-missing')])).toContain(
    '## What is wrong with the menu\n\n### menu-missing\n\nThere is no menu.\n\n*What to do:* Write one.\n',
  );
});
