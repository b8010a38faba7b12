import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { runFaults } from './run-faults.js';
import { edited } from './sabotage/broken-module.js';
import { DRILLS, SWITCHES, type SwitchName } from './sabotage/switches.js';
import { runOnAllCores } from './workers.js';
import { withWorkspace } from './workspace.js';

jest.setTimeout(600_000);

/** Drill → what it found wrong. */
const run = (drills: readonly string[], sabotage?: SwitchName): Promise<Record<string, readonly string[]>> =>
  withWorkspace(async (workspace) => {
    const found: Record<string, readonly string[]> = {};
    const jobs = drills.map((name) => ({ kind: 'drill', what: { name, seed: 1 } }) as const);
    await runOnAllCores(jobs, { workspace, sabotage }, ({ what }, end) => {
      found[what.name] = end.violations;
    });
    return found;
  });

test('a product that is whole keeps its promises in every drill', async () => {
  expect(await run(DRILLS)).toEqual(Object.fromEntries(DRILLS.map((drill) => [drill, []])));
});

test.each(SWITCHES)('a product that is broken by $name is caught: $breaks', async ({ name, caughtBy }) => {
  const found = await run(caughtBy, name);
  expect(caughtBy.filter((drill) => found[drill]?.length === 0)).toEqual([]);
  // It has to be noticed by what it does, and not by a crash.
  expect(JSON.stringify(found)).not.toContain('a defect:');
});

test('a run that finds its product broken ends with exit code 1, also with cases and a seed of one’s own', async () => {
  const cases = ['--scenario', 'rollback', '--cases', '1', '--seed', '5'];
  const { exitCode, last } = await runFaults(...cases, '--sabotage', 'skip-weight-zero');
  expect(exitCode).toBe(1);
  expect(last).toMatchObject({ cases: 2, seed: 5 });
});

test('a sabotage that there is not is refused, with those that there are', async () => {
  await expect(runFaults('--sabotage', 'skip-weight-one')).rejects.toThrow(/--sabotage is one of count-looks, .*list/);
});

test.each([0, 2])('a piece that the product has %i times is refused: what a sabotage broke by it may be whole', (times) => {
  const edit = { module: 'src/platforms/kubernetes/strategies/canary/promote.js', piece: 'return 1;', instead: 'return 2;' };
  expect(() => edited('return 1;'.repeat(times), edit)).toThrow(
    `src/platforms/kubernetes/strategies/canary/promote.js has ${times} times`,
  );
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
