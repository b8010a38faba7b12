import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const readme = readFileSync('README.md', 'utf8');
const [, quickStart = ''] = /<!-- quick-start -->\n+```yaml\n([\s\S]*?)```/.exec(readme) ?? [];

test('the quick start is one that a user can paste: every step exists, with inputs that it has and all that it needs', () => {
  expect(suiteSteps(quickStart).length).toBeGreaterThanOrEqual(5);
  expect(problemsOfSuiteSteps(quickStart)).toEqual([]);
});

test('the quick start is under 25 lines', () => {
  expect(quickStart.trim().split('\n').length).toBeLessThan(25);
});

test('no link of the README leads nowhere', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
