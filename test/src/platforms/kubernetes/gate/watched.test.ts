import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Gate } from '../../../../../src/platforms/kubernetes/gate/judge-hold.js';
import { watched } from '../../../../../src/platforms/kubernetes/gate/watched.js';
import type { Work } from '../../../../../src/platforms/kubernetes/work.js';
import type { Release } from '../../../../../src/release/record/record.js';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import type { SidePoll } from '../../../../../src/slo/source.js';
import { ManualClock } from '../../../../manual-clock.js';
import { someRelease } from '../../../release/releases.js';
import { RecordingLog } from '../bed.js';

const slo = readSlo('objectives:\n  - name: errors\n    ratio: { bad: b_total, total: t_total }\n    max: 1%\n', 'slo.yml');
const gate = (onBreach: Gate['onBreach'] = 'abort'): Gate => ({ slo, holdMs: 60_000, onBreach });
const CANCELLED = new Error('cancelled');

let clock: ManualClock;
let cancel: AbortController;
let written: Release[];
let looks: number;
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
beforeEach(() => {
  clock = new ManualClock(0);
  cancel = new AbortController();
  written = [];
  looks = 0;
  unhandled.length = 0;
});

/** Requests of the canary since the look before, by the number of the look. */
type Counts = (look: number) => { readonly good: number; readonly bad: number } | Error;

const workWith = (counts: Counts): Work =>
  ({
    clock,
    log: new RecordingLog(),
    held: {
      record: { latest: someRelease(), history: [] },
      signal: cancel.signal,
      write: async (release: Release) => void written.push(release),
    },
    evidence: () => ({
      async poll() {
        const seen = counts(looks++);
        if (seen instanceof Error) throw seen;
        const side: SidePoll = { pods: 1, scraped: 1, counts: new Map(), problems: [], notes: [], coveredPodMs: 0 };
        return { at: clock.now(), canary: { ...side, counts: new Map([['errors', seen]]) }, stable: side };
      },
    }),
  }) as unknown as Work;

/** Runs a part under watch to its end, and says when that was. */
async function run<T>(counts: Counts, part: (work: Work) => Promise<T>, asked: Gate | 'none' = gate()) {
  const outcome = await clock.until(
    watched(workWith(counts), someRelease(), asked === 'none' ? undefined : asked, part).then(
      (value) => ({ ...value, error: undefined }),
      (error: unknown) => ({ error, breach: undefined, release: undefined, value: undefined }),
    ),
  );
  const at = clock.now();
  const looksThen = looks;
  await clock.advance(30_000);
  expect(looks).toBe(looksThen); // nobody goes on looking
  expect(unhandled).toEqual([]);
  return { ...outcome, at };
}

const waiting = (ms: number) => async (work: Work) => {
  await work.clock.sleep(ms, work.held.signal);
  return 'proven';
};
const good: Counts = () => ({ good: 5, bad: 0 });
const bad: Counts = (look) => ({ good: 0, bad: look === 0 ? 0 : 4 });

test('a part that a good canary lets be is finished, and what was seen is for the hold to go on from', async () => {
  const { value, breach, release, at } = await run(good, waiting(4500));
  expect({ value, breach, at }).toEqual({ value: 'proven', breach: undefined, at: 4500 });
  expect(release?.gate).toMatchObject({
    weight: 10,
    verdict: 'inconclusive',
    objectives: [{ name: 'errors', state: { good: 30, bad: 0, forPass: { good: 0, bad: 0 } } }],
  });
  expect(release?.steps).toEqual(someRelease().steps);
});

test('a breach ends it in the middle of its wait, with the reason', async () => {
  const { breach, at } = await run(bad, waiting(600_000));
  expect(at).toBe(1000);
  expect(breach).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('4 of 4 requests were bad') });
});

test('a breach that the last look shows, after the part has ended, is one', async () => {
  const { breach, value } = await run((look) => ({ good: 0, bad: look === 1 ? 4 : 0 }), waiting(500));
  expect(breach?.verdict).toBe('fail');
  expect(value).toBeUndefined();
});

test('where a breach is only to be reported the part is finished, and the fail stands for the hold', async () => {
  const { value, breach, release, at } = await run(bad, waiting(20_000), gate('fail'));
  expect({ value, breach, at }).toEqual({ value: 'proven', breach: undefined, at: 20_000 });
  expect(release?.gate).toMatchObject({ verdict: 'fail', objectives: [{ state: { failed: 'above-max' } }] });
});

test('without a gate nothing is looked at and nothing changes', async () => {
  const { value, release } = await run(bad, waiting(20_000), 'none');
  expect(value).toBe('proven');
  expect(release).toEqual(someRelease());
  expect(looks).toBe(0);
});

describe('when the part fails by itself', () => {
  const refused = new Error('the router does not follow the weight');
  const failing = (ms: number) => async (work: Work) => {
    await work.clock.sleep(ms, work.held.signal);
    throw refused;
  };

  test('its error is what counts, and the watch ends', async () => {
    const { error, at } = await run(good, failing(2500));
    expect({ error, at }).toEqual({ error: refused, at: 2500 });
  });

  test('after a breach has told it to end, the breach is what counts', async () => {
    const { breach, error } = await run(bad, async (work) => {
      await work.clock.sleep(60_000, work.held.signal).catch(() => undefined);
      throw refused;
    });
    expect(breach?.verdict).toBe('fail');
    expect(error).toBeUndefined();
  });
});

test('a cancelled step ends for that reason, also when a breach comes at the same moment: nothing more may be changed', async () => {
  const part = async (work: Work) => {
    await work.clock.sleep(1000, work.held.signal).catch(() => undefined);
    cancel.abort(CANCELLED);
    work.held.signal.throwIfAborted();
    return 'proven';
  };
  for (const counts of [good, bad]) {
    cancel = new AbortController();
    looks = 0;
    const { error, breach } = await run(counts, part);
    expect(breach).toBeUndefined();
    expect(error).toBe(CANCELLED);
  }
});

test('figures that can not be read end nothing: the proof and the hold will say so', async () => {
  const { value, release } = await run(() => new Error('no route to host'), waiting(3000));
  expect(value).toBe('proven');
  expect(release?.gate?.verdict).toBe('inconclusive');
});

test('the part reads and writes the record as it is now, not as it was', async () => {
  await run(good, async (work) => {
    await work.held.write(someRelease({ weight: 30 }));
  });
  expect(written).toMatchObject([{ weight: 30 }]);
});
