import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Loaded into every Node step (`--import`). When the run is being cancelled, a step that has ended keeps its process until act kills it: act takes
 * a process that ends by itself for a step that failed, and would begin the next one. See cancellation.ts.
 */
const directory = process.env.D9_CANCELLATION;

process.on('exit', () => {
  if (directory === undefined || !existsSync(join(directory, 'asked'))) return;
  writeFileSync(join(directory, `ended-${process.pid}`), '');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
