import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../../src/kernel/environment.js';
import { readWorkflowRun } from '../../../src/kernel/workflow-run.js';

test('the run that a release belongs to is read from the runner', () => {
  const variables = {
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '3',
    GITHUB_JOB: 'release',
    RUNNER_NAME: 'runner-1',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_WORKFLOW_REF: 'shop/restaurant/.github/workflows/release.yml@refs/heads/main',
  };
  expect(readWorkflowRun(readEnvironment(variables, '/w'))).toEqual({
    repository: 'shop/restaurant',
    runId: '42',
    runAttempt: 3,
    job: 'release',
    runner: 'runner-1',
    event: 'push',
    workflow: 'shop/restaurant/.github/workflows/release.yml',
    url: 'https://github.example/shop/restaurant/actions/runs/42',
  });
});

test('outside a workflow nothing is missing, and empty variables count as none', () => {
  const run = readWorkflowRun(readEnvironment({ GITHUB_RUN_ID: '', GITHUB_RUN_ATTEMPT: '' }, '/w'));
  expect(run).toMatchObject({ repository: 'local/local', runId: 'local', runAttempt: 1, job: 'local', event: 'local' });
});

test.each([
  ['refs/heads/main', 'a branch'],
  ['refs/heads/fix@night', 'a branch with @ in its name'],
  ['refs/heads/a@refs/b', 'a branch that looks like two'],
  ['refs/pull/7/merge', 'a pull request'],
  ['0123456789abcdef0123456789abcdef01234567', 'a commit'],
])('a workflow is the same file on whatever it ran: %s, %s', (ref) => {
  const GITHUB_WORKFLOW_REF = `shop/restaurant/.github/workflows/release.yml@${ref}`;
  expect(readWorkflowRun(readEnvironment({ GITHUB_WORKFLOW_REF }, '/w')).workflow).toBe(
    'shop/restaurant/.github/workflows/release.yml',
  );
});

test('a runner that does not name the workflow file leaves it unknown', () => {
  for (const GITHUB_WORKFLOW_REF of ['', undefined])
    expect(readWorkflowRun(readEnvironment({ GITHUB_WORKFLOW_REF }, '/w')).workflow).toBeUndefined();
});

test('the workspace is the checked-out repository, or else where the step was started', () => {
  expect(readEnvironment({ GITHUB_WORKSPACE: '/repo', RUNNER_TEMP: '/t', RUNNER_DEBUG: '1' }, '/w')).toMatchObject({
    workspace: '/repo',
    temporary: '/t',
    debug: true,
  });
  expect(readEnvironment({}, '/w')).toMatchObject({ workspace: '/w', temporary: '/tmp', debug: false });
});
