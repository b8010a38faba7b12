import { execFile } from 'node:child_process';

export interface End {
  readonly exitCode: number;
  readonly stdout: string;
  readonly last: { readonly cases: number; readonly violations: number; readonly seed: number };
}

/** `npm run faults`, in a process of its own: cases take over the clocks of theirs. Rejects with what was printed where that ends without a count. */
export function runFaults(...options: string[]): Promise<End> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['build/test/suites/faults/main.js', ...options], (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (!line.startsWith('{')) reject(new Error(`${stdout}${stderr}`));
      else resolve({ exitCode: error ? Number(error.code) : 0, stdout, last: JSON.parse(line) });
    });
  });
}
