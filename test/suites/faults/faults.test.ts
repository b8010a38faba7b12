import { expect, jest, test } from '@jest/globals';
import { runFaults } from './run-faults.js';

jest.setTimeout(600_000);

test('40 interruptions and 6 races leave every release where it can be completed or taken back, and no request is lost', async () => {
  const { exitCode, stdout, last } = await runFaults('--cases', '40', '--races', '6');
  expect(stdout).toContain('"violations":0');
  expect(exitCode).toBe(0);
  expect(last.cases).toBeGreaterThan(46);
});
