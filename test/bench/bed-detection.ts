import type { Fixture } from '../../testbed/fixture.js';
import { pushVersion, trafficBed, zeroWritten } from '../suites/e2e/traffic-bed.js';
import { type Detection, detected, repeat, summary } from './detection.js';
import type { Row } from './row.js';

const RPS = 50;
const WHILE_HELD = 'bed/detect-to-zero/while-held';

/**
 * A canary at 10 % of 50 rps that is bad from the start, and one that turns bad while the gate looks; `runs` of each.
 * @param only the second is left out when this is the beginning of names of the first alone: `bed/detect-to-zero/p`
 */
export async function detection(fixture: Fixture, runs: number, only: string): Promise<Row[]> {
  const fromTheStart = summary(
    'bed/detect-to-zero',
    await repeat('bed: bad from the start', runs, () => badFromTheStart(fixture)),
  );
  if (fromTheStart.some(({ name }) => name.startsWith(only)) && !WHILE_HELD.startsWith(only)) return fromTheStart;
  return [...fromTheStart, ...summary(WHILE_HELD, await repeat('bed: turns bad', runs, () => turnsBad(fixture)))];
}

async function badFromTheStart(fixture: Fixture): Promise<Detection> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'errors', 'errors-100');
  let zeroAt = 0;
  const report = await bed.underLoad({ rps: RPS }, async () => {
    const watched = zeroWritten(bed);
    const end = await bed.step('canary-step', { weight: '10', image, slo: 'slo.yml', hold: '60s' });
    if (end.outputs.verdict !== 'fail') throw new Error(`The gate did not fail:\n${end.stdout}`);
    zeroAt = await watched;
  });
  return detected(report, 'errors', zeroAt);
}

async function turnsBad(fixture: Fixture): Promise<Detection> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'v2');
  let zeroAt = 0;
  const report = await bed.underLoad({ rps: RPS }, async () => {
    const watched = zeroWritten(bed);
    const raised = await bed.step('canary-step', { weight: '10', image });
    if (raised.exitCode !== 0) throw new Error(`The raise did not succeed:\n${raised.stdout}`);
    const looking = Promise.withResolvers<void>();
    const onStdout = (soFar: string) => soFar.includes('What a pass needs') && looking.resolve();
    const gate = bed.step('verify-slo', { hold: '60s' }, { onStdout });
    await looking.promise;
    await fixture.setFaults({ namespace: bed.namespace, selector: { 'd9.dev/track': 'canary' }, faults: 'errors-100' });
    const end = await gate;
    if (end.outputs.verdict !== 'fail') throw new Error(`The gate did not fail:\n${end.stdout}`);
    zeroAt = await watched;
  });
  return detected(report, 'v2', zeroAt);
}
