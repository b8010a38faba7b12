import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReleaseBed } from '../suites/cluster/release-bed.js';

const USAGE = new URL('./usage-at-exit.js', import.meta.url).href;

/** What one run of an action took. */
export interface Usage {
  readonly seconds: number;
  /** User and system time of its process. */
  readonly cpuMs: number;
  /** Its largest resident size. */
  readonly rssMb: number;
}

/** Runs an action as a step. @throws Error with all that it said, when it does not succeed */
export async function measuredStep(bed: ReleaseBed, action: string, inputs: Record<string, string>): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'd9-usage-'));
  const file = join(folder, 'usage.json');
  try {
    const from = performance.now();
    const end = await bed.step(action, inputs, { env: { NODE_OPTIONS: `--import=${USAGE}`, D9_USAGE: file } });
    const seconds = (performance.now() - from) / 1000;
    if (end.exitCode !== 0) throw new Error(`${action} did not succeed:\n${end.stdout}`);
    return { seconds, ...(JSON.parse(readFileSync(file, 'utf8')) as Pick<Usage, 'cpuMs' | 'rssMb'>) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
