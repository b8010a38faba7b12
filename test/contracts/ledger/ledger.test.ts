import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PLATFORMS } from '../../../src/platforms/index.js';
import type { HeldRecord } from '../../../src/release/record/ledger.js';
import { LockLost } from '../../../src/release/record/lock-lost.js';
import { type ReleaseChanges, someRelease as someOfKubernetes } from '../../src/release/releases.js';
import { triedHere } from '../tried-here.js';
import type { LedgerApp, LedgerBed } from './bed.js';
import { LedgerProcess } from './processes.js';

/** What the engine relies on of whatever keeps an app's record. A platform that has a ledger is tried here without a further line. */
const platforms = PLATFORMS.map(({ kind }) => kind).filter(triedHere);

/** Resolves when it is told to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const NOTHING = async () => {};

describe.each(platforms)('%s', (platform) => {
  let bed: LedgerBed;
  let app: LedgerApp;
  beforeAll(async () => {
    const { startBed } = (await import(`./${platform}.js`)) as { startBed(): Promise<LedgerBed> };
    bed = await startBed();
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    app = await bed.createApp();
  });
  const someRelease = (changes: ReleaseChanges = {}) => someOfKubernetes({ ...changes, platform: bed.memory });
  const process = (asked: ConstructorParameters<typeof LedgerProcess>[1] = {}) => new LedgerProcess(app, asked);

  /** Holds the record until it is told to end, or its lock is lost. */
  async function atWork(holder: LedgerProcess, begin: (held: HeldRecord) => Promise<unknown> = NOTHING) {
    const [taken, over] = [gate(), gate()];
    const done = holder.hold(async (held) => {
      await begin(held);
      taken.open();
      const lost = new Promise<never>((_, reject) => {
        held.signal.addEventListener('abort', () => reject(held.signal.reason), { once: true });
      });
      await Promise.race([over.opened, lost]);
    });
    done.catch(() => {});
    await Promise.race([taken.opened, done]);
    return { end: over.open, done };
  }

  test('an app that was never released has an empty record, which nobody works on, at a place with a name', async () => {
    const { ledger } = process();
    expect(ledger.place).not.toBe('');
    expect(await process().read()).toMatchObject({ record: { history: [] }, lock: undefined });
    expect((await process().read()).record.latest).toBeUndefined();
    expect(await app.text()).toBeUndefined();
  });

  test('what one process has written the next one reads, and goes on with', async () => {
    const release = someRelease();
    await process().hold((held) => held.write(release));
    expect(await process().read()).toMatchObject({ record: { latest: release }, lock: undefined });
    const later = process({ run: '43' });
    await later.hold(async (held) => {
      expect(held).toMatchObject({ record: { latest: release }, isSeized: false });
      await held.noteLive({ image: 'restaurant:2', repository: 'shop/restaurant', runId: '43', at: release.startedAt });
      await held.write({ ...release, weight: 30 });
      expect(held.record).toMatchObject({ latest: { weight: 30 }, live: [{ runId: '43' }] });
    });
    expect((await process().read()).record).toMatchObject({ latest: { weight: 30 }, live: [{ runId: '43' }] });
  });

  test('the lock shows who works on the record, and is gone when the work has ended, by a failure too', async () => {
    const { end, done } = await atWork(process());
    const { lock } = await process().read();
    expect(lock?.holder).toBe('shop/restaurant/42/1/release@runner-42#a');
    expect(lock?.lastsMs).toBeGreaterThan(1000);
    expect(lock?.renewedAt).toBeGreaterThan(0);
    end();
    await done;
    expect((await process().read()).lock).toBeUndefined();
    await expect(process().hold(() => Promise.reject(new Error('the work failed')))).rejects.toThrow('the work failed');
    expect((await process().read()).lock).toBeUndefined();
  });

  test('a process that is cancelled gives the lock back', async () => {
    const cancelled = new AbortController();
    const { done } = await atWork(process({ signal: cancelled.signal }));
    cancelled.abort(new Error('cancelled'));
    await expect(done).rejects.toThrow('cancelled');
    expect((await process().read()).lock).toBeUndefined();
  });

  test('a holder that is alive keeps the lock: whoever comes is told whose it is, and changes nothing', async () => {
    const { end, done } = await atWork(process(), (held) => held.write(someRelease()));
    const before = await app.text();
    const refused = await process({ run: '43' })
      .hold(NOTHING)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'app-being-worked-on',
      message: expect.stringContaining('Workflow run 42 of shop/restaurant'),
    });
    expect(await app.text()).toBe(before);
    end();
    await done;
  });

  test('one that is dead loses it when its time is over; if it was only asleep, it changes nothing any more', async () => {
    const sleeper = process();
    const [fallenAsleep, woken] = [gate(), gate()];
    let late: unknown;
    const slept = sleeper.hold(async (held) => {
      await held.write(someRelease());
      sleeper.clock.freeze();
      fallenAsleep.open();
      await woken.opened;
      late = await held.write(someRelease({ weight: 99 })).catch((error: unknown) => error);
      held.signal.throwIfAborted();
    });
    slept.catch(() => {});
    await fallenAsleep.opened;
    await process({ run: '43' }).hold(async (held) => {
      expect(held.isSeized).toBe(true);
      await held.write(someRelease({ weight: 50 }));
    });
    woken.open();
    await expect(slept).rejects.toBeInstanceOf(LockLost);
    expect(late).toBeInstanceOf(LockLost);
    expect(String(late)).toContain('Workflow run 43 of shop/restaurant');
    expect((await process().read()).record.latest?.weight).toBe(50);
  });

  test('the step before it on the same runner is dead for sure, and is not waited for', async () => {
    const dead = process();
    const killed = await atWork(dead);
    dead.clock.freeze();
    const next = process({ nonce: 'b' });
    const since = next.clock.now();
    await next.hold(async (held) => expect(held.isSeized).toBe(true));
    expect(next.clock.now() - since).toBeLessThan(20_000);
    killed.end();
    await killed.done.catch(() => {});
  });

  test('what was read before the lock is no word on what stands in the record then', async () => {
    const stale = await process().read();
    await process().hold((held) => held.write(someRelease()));
    await process({ run: '43' }).hold(async (held) => {
      expect(held.record.latest?.weight).toBe(10);
    }, stale);
  });

  test('of many that come at once one works at a time, and none overwrites what another wrote', async () => {
    await process().hold((held) => held.write(someRelease({ weight: 0 })));
    let working = 0;
    const one = async (run: string) => {
      for (;;) {
        try {
          return await process({ run }).hold(async (held) => {
            working += 1;
            expect(working).toBe(1);
            await held.write(someRelease({ weight: (held.record.latest?.weight ?? 0) + 1 }));
            working -= 1;
          });
        } catch (error) {
          expect(error).toMatchObject({ code: 'app-being-worked-on' });
        }
      }
    };
    await Promise.all(['51', '52', '53', '54', '55'].map(one));
    expect((await process().read()).record.latest?.weight).toBe(5);
  });

  test('an undo asks whoever is at work to give way, and an undo under way is waited for', async () => {
    const { done } = await atWork(process(), (held) => held.write(someRelease()));
    const undo = process({ run: '43', undoes: true, asksToYield: 'https://github.com/shop/restaurant/actions/runs/43' });
    const undoing = await atWork(undo, (held) => held.write(someRelease({ phase: 'aborting' })));
    await expect(done).rejects.toThrow('https://github.com/shop/restaurant/actions/runs/43 undoes this release');
    const second = process({ run: '44', undoes: true }).hold(async ({ record }) => record.latest?.phase);
    undoing.end();
    await undoing.done;
    expect(await second).toBe('aborting');
  });

  test.each([
    ['no JSON', 'oops', 'record-unreadable'],
    ['no record', '{"schema":1,"history":"none"}', 'record-unreadable'],
    ['a record of a later version', '{"schema":99,"history":[]}', 'record-of-other-version'],
  ])('%s stops the way forward, and is a flaw on the way back', async (_, text, code) => {
    await process().hold((held) => held.write(someRelease()));
    await app.forge(text);
    await expect(process().read()).rejects.toMatchObject({ code });
    expect(await process().readAny()).toMatchObject({ record: { history: [] }, flaw: { code } });
    expect(await app.text()).toBe(text);
  });

  test.each([
    ['a later version', '{"schema":99,"history":[]}', 'record-of-other-version'],
    ['another platform', '{"schema":2,"history":[],"latest":{"platform":{"kind":"elsewhere"}}}', 'record-of-other-platform'],
  ])('a record of %s is not written over, also by who goes on without it', async (_, text, code) => {
    await process().hold((held) => held.write(someRelease()));
    await app.forge(text);
    const undoing = process({ undoes: true }).hold((held) => held.write(someRelease()));
    await expect(undoing).rejects.toMatchObject({ code });
    expect(await app.text()).toBe(text);
    expect((await process().readAny()).lock).toBeUndefined();
  });

  test('a record that is removed in the middle of the work is written anew by its holder, and so is the lock', async () => {
    const holder = process();
    await holder.hold(async (held) => {
      await held.write(someRelease());
      await app.remove();
      await held.write(someRelease({ weight: 30 }));
      expect((await process().read()).lock?.holder).toContain('/42/1/');
    });
    expect((await process().read()).record.latest?.weight).toBe(30);
    expect(holder.log.lines.join('\n')).toContain('written anew');
  });
});
