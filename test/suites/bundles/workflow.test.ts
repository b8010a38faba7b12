import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { actionNames } from '../../../scripts/discover-actions.js';
import { problemsOfSuiteSteps } from '../docs/suite-steps.js';
import { holds, type JobStatus, postCondition, readWorkflow } from './workflow.js';

test.each<[string, JobStatus[]]>([
  ['success()', ['success']],
  ['failure() || cancelled()', ['failure', 'cancelled']],
  ['always()', ['success', 'failure', 'cancelled']],
  ['!cancelled()', ['success', 'failure']],
  ['always() && !success()', ['failure', 'cancelled']],
  ['never()', []],
])('`if: %s` holds when the job is one of %j', (condition, statuses) => {
  const all: JobStatus[] = ['success', 'failure', 'cancelled'];
  expect(all.filter((status) => holds(condition, status))).toEqual(statuses);
});

test('a condition that only a runner knows is an error, not a guess', () => {
  expect(() => holds("github.ref == 'refs/heads/main'", 'success')).toThrow("can't be played");
});

test('every action says when its post runs', () => {
  const conditions = actionNames(process.cwd()).map((action) => [action, postCondition(action)]);
  expect(Object.fromEntries(conditions)).toMatchObject({
    'canary-step': 'failure() || cancelled()',
    'verify-slo': 'failure() || cancelled()',
    rollback: 'never()',
  });
});

const RELEASE = 'test/suites/demo/release.yml';

test('the workflow of the demo is one that a user could run', () => {
  expect(problemsOfSuiteSteps(readFileSync(RELEASE, 'utf8'))).toEqual([]);
});

test('a workflow is read with its inputs filled in', () => {
  const steps = readWorkflow(RELEASE, { image: 'registry.example/restaurant:v2' });
  expect(steps.map(({ action, condition }) => [action, condition])).toEqual([
    ['canary-step', 'success()'],
    ['canary-step', 'success()'],
    ['verify-slo', 'success()'],
    ['canary-step', 'success()'],
    ['rollback', 'failure() || cancelled()'],
  ]);
  expect(steps[0]).toMatchObject({
    name: '10 % of the traffic, and a gate',
    inputs: { image: 'registry.example/restaurant:v2', weight: '10' },
  });
});

test.each([
  ['a step of somebody else', 'uses: actions/checkout@v7', 'only steps that use an action of this repository'],
  ['a script', 'run: true', 'only steps that use an action of this repository'],
  ['an expression', `uses: org/d9-actions/rollback@v1, with: { app: '$\{{ github.actor }}' }`, 'expression github.actor'],
])('%s can not be played', (_, step, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'd9-workflow-'));
  const file = join(folder, 'workflow.yml');
  writeFileSync(file, `jobs: { release: { steps: [{ ${step} }] } }`);
  expect(() => readWorkflow(file, {})).toThrow(message);
  rmSync(folder, { recursive: true });
});
