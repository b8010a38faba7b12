import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../../src/action/environment.js';
import { readWorkflowRun } from '../../../src/action/workflow-run.js';

test('the run that a release belongs to is read from the runner', () => {
  const variables = {
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '3',
    GITHUB_JOB: 'release',
    RUNNER_NAME: 'runner-1',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SERVER_URL: 'https://github.example',
  };
  expect(readWorkflowRun(readEnvironment(variables, '/w'))).toEqual({
    repository: 'shop/restaurant',
    runId: '42',
    runAttempt: 3,
    job: 'release',
    runner: 'runner-1',
    event: 'push',
    url: 'https://github.example/shop/restaurant/actions/runs/42',
  });
});

test('outside a workflow nothing is missing, and empty variables count as none', () => {
  const run = readWorkflowRun(readEnvironment({ GITHUB_RUN_ID: '', GITHUB_RUN_ATTEMPT: '' }, '/w'));
  expect(run).toMatchObject({ repository: 'local/local', runId: 'local', runAttempt: 1, job: 'local', event: 'local' });
});

test('the workspace is the checked-out repository, or else where the step was started', () => {
  expect(readEnvironment({ GITHUB_WORKSPACE: '/repo', RUNNER_TEMP: '/t', RUNNER_DEBUG: '1' }, '/w')).toMatchObject({
    workspace: '/repo',
    temporary: '/t',
    debug: true,
  });
  expect(readEnvironment({}, '/w')).toMatchObject({ workspace: '/w', temporary: '/tmp', debug: false });
});
