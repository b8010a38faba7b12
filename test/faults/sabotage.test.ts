import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { runFaults } from './run-faults.js';
import { edited } from './sabotage/broken-module.js';
import { DRILLS, SWITCHES } from './sabotage/switches.js';

jest.setTimeout(600_000);

test('a product that is whole keeps its promises in every drill', async () => {
  const { exitCode, stdout, last } = await runFaults('--drills');
  expect(stdout).toContain('"violations":0');
  expect(exitCode).toBe(0);
  expect(last.cases).toBe(DRILLS.length);
});

test.each(SWITCHES)('a product that is broken by $name is caught: $breaks', async ({ name }) => {
  const { exitCode, stdout, last } = await runFaults('--sabotage', name);
  expect(last.violations).toBeGreaterThan(0);
  expect(exitCode).toBe(1);
  // It has to be noticed by what it does, and not by a crash.
  expect(stdout).not.toContain('a defect:');
});

test('a sabotaged run goes through other cases when they are asked for, with any seed', async () => {
  const { last } = await runFaults('--scenario', 'breach', '--cases', '1', '--seed', '5', '--sabotage', 'skip-weight-zero');
  expect(last).toMatchObject({ cases: 2, seed: 5 });
  expect(last.violations).toBeGreaterThan(0);
});

test('a sabotage that there is not is refused, with those that there are', async () => {
  await expect(runFaults('--sabotage', 'skip-weight-one')).rejects.toThrow(/--sabotage is one of count-looks, .*list/);
});

test.each([0, 2])('a piece that the product has %i times is refused: what a sabotage broke by it may be whole', (times) => {
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
