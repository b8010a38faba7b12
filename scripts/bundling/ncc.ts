import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CLI = fileURLToPath(import.meta.resolve('@vercel/ncc/dist/ncc/cli.js'));
const PRELOAD = new URL('./side-effect-free.js', import.meta.url).href;

/**
 * Bundles one emitted module and what it imports into `out`, as ESM, with the licences of what went in.
 * @throws Error with the bundler's own words
 */
export async function ncc(root: string, entry: string, out: string): Promise<void> {
  const options = ['--target', 'es2024', '--license', 'licenses.txt', '--no-cache', '--quiet'];
  try {
    await run(process.execPath, ['--import', PRELOAD, CLI, 'build', join(root, entry), '--out', out, ...options], { cwd: root });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`ncc could not bundle ${entry}:\n${stdout}${stderr}`, { cause });
  }
}
