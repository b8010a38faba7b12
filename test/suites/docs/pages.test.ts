import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { type Block, readPage } from './page.js';
import { problemsOfSteps, stepsIn } from './suite-steps.js';

const files = globSync([
  '*.md',
  '{docs,examples,src,test,testbed}/**/*.md',
  '{build-image,canary-step,rollback,status,verify-slo}/README.md',
]);
const pages = files.map(readPage);
const page = (file: string) => pages.find((one) => one.file === file);
const scripts = Object.keys((load(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);
const tests = globSync('{test,testbed}/**/*.ts').filter((file) => file !== 'test/suites/docs/pages.test.ts');
const isCommand = ({ language, text }: Block): boolean =>
  ['sh', 'bash', 'shell', 'console'].includes(language) || (language === '' && /^\$? ?(npm|kubectl|gh|docker|helm) /m.test(text));

/** Why a block of commands may stand on a page, or what is missing. A test that runs it takes it from the page by its mark. */
function problemOfCommands({ mark }: Block): string | undefined {
  if (mark === undefined) return 'nothing says whether a test runs these commands, or why none does';
  if (/^not run: \S+ \S+/.test(mark)) return undefined;
  const [, by] = /^run by (\S+)$/.exec(mark) ?? [];
  if (by !== undefined) return existsSync(by) ? undefined : `${by} does not exist`;
  const isTaken = (source: string) => source.includes(`<!-- ${mark} -->`) || new RegExp(`markedBlock\\(.*'${mark}'`).test(source);
  return tests.some((file) => isTaken(readFileSync(file, 'utf8'))) ? undefined : `no test takes the block "${mark}"`;
}

test('every page can be reached from the README', () => {
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path } of page(file)?.links ?? []) follow(path);
  };
  follow('README.md');
  const reached = (file: string) => [...seen].some((path) => path === file || `${path}/README.md` === file);
  expect(files.filter((file) => !reached(file))).toEqual([]);
});

describe.each(pages.map((one) => [one.file, one] as const))('%s', (_file, { blocks, links, prose }) => {
  test('has no link, and no anchor, that leads nowhere', () => {
    const dead = links.filter(
      ({ path, anchor }) => !existsSync(path) || (anchor !== undefined && !(page(path)?.anchors.has(anchor) ?? true)),
    );
    expect(dead).toEqual([]);
  });

  test('has YAML that parses, with steps that exist, inputs that they have and all that they need', () => {
    const problems = blocks
      .filter(({ language }) => /^ya?ml$/.test(language))
      .flatMap(({ text, line }) => problemsOfSteps(loadAll(text).flatMap(stepsIn)).map((problem) => `line ${line}: ${problem}`));
    expect(problems).toEqual([]);
  });

  test('says of each block of commands which test runs it, or why none does', () => {
    const problems = blocks.filter(isCommand).flatMap((block) => {
      const problem = problemOfCommands(block);
      return problem === undefined ? [] : [`line ${block.line}: ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  test('has no table whose rows GitHub would cut short or fill up', () => {
    const cells = (line: string) => line.trim().replaceAll('\\|', '').split('|').length;
    const uneven = prose.flatMap((line, index) => {
      const [before = '', isRow] = [prose[index - 1], /^ *\|/.test(line)];
      return isRow && /^ *\|/.test(before) && cells(line) !== cells(before) ? [`line ${index + 1}: ${line}`] : [];
    });
    expect(uneven).toEqual([]);
  });

  test('closes every code span on the line or in the paragraph that opens it', () => {
    const paragraphs = prose.join('\n').split(/\n\s*\n|\n(?= *(?:[-*|#]|\d+\.) )|\n(?= *\|)/);
    expect(paragraphs.filter((text) => (text.replaceAll(/``.*?``/g, '').match(/`/g) ?? []).length % 2 === 1)).toEqual([]);
  });

  test('names no script that npm does not know here', () => {
    const everything = [...prose, ...blocks.map(({ text }) => text)].join('\n');
    const named = [...everything.matchAll(/npm run (?:--silent )?([a-z][a-z0-9:-]*[a-z0-9])/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
