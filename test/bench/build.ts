import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from './row.js';

/**
 * `build-image` beside a plain `docker buildx build --push`: in a bed of its own with an engine, or in the one that it is run in (root, see docs/testbed.md).
 * @param runs pairs of each, when other than what the figures are usually taken from
 */
export function rows({ runs }: { runs?: string | undefined }): Promise<Row[]> {
  const measure = [join(import.meta.dirname, 'build-in-bed.js'), ...(runs === undefined ? [] : [runs])];
  const own = [join(import.meta.dirname, '../../testbed/with-bed.js'), '--engine', '--', process.execPath];
  const isInside = process.env.D9_ENGINE !== undefined;
  const line = execFileSync(process.execPath, [...(isInside ? [] : own), ...measure], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Promise.resolve(JSON.parse(line) as Row[]);
}
