import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildKubectl } from './raise-by-kubectl.js';
import type { Row } from './row.js';

/**
 * Releases on real pods behind the real router: in a full bed of its own, or in the one that it is run in (root, see docs/testbed.md).
 * @param runs how often each thing is done, when other than what its figures are usually taken from
 * @param only what the names of the wanted figures begin with, after `bed/`
 */
export async function rows({ runs, only }: { runs?: string | undefined; only?: string | undefined }): Promise<Row[]> {
  await buildKubectl(); // a bed has no network
  const options = Object.entries({ runs, only }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const measure = [join(import.meta.dirname, 'bed-in-bed.js'), ...options];
  const own = [join(import.meta.dirname, '../../testbed/with-bed.js'), '--full', '--', process.execPath];
  const isInside = process.env.D9_TESTBED !== undefined;
  const line = execFileSync(process.execPath, [...(isInside ? [] : own), ...measure], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(line) as Row[];
}
