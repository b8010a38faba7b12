import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { recordedLog } from '../../../src/image/fake-buildx.js';
import { BASE_IMAGE, connectEngine, type EngineBed, processesWith } from './engine-bed.js';

let bed: EngineBed;
let proxy: FaultProxy;
let content = 0;

beforeAll(async () => {
  bed = await connectEngine();
});
afterEach(() => proxy.close());
afterAll(() => bed.close());

type Match = (request: { readonly method: string; readonly path: string }) => boolean;

/** Injects `fault` into the first `times` requests that match. */
function first(times: number, match: Match, fault: Fault): (request: { method: string; path: string }) => Fault | undefined {
  let left = times;
  return (request) => (match(request) && left-- > 0 ? fault : undefined);
}

const openUpload: Match = ({ method, path }) => method === 'POST' && path.includes('/blobs/uploads/');
const putTag =
  (tag: string): Match =>
  ({ method, path }) =>
    method === 'PUT' && path.endsWith(`/manifests/${tag}`);

/** A Dockerfile whose image is a new one each time. */
function freshDockerfile(): void {
  content += 1;
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nCOPY content /content\n`);
  bed.write('content', `${content} ${Math.random()}`);
}

const tags = (...names: string[]) => names.map((name) => bed.tag(name, proxy.registry)).join('\n');
const served = (...names: string[]) => Promise.all(names.map((name) => bed.served(name)));

/** Both tags exist before the step that is tested. */
async function publishedBefore(...names: string[]): Promise<string> {
  freshDockerfile();
  const { outputs, failure } = await bed.step({ tags: names.map((name) => bed.tag(name)).join('\n') });
  expect(failure).toBeUndefined();
  return outputs.digest;
}

describe('a registry that is not well for a moment', () => {
  // BuildKit itself gives up after 7 s of 5xx, and at once after a 429.
  test.each<[string, Fault, number]>([
    ['uploads are refused with 408', { answer: 408 }, 2_000],
    ['uploads are refused with 429', { answer: 429 }, 2_000],
    ['uploads are refused with 500', { answer: 500 }, 9_000],
    ['uploads are refused with 502', { answer: 502 }, 9_000],
    ['uploads are refused with 503', { answer: 503 }, 9_000],
    ['uploads are refused with 504', { answer: 504 }, 9_000],
    ['connections are reset', 'reset', 9_000],
  ])('%s: the image arrives all the same', async (name, fault, forMs) => {
    const tag = name.replaceAll(' ', '-');
    let since: number | undefined;
    proxy = await startFaultProxy(bed.engine.registry, (request) => {
      if (!openUpload(request)) return undefined;
      since ??= Date.now();
      return Date.now() - since < forMs ? fault : undefined;
    });
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags(tag), 'retry-for': '1m' });
    expect(failure).toBeUndefined();
    expect(await served(tag)).toEqual([outputs.digest]);
  });

  test('one that restarts while the image is on its way gets it afterwards, under all its tags', async () => {
    let isOut = false;
    const log = recordedLog((line) => {
      if (isOut || !/^#\d+ exporting to image/.test(line)) return;
      isOut = true;
      void proxy.outage(9_000);
    });
    proxy = await startFaultProxy(bed.engine.registry, () => undefined);
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags('restarted-1', 'restarted-2'), 'retry-for': '1m' }, { log });
    expect(failure).toBeUndefined();
    expect(isOut).toBe(true);
    expect(await served('restarted-1', 'restarted-2')).toEqual([outputs.digest, outputs.digest]);
  });

  test.each([408, 429, 500, 502, 503, 504])(
    'a tag that is refused with %d is tried again, and the others wait for it',
    async (status) => {
      await publishedBefore('a', 'b');
      proxy = await startFaultProxy(bed.engine.registry, first(3, putTag('b'), { answer: status }));
      freshDockerfile();
      const { outputs, failure } = await bed.step({ tags: tags('a', 'b') });
      expect(failure).toBeUndefined();
      expect(await served('a', 'b')).toEqual([outputs.digest, outputs.digest]);
      expect(proxy.requests.filter(putTag('b')).length).toBeGreaterThanOrEqual(4);
    },
  );

  test('a connection that is reset while a tag is moved is made anew', async () => {
    await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, first(2, putTag('b'), 'reset'));
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags('a', 'b') });
    expect(failure).toBeUndefined();
    expect(await served('a', 'b')).toEqual([outputs.digest, outputs.digest]);
  });

  test('one that is away when the step begins and there when the image is built is read back all the same', async () => {
    proxy = await startFaultProxy(bed.engine.registry, () => undefined);
    const back = proxy.outage(5_000);
    freshDockerfile();
    const { outputs, failure, log } = await bed.step({ tags: tags('away-1', 'away-2'), 'retry-for': '1m' });
    await back;
    expect(failure).toBeUndefined();
    expect(log.warnings).toContainEqual(
      expect.stringMatching(/^This runner cannot reach 127\.0\.0\.1:\d+ \(nothing listens there/),
    );
    expect(log.lines).toContainEqual(expect.stringMatching(/: away-1, away-2 are sha256:[0-9a-f]{64} in the registry$/));
    expect(await served('away-1', 'away-2')).toEqual([outputs.digest, outputs.digest]);
  });

  test('one that stays so is given up after `retry-for`, with its own words', async () => {
    proxy = await startFaultProxy(bed.engine.registry, (request) => (openUpload(request) ? { answer: 429 } : undefined));
    freshDockerfile();
    const { failure } = await bed.step({ tags: tags('never'), 'retry-for': '2s' });
    expect(failure).toMatch(/HTTP 429|toomanyrequests/);
    expect(failure).toMatch(/`retry-for`/);
    expect(await served('never')).toEqual([null]);
  });

  test('a slow one is waited for', async () => {
    proxy = await startFaultProxy(bed.engine.registry, (request) => (openUpload(request) ? { slowMs: 1_500 } : undefined));
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags('slow') });
    expect(failure).toBeUndefined();
    expect(await served('slow')).toEqual([outputs.digest]);
  });

  test('a tag is tried again when the registry says, and not before', async () => {
    await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, first(1, putTag('b'), { answer: 429, retryAfter: '2' }));
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags('a', 'b') });
    expect(failure).toBeUndefined();
    expect(await served('a', 'b')).toEqual([outputs.digest, outputs.digest]);
    const [refused = 0, taken = 0, ...others] = proxy.requests.filter(putTag('b')).map(({ at }) => at);
    expect(others).toEqual([]);
    expect(taken - refused).toBeGreaterThanOrEqual(2_000);
  });

  test('an upload too: the engine, which asks six times within milliseconds, is kept from it until then', async () => {
    const log = recordedLog();
    let lastRefusal: number | undefined;
    let over = false;
    proxy = await startFaultProxy(bed.engine.registry, (request) => {
      // The question before the build is answered.
      if (!openUpload(request) || over || !log.lines.some((line) => line.includes('exporting'))) return undefined;
      over = lastRefusal !== undefined && Date.now() - lastRefusal >= 2_000;
      lastRefusal = Date.now();
      return over ? undefined : { answer: 429, retryAfter: '2' };
    });
    freshDockerfile();
    const { outputs, failure } = await bed.step({ tags: tags('patient') }, { log });
    expect(failure).toBeUndefined();
    expect(await served('patient')).toEqual([outputs.digest]);
    expect(log.lines).toContainEqual(expect.stringMatching(/HTTP 429; trying again in 2(\.\d)?s/));
  });
});

describe('tags move together, or not at all', () => {
  const elsewhere = (digest: string) => [digest, digest];

  test.each([
    ['always 500', { answer: 500 } as const, /HTTP 500.*\n.*The registry said: UNKNOWN: injected 500/s],
    ['403', { answer: 403 } as const, /may not push the tag b in .*shop\/restaurant \(HTTP 403\)/],
    [
      'immutable',
      {
        answer: 400,
        body: '{"errors":[{"code":"TAG_INVALID","message":"The image tag b already exists and cannot be overwritten because the tag is immutable."}]}',
      },
      /tags are immutable there\.\nGive each build a tag of its own/,
    ],
  ])('the second one is refused: %s', async (_name, fault, message) => {
    const before = await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, (request) => (putTag('b')(request) ? fault : undefined));
    freshDockerfile();
    const { failure } = await bed.step({ tags: tags('a', 'b'), 'retry-for': '1s' });
    expect(failure).toMatch(/^The tag 127\.0\.0\.1:\d+\/shop\/restaurant:b could not be moved\./);
    expect(failure).toMatch(message);
    expect(failure).toMatch(/All other tags stand for what they stood for before this step\./);
    expect(await served('a', 'b')).toEqual(elsewhere(before));
  });

  test('a refusal that waiting cannot mend is not waited for', async () => {
    await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, (request) => (putTag('b')(request) ? { answer: 403 } : undefined));
    freshDockerfile();
    await bed.step({ tags: tags('a', 'b') });
    expect(proxy.requests.filter(putTag('b'))).toHaveLength(1);
  });

  test('a new name goes first, so that nothing that is in use is touched before the end', async () => {
    const before = await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, (request) => (putTag('a')(request) ? { answer: 403 } : undefined));
    freshDockerfile();
    const { failure } = await bed.step({ tags: tags('a', 'b', `new-${Date.now()}`) });
    expect(failure).toMatch(/restaurant:a could not be moved/);
    expect(await served('a', 'b')).toEqual(elsewhere(before));
    expect(proxy.requests.filter(putTag('b'))).toEqual([]);
  });
});

describe('a step that is cancelled', () => {
  test('takes the build in the engine with it', async () => {
    const before = await publishedBefore('cancelled');
    proxy = await startFaultProxy(bed.engine.registry, () => undefined);
    bed.write('slow', `FROM ${BASE_IMAGE}\nRUN --network=none echo cooking; sleep 98765\n`);
    const controller = new AbortController();
    const log = recordedLog((line) => {
      if (/^#\d+ [\d.]+ cooking/.test(line)) controller.abort(new Error('cancelled'));
    });
    const step = bed.step({ tags: tags('cancelled'), file: 'slow' }, { signal: controller.signal, log });
    await expect(step).rejects.toThrow('cancelled');
    expect(processesWith('sleep 98765')).toEqual([]);
    expect(processesWith(bed.temporary)).toEqual([]);
    expect(await served('cancelled')).toEqual([before]);
  });

  // With a size budget the image is not sent by the engine.
  test.each<[string, Record<string, string>]>([
    ['the engine', {}],
    ['the step itself', { 'max-size': '1GB' }],
  ])('moves no tag afterwards: while %s sends a layer', async (_who, inputs) => {
    const before = await publishedBefore('a', 'b');
    const log = recordedLog();
    const sends: Match = ({ method, path }) =>
      method === 'PUT' && path.includes('/blobs/uploads/') && log.lines.some((line) => line.includes('exporting'));
    proxy = await startFaultProxy(bed.engine.registry, (request) => (sends(request) ? 'hold' : undefined));
    freshDockerfile();
    const controller = new AbortController();
    const cancelledAt = proxy.seen(sends).then(() => {
      controller.abort(new Error('cancelled'));
      return Date.now();
    });
    const step = bed.step({ tags: tags('a', 'b'), ...inputs }, { signal: controller.signal, log });
    await expect(step).rejects.toThrow('cancelled');
    expect(Date.now() - (await cancelledAt)).toBeLessThan(7_000);
    await proxy.heldGone;
    expect(await served('a', 'b')).toEqual([before, before]);
  });

  test.each(['a', 'b'])('moves no tag afterwards: while the registry is told of %s', async (held) => {
    const before = await publishedBefore('a', 'b');
    proxy = await startFaultProxy(bed.engine.registry, first(1, putTag(held), 'hold'));
    freshDockerfile();
    const controller = new AbortController();
    const cancelledAt = proxy.seen(putTag(held)).then(() => {
      controller.abort(new Error('cancelled'));
      return Date.now();
    });
    const { failure } = await bed
      .step({ tags: tags('a', 'b') }, { signal: controller.signal })
      .catch((error: Error) => ({ failure: error.message }));
    expect(failure).toMatch(/cancelled/);
    // The runner kills what is left 10 s after its first signal.
    expect(Date.now() - (await cancelledAt)).toBeLessThan(7_000);
    await proxy.heldGone;
    expect(processesWith(bed.temporary)).toEqual([]);
    expect(await served('a', 'b')).toEqual([before, before]);
  });
});

test('the image goes up once, however many tags it has', async () => {
  proxy = await startFaultProxy(bed.engine.registry, () => undefined);
  freshDockerfile();
  const names = ['once-1', 'once-2', 'once-3'];
  const { outputs } = await bed.step({ tags: tags(...names) });
  expect(await served(...names)).toEqual(names.map(() => outputs.digest));
  const uploads = proxy.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/uploads/'));
  expect(uploads.length).toBe(new Set(uploads.map(({ path }) => /digest=([^&]+)/.exec(path)?.[1])).size);
});

test('an unchanged rebuild writes nothing to the registry', async () => {
  freshDockerfile();
  proxy = await startFaultProxy(bed.engine.registry, () => undefined);
  await bed.step({ tags: tags('same-1', 'same-2') });
  const seen = proxy.requests.length;
  await bed.step({ tags: tags('same-1', 'same-2') });
  expect(proxy.requests.slice(seen).filter(({ method }) => method === 'PUT')).toEqual([]);
});
