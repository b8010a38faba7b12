import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildImage } from '../../../actions/build-image/action.js';
import { bakeConflicts } from '../../../actions/build-image/bake/conflicts.js';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const page = readFileSync('docs/bake.md', 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const [, rows = ''] = /## Inputs that go for all targets\n([\s\S]*?)\n##/.exec(page) ?? [];
const inputsOf = (row: string) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, input = '']) => input);

test('the pipeline that the page shows is one that the actions take', () => {
  const workflow = blocks.find((block) => block.startsWith('jobs:')) ?? '';
  expect(suiteSteps(workflow)).toHaveLength(5);
  expect(problemsOfSuiteSteps(workflow)).toEqual([]);
});

test('the inputs in the table exist, and those that it says are refused are', () => {
  const named = rows.split('\n').filter((row) => row.startsWith('| `'));
  expect(named.flatMap(inputsOf).filter((input) => !Object.hasOwn(buildImage.inputs, input))).toEqual([]);
  const refused = named.filter((row) => row.includes('are refused')).flatMap(inputsOf);
  expect(refused).toEqual(['target', 'tags', 'outputs', 'cgroup-parent']);
  const [problem = ''] = bakeConflicts(Object.fromEntries(refused.map((input) => [input, ['x']])));
  for (const input of refused) expect(problem).toContain(`\`${input}\``);
});
