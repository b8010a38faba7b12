import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from './row.js';

/** Releases on a control-plane bed of its own (root, see docs/testbed.md): what a raise asks of the API server, and how soon a failure to start is named. */
export function rows(): Promise<Row[]> {
  const bed = join(import.meta.dirname, '../../testbed/with-bed.js');
  const measured = ['release-requests-in-bed.js', 'start-failures-in-bed.js'].map((file) => {
    const line = execFileSync(process.execPath, [bed, '--', process.execPath, join(import.meta.dirname, file)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(line) as Row[];
  });
  return Promise.resolve(measured.flat());
}
