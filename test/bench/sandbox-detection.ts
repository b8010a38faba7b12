import { sandboxFixture } from '../../testbed/sandbox/fixture.js';
import { image, releaseBed } from '../suites/cluster/release-bed.js';
import { zeroWritten } from '../suites/e2e/traffic-bed.js';
import { type Detection, detected, repeat, summary } from './detection.js';
import type { Row } from './row.js';

const TAG = 'v2-errors-100';
const USUAL_RUNS = 10;

/** `bed/detect-to-zero` where a route acts at once and nothing but Node is needed: what the gate itself takes. */
export async function rows({ runs }: { runs?: string | undefined }): Promise<Row[]> {
  const fixture = await sandboxFixture();
  const detect = async (): Promise<Detection> => {
    const bed = await releaseBed(fixture, { route: true, replicas: 2 });
    const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
    const watched = zeroWritten(bed);
    const inputs = { weight: '10', image: image(TAG), settle: '3s', 'prove-timeout': '30s', slo: 'slo.yml', hold: '60s' };
    const end = await bed.step('canary-step', inputs);
    if (end.outputs.verdict !== 'fail') throw new Error(`The gate did not fail:\n${end.stdout}`);
    const zeroAt = await watched;
    return detected(await load.stop(), TAG, zeroAt);
  };
  try {
    return summary('detect/to-zero', await repeat('sandbox: bad from the start', Number(runs ?? USUAL_RUNS), detect));
  } finally {
    await fixture.close();
  }
}
