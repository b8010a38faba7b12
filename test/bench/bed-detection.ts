import { pushVersion, trafficBed, zeroWritten } from '../e2e/traffic-bed.js';
import type { Fixture } from '../testbed/fixture.js';
import type { Report } from '../testbed/load/report.js';
import { absolute, type Row } from './row.js';

const RPS = 50;
const WHILE_HELD = 'bed/detect-to-zero/while-held';

/** When a canary that answers nothing but errors was noticed, in milliseconds from the first bad answer that a client saw. */
interface Detection {
  readonly toZeroMs: number;
  readonly toLastBadMs: number;
}

/**
 * A canary at 10 % of 50 rps that is bad from the start, and one that turns bad while the gate looks; `runs` of each.
 * @param only the second is left out when this is the beginning of names of the first alone: `bed/detect-to-zero/p`
 */
export async function detection(fixture: Fixture, runs: number, only: string): Promise<Row[]> {
  const fromTheStart = summary('bed/detect-to-zero', await repeat('bad from the start', runs, () => badFromTheStart(fixture)));
  if (fromTheStart.some(({ name }) => name.startsWith(only)) && !WHILE_HELD.startsWith(only)) return fromTheStart;
  return [...fromTheStart, ...summary(WHILE_HELD, await repeat('turns bad', runs, () => turnsBad(fixture)))];
}

async function repeat(what: string, runs: number, detect: () => Promise<Detection>): Promise<Detection[]> {
  const found: Detection[] = [];
  while (found.length < runs) {
    found.push(await detect());
    process.stderr.write(`bed: ${what}, ${found.length} of ${runs}: ${JSON.stringify(found.at(-1))}\n`);
  }
  return found;
}

function summary(name: string, found: readonly Detection[]): Row[] {
  const at = (share: number, of: keyof Detection) => {
    const sorted = found.map((each) => each[of]).sort((a, b) => a - b);
    return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  };
  return [
    absolute(`${name}/p50`, at(0.5, 'toZeroMs'), 'ms', 2000),
    absolute(`${name}/p95`, at(0.95, 'toZeroMs'), 'ms', 3000),
    absolute(`${name}/last-bad/p50`, at(0.5, 'toLastBadMs'), 'ms', 4000),
    absolute(`${name}/last-bad/p95`, at(0.95, 'toLastBadMs'), 'ms', 6000),
  ];
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

function detected({ bad }: Report, version: string, zeroAt: number): Detection {
  const span = bad.failed[version];
  if (span === undefined) throw new Error('No client saw a bad answer.');
  return { toZeroMs: zeroAt - span.firstAt, toLastBadMs: span.lastAt - span.firstAt };
}
