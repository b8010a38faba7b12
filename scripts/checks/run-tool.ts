import { execFile } from 'node:child_process';

/** Runs a command-line tool from node_modules under this Node. @returns what it printed, as problems, when it exits above 0 */
export function problemsOf(root: string, script: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const printed = `${stdout}${stderr}`.trim();
      resolve(error === null ? [] : [printed === '' ? error.message : printed]);
    });
  });
}
