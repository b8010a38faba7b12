import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { edited } from './sabotage/broken-module.js';
import { DRILLS, SWITCHES } from './sabotage/switches.js';

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

test('40 interruptions, 6 races and every drill leave every release where it can be completed or taken back, and no request is lost', async () => {
  const { exitCode, stdout, last } = await runFaults('--cases', '40', '--races', '6');
  expect(stdout).toContain('"violations":0');
  expect(exitCode).toBe(0);
  expect(last.cases).toBeGreaterThan(46);
  for (const drill of DRILLS) expect(stdout).toContain(`drill ${drill}:`);
});

test.each(SWITCHES)('a product that is broken by $name is caught: $breaks', async ({ name }) => {
  const { exitCode, stdout, last } = await runFaults('--sabotage', name);
  expect(exitCode).toBe(1);
  expect(last.violations).toBeGreaterThan(0);
  // What breaks the product must not be found by what it breaks besides.
  expect(stdout).not.toContain('a defect:');
});

test('a sabotaged run goes through the cases of any seed', async () => {
  const { last } = await runFaults('--scenario', 'promote', '--cases', '3', '--seed', '5', '--sabotage', 'skip-weight-zero');
  expect(last.violations).toBeGreaterThan(0);
});

test('a sabotage that there is not is refused, with those that there are', async () => {
  await expect(runFaults('--sabotage', 'skip-weight-one')).rejects.toThrow(/--sabotage is one of skip-weight-zero, .*list/);
});

test.each([0, 2])('a sabotage whose piece the product has %i times is refused: what it broke may be whole', (times) => {
  const edit = { module: 'src/release/promote.js', piece: 'return 1;', instead: 'return 2;' };
  expect(() => edited('return 1;'.repeat(times), edit)).toThrow(`src/release/promote.js has ${times} times`);
  expect(edited('a(); return 1;', edit)).toBe('a(); return 2;');
});

test('the page of the suite has every switch and every drill', () => {
  const page = readFileSync('docs/faults.md', 'utf8');
  for (const { name, promise, breaks, how, caughtBy } of SWITCHES) {
    const drills = caughtBy.map((drill) => `\`${drill}\``).join(', ');
    expect(page).toContain(`| \`${name}\`${'tamper' in how ? ' †' : ''} | ${promise} | ${breaks} | ${drills} |`);
  }
  for (const drill of DRILLS) expect(page).toContain(`| \`${drill}\` | `);
});
