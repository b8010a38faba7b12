import { execFile } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';

/** Cases in virtual time. They take over the clocks of their process, so they run in one of their own. */
jest.setTimeout(600_000);

interface End {
  readonly exitCode: number;
  readonly stdout: string;
  readonly last: { readonly cases: number; readonly violations: number; readonly seed: number };
}

function runFaults(...options: string[]): Promise<End> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['build/test/faults/main.js', ...options], (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (!line.startsWith('{')) reject(new Error(`${stdout}${stderr}`));
      else resolve({ exitCode: error ? Number(error.code) : 0, stdout, last: JSON.parse(line) });
    });
  });
}

test('40 interruptions and 6 races leave every release where it can be completed or taken back, and no request is lost', async () => {
  const { exitCode, stdout, last } = await runFaults('--cases', '40', '--races', '6');
  expect(stdout).toContain('"violations":0');
  expect(exitCode).toBe(0);
  expect(last.cases).toBeGreaterThan(46);
});

/** What is broken on purpose → cases that must notice it. */
const sabotaged: Readonly<Record<string, readonly string[]>> = {
  'skip-weight-zero': ['--scenario', 'rollback', '--cases', '0'],
  'forget-fence': ['--scenario', 'raise', '--fault', 'freeze-before', '--sequel', 'rollback', '--cases', '12'],
};

test.each(Object.entries(sabotaged))('a product that is broken by %s is caught', async (sabotage, cases) => {
  const { exitCode, last } = await runFaults(...cases, '--races', '0', '--sabotage', sabotage);
  expect(exitCode).toBe(1);
  expect(last.violations).toBeGreaterThan(0);
});

test('a sabotaged run goes through the cases of any seed', async () => {
  const { last } = await runFaults('--cases', '3', '--seed', '5', '--sabotage', 'skip-weight-zero');
  expect(last.violations).toBeGreaterThan(0);
});
