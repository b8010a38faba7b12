import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingObjective } from '../../../../../src/platforms/kubernetes/evidence/evidence.js';
import { SPLIT_ADVICE } from '../../../../../src/platforms/kubernetes/evidence/split-advice.js';
import { proveSplit } from '../../../../../src/release/proof/prove-split.js';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import { watchObjectives } from '../../../../../src/slo/gate/gate.js';
import { parseSelector } from '../../../../../src/slo/objective/selector.js';
import type { Source } from '../../../../../src/slo/source.js';
import type { MetricsTarget } from '../../../../../src/slo/sources/pods/metrics-target.js';
import { podsSource } from '../../../../../src/slo/sources/pods/pods.js';
import { ManualClock } from '../../../../manual-clock.js';
import { anySignal, RecordingLog } from '../../../platforms/kubernetes/bed.js';

const requests = countingObjective(parseSelector('http_requests_total'));

/** A pod whose app tells no request from another, on a machine that is slow. */
interface IdlePod {
  readonly side: 'canary' | 'stable';
  readonly countsLooks: boolean;
  readonly probes: ReadonlyArray<{ readonly periodMs: number; readonly phase: number }>;
}

interface Machine {
  readonly pods: readonly IdlePod[];
  /** How long looks take, and how late probes come, one after the other, in milliseconds. */
  readonly delaysMs: readonly number[];
  /** Two middlewares count each request twice. */
  readonly timesCounted?: number;
  /** That call the canary in a second; stable gets three times as many. */
  readonly users?: number;
}

/** When so many a second call, by chance. */
function someTimes(rps: number, from: number, seed: number): number[] {
  const times: number[] = [];
  let [at, random] = [from, seed + 1];
  while (rps > 0 && at < from + 200_000) {
    random = (random * 48_271) % 2_147_483_647; // Park and Miller's generator
    at += (-Math.log(random / 2_147_483_647) * 1000) / rps;
    times.push(at);
  }
  return times;
}

/** Looks and probes come to these pods, and users only where it is said. */
function playPods({ pods, delaysMs, timesCounted = 1, users = 0 }: Machine, clock: ManualClock): Source {
  const startedAt = clock.now();
  let next = 0;
  const delay = () => delaysMs[next++ % delaysMs.length] ?? 0;
  const played = pods.map(({ side, countsLooks, probes }, i) => {
    // A probe that is late puts off the next one, and no more than one waits.
    const arrivals = probes.flatMap(({ periodMs, phase }) => {
      let free = 0;
      return Array.from({ length: Math.ceil(200_000 / periodMs) }, (_, n) => {
        const due = startedAt - 20_000 + (n + phase) * periodMs;
        free = Math.max(due, free) + Math.min(delay(), periodMs);
        return free;
      });
    });
    const upkeep = { metricsPath: '/metrics', probes: probes.map(({ periodMs }) => ({ path: '/healthz', periodMs })) };
    const target: MetricsTarget = { name: `p${i}`, uid: `p${i}`, side, readySince: 0, life: 'app 0', upkeep };
    const calls = someTimes(side === 'stable' ? 3 * users : users, startedAt, i);
    let looks = 0;
    return {
      target,
      async page() {
        const took = delay();
        await clock.sleep(took / 2);
        const now = clock.now();
        const come = [...arrivals, ...calls].filter((at) => at <= now).length;
        const text = `http_errors_total 0\nhttp_requests_total ${timesCounted * (looks + come)}\nup_seconds ${now}\n`;
        if (countsLooks) looks++;
        await clock.sleep(took / 2);
        return text;
      },
    };
  });
  return podsSource({
    targets: async () => played.map(({ target }) => target),
    scrape: async ({ uid }) => played.find(({ target }) => target.uid === uid)?.page() ?? '',
    warmUpMs: 0,
    clock,
  });
}

/** What is said of the split of pods that nobody calls. */
async function said(machine: Machine): Promise<string[]> {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const log = Object.assign(new RecordingLog(), { warning: (text: string) => void warnings.push(text) });
  const prove = proveSplit({
    source: playPods(machine, clock),
    requests,
    timeoutMs: 60_000,
    demand: 'expected',
    advice: SPLIT_ADVICE,
    clock,
    log,
  });
  await clock.until(prove(20, 0, { signal: anySignal() }));
  return warnings;
}

/** What a gate finds. */
async function judged(machine: Machine) {
  const clock = new ManualClock();
  const slo = readSlo(
    'objectives:\n  - name: errors\n    ratio: { bad: http_errors_total, total: http_requests_total }\n    max: 1%\nwarm-up: 0s\n',
    'slo.yml',
  );
  const options = { slo, source: playPods(machine, clock), holdMs: 120_000, clock, log: new RecordingLog(), signal: anySignal() };
  return clock.until(watchObjectives(options));
}

const probe = fc.record({
  periodMs: fc.constantFrom(1000, 2000, 5000, 10_000),
  phase: fc.double({ min: 0, max: 1, noNaN: true }),
});
const pod = (side: IdlePod['side'], countsLooks: boolean) =>
  fc.array(probe, { minLength: 1, maxLength: 3 }).map((probes): IdlePod => ({ side, countsLooks, probes }));
const machine = fc.boolean().chain((countsLooks) =>
  fc.record({
    pods: fc.tuple(pod('canary', countsLooks), pod('stable', countsLooks), pod('stable', countsLooks)),
    delaysMs: fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 20 }),
  }),
);

const every = (periodMs: number) => ({ periodMs, phase: 0 });
/** Probes come in a bunch between looks of which some were quick enough to show that they are counted. */
const LATE_AND_QUICK = {
  pods: [
    { side: 'canary', countsLooks: true, probes: [every(1000), every(1000)] },
    { side: 'stable', countsLooks: true, probes: [every(10_000)] },
    { side: 'stable', countsLooks: true, probes: [every(10_000), every(2000)] },
  ] as [IdlePod, IdlePod, IdlePod],
  delaysMs: [1, 1, 5, 10, 1494, 500, 1, 1],
};

test('however late looks and probes come, and whichever the app counts, they are no requests of users', async () => {
  await fc.assert(
    fc.asyncProperty(machine, async (slow) => {
      const warnings = await said(slow);
      expect(warnings).toEqual([
        expect.stringMatching(/^The split could not be proven: (no request was seen|the canary and stable show)/),
      ]);
    }),
    { numRuns: 150, examples: [[LATE_AND_QUICK]] },
  );
});

const PROBES = [{ periodMs: 5000, phase: 0.3 }];
const podsThat = (countsLooks: boolean): readonly IdlePod[] => [
  { side: 'canary', countsLooks, probes: PROBES },
  { side: 'stable', countsLooks, probes: PROBES },
];

test.each([
  [5, 1],
  [5, 2],
  [150, 1],
  [150, 2],
  [400, 2],
])('nobody’s requests pass no gate where looks take %i ms and each is counted %i times', async (ms, timesCounted) => {
  expect(await judged({ pods: podsThat(true), delaysMs: [ms], timesCounted })).toMatchObject({ verdict: 'inconclusive' });
});

test.each([
  [5, false, 1],
  [150, false, 1],
  [400, false, 1],
  [150, true, 1],
  [150, true, 2],
])('users are judged as ever where looks take %i ms (counted: %s), each %i times', async (ms, countsLooks, timesCounted) => {
  const found = await judged({ pods: podsThat(countsLooks), delaysMs: [ms], timesCounted, users: 5 });
  expect(found).toMatchObject({ verdict: 'pass' });
});
