import { execFile } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** Runs a command as its users do. */
const run = (file: string, ...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [`build/${file}`, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

const COMMANDS = ['scripts/status.js', 'scripts/replay.js', 'test/suites/demo/main.js', 'test/bench/main.js'];

test.each(COMMANDS)('%s says how it is called when it is asked, and what is wrong when it is called otherwise', async (file) => {
  const help = await run(file, '--help');
  expect(help).toEqual({ code: 0, stdout: expect.stringContaining('npm run '), stderr: '' });
  const wrong = await run(file, '--colour', 'red');
  expect(wrong).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^Unknown option '--colour'\.\n\n.*npm run /) });
});

test.each<[string, string[], RegExp]>([
  ['test/suites/demo/main.js', ['--scenario', 'bad'], /^There is no scenario "bad"; there are good, bad-canary/],
  ['test/suites/demo/main.js', ['--scenario', 'bad-canry'], /^There is no scenario "bad-canry"; did you mean bad-canary\?\n/],
  ['scripts/replay.js', [], /^FILE is missing\.\n\nnpm run/],
  ['scripts/replay.js', ['a', 'b', '--max', '0.1'], /^One FILE is judged, and there are a, b\.\n/],
  ['test/suites/faults/main.js', ['--colour', 'red'], /^Unknown option '--colour'[\s\S]*docs\/faults\.md has them\.\n$/],
  ['test/suites/faults/main.js', ['--fault', 'bites'], /^--fault is one of kill-before,.*not bites\.\n/],
])('%s %j says what is wrong, without a stack', async (file, args, said) => {
  const { code, stderr } = await run(file, ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
  expect(stderr).not.toContain('    at ');
});
