import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { ApiError, DeadlineError } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { ManualClock } from '../../../../manual-clock.js';
import { anySignal, connectTo } from '../bed.js';
import { answer, type Fault, FaultServer, refuse, reset, stall, stream } from '../fault-server.js';

let server: FaultServer;
afterEach(() => server.stop());

const map = (name: string, resourceVersion: string, data: Record<string, string> = {}) => ({
  metadata: { name, resourceVersion },
  data,
});
const listed = (resourceVersion: string, ...items: object[]): Fault => answer(200, { items, metadata: { resourceVersion } });
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const done = event('ADDED', map('done', '99'));
const gone = event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });

/** Waits until an object named `done` is there; gives the names in the set at that moment. */
async function untilDone(script: Fault[], options: Parameters<typeof connectTo>[1] = {}) {
  server = await FaultServer.start(script);
  const cluster = connectTo({ server: server.url }, { clock: systemClock, random: () => 0, ...options });
  return cluster.until(
    CONFIG_MAP,
    { labels: 'app=x' },
    (maps) => {
      const names = maps.map(({ metadata }) => metadata?.name ?? '').toSorted();
      return names.includes('done') ? names : undefined;
    },
    { timeoutMs: 5_000 },
    anySignal(),
  );
}
/** `list` or the version that a watch resumes from, for each request. */
const asked = () => server.requests.map(({ query }) => (query.has('watch') ? query.get('resourceVersion') : 'list'));

describe('until', () => {
  test('asks after the list, so that what is there already needs no watch', async () => {
    expect(await untilDone([listed('5', map('done', '4'))])).toEqual(['done']);
    expect(asked()).toEqual(['list']);
  });

  test('asks when the list is empty, so that waiting for "none left" ends', async () => {
    server = await FaultServer.start([listed('5')]);
    const cluster = connectTo({ server: server.url }, { clock: systemClock });
    const none = cluster.until(
      CONFIG_MAP,
      {},
      (maps) => (maps.length === 0 ? 'none' : undefined),
      { timeoutMs: 1000 },
      anySignal(),
    );
    expect(await none).toBe('none');
  });

  test('knows the whole set after each change', async () => {
    const changes = event('ADDED', map('b', '6')) + event('DELETED', map('a', '7')) + event('MODIFIED', map('b', '8')) + done;
    expect(await untilDone([listed('5', map('a', '1')), stream(changes, 'stay')])).toEqual(['b', 'done']);
    expect(Object.fromEntries(server.requests[1]?.query ?? [])).toEqual({
      labelSelector: 'app=x',
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '240',
    });
  });

  test.each<[string, string, 'close' | 'reset']>([
    ['the server ends it', '', 'close'],
    ['the connection is reset', '', 'reset'],
    ['it stops in the middle of a line', '{"type":"ADDED","object":{"metadata":{"na', 'reset'],
    ['it ends in the middle of a line', '{"type":"ADDED","object":{"metadata":{"na', 'close'],
    ['a line is broken', '{"type":"ADDED","obj\n', 'close'],
  ])('goes on where it was when %s', async (_what, tail, end) => {
    const broken = stream(event('ADDED', map('a', '6')) + event('BOOKMARK', { metadata: { resourceVersion: '7' } }) + tail, end);
    expect(await untilDone([listed('5'), broken, stream(done, 'stay')])).toEqual(['a', 'done']);
    expect(asked()).toEqual(['list', '5', '7']);
  });

  test('an event that arrives in two pieces, cut through a letter, is one event', async () => {
    const first = Buffer.from(event('ADDED', map('a', '6')));
    const second = Buffer.from(event('ADDED', map('done', '7', { greeting: 'grüße' })));
    const cut = second.indexOf('ü') + 1;
    const firstSeen = Promise.withResolvers<void>();
    const inPieces: Fault = (_request, response) => {
      response.writeHead(200).write(Buffer.concat([first, second.subarray(0, cut)]));
      void firstSeen.promise.then(() => response.write(second.subarray(cut)));
    };
    server = await FaultServer.start([listed('5'), inPieces]);
    const greeting = await connectTo({ server: server.url }, { clock: systemClock }).until(
      CONFIG_MAP,
      {},
      (maps) => {
        if (maps.length === 1) firstSeen.resolve();
        return maps[1]?.data?.greeting;
      },
      { timeoutMs: 2_000 },
      anySignal(),
    );
    expect(greeting).toBe('grüße');
    expect(asked()).toEqual(['list', '5']);
  });

  test.each<[string, Fault]>([
    ['an ERROR event', stream(gone, 'close')],
    ['HTTP 410', refuse(410, 'Expired', 'too old resource version')],
  ])('lists anew after 410 as %s, and forgets what was deleted meanwhile', async (_what, expired) => {
    const script = [listed('5', map('deleted', '1')), expired, listed('50', map('kept', '40')), stream(done, 'stay')];
    expect(await untilDone(script)).toEqual(['done', 'kept']);
    expect(asked()).toEqual(['list', '5', 'list', '50']);
  });

  test.each<[string, Fault]>([
    ['503', refuse(503, 'ServiceUnavailable', 'restarting')],
    ['429', refuse(429, 'TooManyRequests', 'slow down')],
    ['a reset before the answer', reset],
  ])('goes on after %s', async (_what, fault) => {
    expect(await untilDone([listed('5'), fault, stream(done, 'stay')])).toEqual(['done']);
    expect(asked()).toEqual(['list', '5', '5']);
  });

  test('a watch that falls silent is taken for dead and opened again', async () => {
    const silent = stream(event('ADDED', map('a', '6')), 'stay');
    expect(await untilDone([listed('5'), silent, stream(done, 'stay')], { watchTimes: { silenceMs: 80 } })).toEqual([
      'a',
      'done',
    ]);
    expect(asked()).toEqual(['list', '5', '6']);
  });

  test('a watch that is never answered costs 15 s, and goes on where it was', async () => {
    const unanswered = Promise.withResolvers<void>();
    const silent: Fault = () => setImmediate(unanswered.resolve);
    // The client's own timer; sockets, dates and immediates go on.
    jest.useFakeTimers({
      doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'],
    });
    try {
      const clock = new ManualClock();
      const waiting = untilDone([listed('5'), silent, stream(done, 'stay')], { clock });
      await unanswered.promise;
      jest.advanceTimersByTime(15_000);
      await clock.advance(1_000);
      const before = Date.now();
      while (server.requests.length < 3 && Date.now() - before < 5_000) await clock.advance(100);
      expect(asked()).toEqual(['list', '5', '5']);
      expect(await waiting).toEqual(['done']);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a refusal is not waited out', async () => {
    await expect(untilDone([listed('5'), refuse(403, 'Forbidden', 'ci may not watch configmaps')])).rejects.toThrow(ApiError);
    await server.stop();
    await expect(untilDone([refuse(404, 'NotFound', 'no such kind')])).rejects.toThrow('no such kind');
  });

  test('what `decide` throws ends the wait', async () => {
    server = await FaultServer.start([listed('5')]);
    const failing = connectTo({ server: server.url }, { clock: systemClock }).until(
      CONFIG_MAP,
      {},
      () => {
        throw new ApiError(503, 'x', 'thrown by decide');
      },
      { timeoutMs: 1000 },
      anySignal(),
    );
    await expect(failing).rejects.toThrow('thrown by decide');
  });

  test('the deadline is for everything together, says what was waited for, and leaves no connection', async () => {
    const clock = new ManualClock();
    const watching = Promise.withResolvers<void>();
    server = await FaultServer.start([
      listed('5'),
      (request, response) => {
        stream('', 'stay')(request, response);
        watching.resolve();
      },
    ]);
    const cluster = connectTo({ server: server.url }, { clock });
    const waiting = cluster.until(CONFIG_MAP, {}, () => undefined, { timeoutMs: 90_000 }, anySignal());
    const outcome = expect(waiting).rejects.toThrow(new DeadlineError('Waited 1m30s for configmaps in namespace shop'));
    await watching.promise;
    await clock.advance(90_000);
    await outcome;
    await closed();
  });

  /** Lets a wait of `timeoutMs` go on until it is over; the clock moves as fast as the server answers. */
  async function waitOut(watched: Fault, timeoutMs: number): Promise<unknown> {
    const clock = new ManualClock();
    server = await FaultServer.start([
      (request, response) => (request.query.has('watch') ? watched : listed('5'))(request, response),
    ]);
    const cluster = connectTo({ server: server.url }, { clock, random: () => 0.5 });
    let over = false;
    const outcome = cluster
      .until(CONFIG_MAP, {}, () => undefined, { timeoutMs }, anySignal())
      .catch((error: unknown) => error)
      .finally(() => {
        over = true;
      });
    while (!over) {
      await clock.advance(50);
      await systemClock.sleep(1);
    }
    return outcome;
  }

  test.each<[string, Fault]>([
    ['410 as an event', stream(gone, 'close')],
    ['410 as an answer', refuse(410, 'Expired', 'too old resource version')],
  ])('a server that ends each watch with %s is listed less and less often', async (_what, expired) => {
    expect(String(await waitOut(expired, 30_000))).toMatch(/the last watch failed: .*too old resource version/);
    expect(asked().filter((what) => what === 'list').length).toBeLessThan(20);
  });

  test.each<[string, Fault, RegExp]>([
    ['503', refuse(503, 'ServiceUnavailable', 'restarting'), /the last watch failed: .*restarting/],
    ['a reset', reset, /the last watch failed: the connection broke/],
  ])(
    'a server that answers each watch with %s is asked less and less often, and never given up before the deadline',
    async (_what, fault, why) => {
      expect(String(await waitOut(fault, 60_000))).toMatch(why);
      expect(asked().filter((what) => what === '5').length).toBeGreaterThan(5);
      expect(server.requests.length).toBeLessThan(30);
    },
  );

  test.each<[string, Fault]>([
    ['at once', stream('', 'close')],
    ['after an event', stream(event('MODIFIED', map('a', '6')), 'close')],
    ['by a reset after an event', stream(event('MODIFIED', map('a', '6')), 'reset')],
  ])('a server that ends each watch %s is not flooded', async (_what, fault) => {
    expect(await waitOut(fault, 3_000)).toBeInstanceOf(DeadlineError);
    expect(server.requests.length).toBeGreaterThan(8);
    expect(server.requests.length).toBeLessThanOrEqual(17);
  });

  test('an ERROR event that is no 410 leads to a new list too', async () => {
    const broken = event('ERROR', {
      kind: 'Status',
      code: 500,
      reason: 'InternalError',
      message: 'etcd event received with PrevKv=nil',
    });
    expect(await untilDone([listed('5'), stream(broken, 'close'), listed('50'), stream(done, 'stay')])).toEqual(['done']);
    expect(asked()).toEqual(['list', '5', 'list', '50']);
  });

  test('an API server that is away for a while is waited for, also in the middle of a new list', async () => {
    const away = Array.from({ length: 9 }, () => reset);
    const script = [listed('5'), stream(gone, 'close'), ...away, listed('50'), stream(done, 'stay')];
    expect(await untilDone(script)).toEqual(['done']);
    expect(server.requests).toHaveLength(13);
  });

  test('what a watch brings is handed on as it came: fields that nobody knows here yet, and times with micro-seconds', async () => {
    const object = {
      ...map('done', '7'),
      spec: { fieldOfTheFuture: { deep: [1] }, renewTime: '2030-01-01T00:00:00.123456Z' },
    };
    server = await FaultServer.start([listed('5', map('a', '1')), stream(event('ADDED', object), 'stay')]);
    const brought = connectTo({ server: server.url }, { clock: systemClock }).until(
      CONFIG_MAP,
      {},
      (maps) => maps.find(({ metadata }) => metadata?.name === 'done'),
      { timeoutMs: 5_000 },
      anySignal(),
    );
    expect(await brought).toEqual(object);
  });

  test.each<[string, Fault[]]>([
    ['while the list is awaited', [stall]],
    ['while the watch is awaited', [listed('5'), stall]],
    ['in the middle of a watch', [listed('5'), stream(event('ADDED', map('a', '6')), 'stay')]],
  ])('a cancelled step stops waiting at once: %s', async (_what, script) => {
    const last = Promise.withResolvers<void>();
    const tail = script.pop();
    server = await FaultServer.start([
      ...script,
      (request, response) => {
        tail?.(request, response);
        last.resolve();
      },
    ]);
    const controller = new AbortController();
    const cluster = connectTo({ server: server.url }, { clock: systemClock });
    const waiting = cluster.until(CONFIG_MAP, {}, () => undefined, { timeoutMs: 60_000 }, controller.signal);
    await last.promise;
    controller.abort(new Error('cancelled by the user'));
    await expect(waiting).rejects.toThrow('cancelled by the user');
    await closed();
  });
});

/** The connection of an ended watch is closed; one that only waits for the next request may stay. */
async function closed(): Promise<void> {
  const before = Date.now();
  while (server.openConnections > 1 && Date.now() - before < 2000) await new Promise((resolve) => setImmediate(resolve));
  expect(server.openConnections).toBeLessThanOrEqual(1);
}
