import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from './row.js';

/**
 * Releases on real pods behind the real router: in a full bed of its own, or in the one that it is run in (root, see docs/testbed.md).
 * @param runs how often each thing is done, when other than what its figures are usually taken from
 */
export function rows({ runs }: { runs?: string | undefined }): Promise<Row[]> {
  const measure = [join(import.meta.dirname, 'bed-in-bed.js'), ...(runs === undefined ? [] : [runs])];
  const own = [join(import.meta.dirname, '../testbed/with-bed.js'), '--full', '--', process.execPath];
  const isInside = process.env.D9_TESTBED !== undefined;
  const line = execFileSync(process.execPath, [...(isInside ? [] : own), ...measure], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Promise.resolve(JSON.parse(line) as Row[]);
}
