import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../src/kernel/errors.js';
import { kubernetes } from '../../../../src/platforms/kubernetes/memory.js';
import { parseRecord, serializeRecord } from '../../../../src/release/record/format.js';
import { EMPTY_RECORD, isOver, type ReleaseRecord, withRelease, withSeenLive } from '../../../../src/release/record/record.js';
import { addPoll, noEvidence } from '../../../../src/slo/judge/state.js';
import { someRelease } from '../releases.js';

const WHERE = 'Lease shop/d9-restaurant';
const VALID: ReleaseRecord = withRelease(
  withRelease(EMPTY_RECORD, someRelease({ id: 'first', phase: 'promoted', endedAt: '2026-01-01T01:00:00.000Z' })),
  someRelease({
    id: 'second',
    phase: 'promoting',
    stage: 'shifted',
    reason: 'r',
    endedAt: '2026-01-02T01:00:00.000Z',
    gate: {
      at: '2026-01-02T00:30:00.000Z',
      weight: 10,
      verdict: 'pass',
      objectives: [
        { name: 'errors', state: addPoll(noEvidence, { canary: { good: 9, bad: 1 }, stable: { good: 80, bad: 0 } }, 0.01) },
      ],
    },
  }),
);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...path, index]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
      : [];
  return [path, ...inner];
};

/** The JSON with the value at the path replaced, or left out when there is no value. */
function changed(record: ReleaseRecord, path: Path, value: Json | undefined): string {
  const edit = (node: Json | undefined, [key, ...rest]: Path): Json | undefined => {
    if (key === undefined) return value;
    const copy = structuredClone(node) as Record<string | number, Json | undefined>;
    copy[key] = edit(copy[key], rest);
    return copy as Json;
  };
  return JSON.stringify(edit(record as unknown as Json, path)) ?? '';
}

const read = (json: string): ReleaseRecord | UserError => {
  try {
    return parseRecord(json, WHERE, kubernetes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error;
  }
};

test('what is written is read back', () => {
  expect(parseRecord(serializeRecord(VALID, kubernetes), WHERE, kubernetes)).toEqual(VALID);
  expect(parseRecord(serializeRecord(EMPTY_RECORD, kubernetes), WHERE, kubernetes)).toEqual(EMPTY_RECORD);
});

test('whatever somebody makes of a record, it is read as it stands or refused by name; nothing is filled in or guessed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(VALID)), fc.option(fc.jsonValue(), { nil: undefined }), (path, value) => {
      const json = changed(VALID, path, value as Json | undefined);
      const result = read(json);
      if (result instanceof UserError) expect(result.message).toContain(WHERE);
      else expect(result).toEqual(JSON.parse(json));
    }),
    { numRuns: 1000 },
  );
});

test('a text cut short, or any text at all, is refused', () => {
  const json = serializeRecord(VALID, kubernetes);
  fc.assert(
    fc.property(fc.nat(json.length - 1), (length) => {
      expect(read(json.slice(0, length))).toBeInstanceOf(UserError);
    }),
  );
  expect(read('null')).toBeInstanceOf(UserError);
  expect(read('[]')).toBeInstanceOf(UserError);
});

describe('a record that would steer a restore is refused', () => {
  const at = (path: string): Path => path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const REQUIRED = [
    'id',
    'phase',
    'owner',
    'owner.repository',
    'owner.system',
    'owner.id',
    'owner.attempt',
    'owner.url',
    'holdUntil',
    'strategy',
    'strategy.kind',
    'platform',
    'platform.kind',
    'platform.memory',
    'platform.memory.deployment',
    'platform.memory.service',
    'platform.memory.container',
    'stable',
    'stable.image',
    'stable.templateHash',
    'canary',
    'canary.image',
    'platform.memory.stableReplicas',
    'platform.memory.router',
    'platform.memory.router.kind',
    'platform.memory.router.route',
    'platform.memory.router.rules',
    'platform.memory.router.rules.0.rule',
    'platform.memory.router.rules.0.weight',
    'irreversible',
    'weight',
    'startedAt',
    'steps',
  ];

  test.each(REQUIRED)('without latest.%s', (path) => {
    expect(read(changed(VALID, at(`latest.${path}`), undefined))).toBeInstanceOf(UserError);
  });

  test.each(REQUIRED)('with an object where latest.%s belongs', (path) => {
    expect(read(changed(VALID, at(`latest.${path}`), { x: 1 }))).toBeInstanceOf(UserError);
  });

  test.each<[string, Json]>([
    ['schema', 3],
    ['schema', '2'],
    ['history', {}],
    ['history.0', null],
    ['history.0.image', 7],
    ['latest', null],
    ['latest.phase', 'done'],
    ['latest.strategy.stage', 'half'],
    ['latest.strategy.live', 'both'],
    ['latest.weight', -1],
    ['latest.weight', 101],
    ['latest.weight', '10'],
    ['latest.platform.memory.stableReplicas', 1.5],
    ['latest.platform.memory.stableReplicas', -1],
    ['latest.platform.memory.stableReplicas', 0],
    ['latest.holdUntil', 'tomorrow'],
    ['latest.stable.image', ''],
    ['latest.stable.image', 'x'.repeat(2000)],
    ['latest.platform.memory.router.kind', 'istio'],
    ['latest.platform.memory.router.rules.0.weight', 0.5],
    ['latest.platform.memory.router.rules.0.weight', -1],
    ['latest.platform.memory.router.rules.0.weight', 1_000_001],
    ['latest.reason', { x: 1 }],
    ['latest.endedAt', 7],
    ['latest.steps.0', null],
    ['latest.steps.0.weight', 'x'],
    ['latest.steps.0.measured', 'x'],
  ])('with %s = %j', (path, value) => {
    expect(read(changed(VALID, at(path), value))).toBeInstanceOf(UserError);
  });

  test('of a later version, naming the way out', () => {
    const refusal = read(changed(VALID, ['schema'], 3)) as UserError;
    expect(refusal.code).toBe('record-of-other-version');
    expect(refusal.message).toMatch(
      /^Lease shop\/d9-restaurant was written by another version of d9-actions \(schema 3, this one knows 1 and 2\)\. Use the version that started the release, for its rollback too/,
    );
  });

  test.each<[string, Json, string, RegExp]>([
    [
      'latest.platform.kind',
      'aws-lambda',
      'record-of-other-platform',
      /another platform \("aws-lambda", this step works on kubernetes\)/,
    ],
    ['latest.strategy.kind', 'blue-green', 'record-of-other-version', /strategy "blue-green", this one knows canary/],
    ['latest.owner.system', 'gitlab-ci', 'record-of-other-version', /a run of "gitlab-ci", this one knows github-actions/],
  ])('and one whose %s is %j is named so, and not called broken', (path, kind, code, says) => {
    const refusal = read(changed(VALID, at(path), kind)) as UserError;
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(says);
  });

  test('and the workload that is live is on record where it is not stable', () => {
    const { latest } = parseRecord(changed(VALID, at('latest.strategy.live'), 'canary'), WHERE, kubernetes);
    expect(latest?.strategy).toMatchObject({ kind: 'canary', live: 'canary' });
  });

  test('and every flaw is named at once', () => {
    const json = JSON.stringify({ ...VALID, latest: { ...VALID.latest, id: '', weight: 'x' }, history: 3 });
    expect((read(json) as UserError).message).toContain('latest.id, latest.weight, history are missing or of the wrong type');
  });
});

describe('the history', () => {
  test('keeps the ten releases before the latest, newest first', () => {
    const releases = Array.from({ length: 15 }, (_, index) => someRelease({ id: `r${index}`, phase: 'promoted' }));
    const record = releases.reduce(withRelease, EMPTY_RECORD);
    expect(record.latest?.id).toBe('r14');
    expect(record.history.map(({ id }) => id)).toEqual(['r13', 'r12', 'r11', 'r10', 'r9', 'r8', 'r7', 'r6', 'r5', 'r4']);
    expect(record.history[0]).toMatchObject({ image: 'restaurant:2', previousImage: 'restaurant:1', phase: 'promoted' });
  });

  test('does not grow while one release goes through its phases', () => {
    const record = withRelease(withRelease(EMPTY_RECORD, someRelease()), someRelease({ phase: 'promoting' }));
    expect(record).toEqual({ schema: 2, history: [], latest: someRelease({ phase: 'promoting' }) });
  });
});

describe('what is written can be read back, whatever it is made of', () => {
  const stepAt = (index: number) => ({
    at: new Date(Date.parse('2026-01-02T00:00:00Z') + index).toISOString(),
    phase: 'holding' as const,
    weight: index % 100,
    measured: { share: 9.81, low: 7.12, high: 13.24, proven: true },
  });
  const written = (release: Parameters<typeof someRelease>[0], before = VALID) =>
    parseRecord(serializeRecord(withRelease(before, someRelease({ id: 'third', ...release })), kubernetes), WHERE, kubernetes);

  test('a reason as long as the objectives of a gate make it is cut', () => {
    const reason = written({ reason: 'errors: too many. '.repeat(500) }).latest?.reason;
    expect(reason).toHaveLength(1000);
    expect(reason).toMatch(/…$/);
  });

  test('a release of very many steps keeps the newest, and the releases before it', () => {
    const { latest, history } = written({ steps: Array.from({ length: 990 }, (_, index) => stepAt(index)) });
    expect(latest?.steps.at(-1)).toEqual(stepAt(989));
    expect(latest?.steps.length).toBeGreaterThan(200);
    expect(history.map(({ id }) => id)).toEqual(['second', 'first']);
  });

  test('64 KiB are counted in bytes, and the oldest releases go when the steps are gone', () => {
    const long = (id: string) => someRelease({ id, phase: 'promoted', canary: { image: '€'.repeat(1024), templateHash: '' } });
    const record = Array.from({ length: 15 }, (_, index) => long(`r${index}`)).reduce(withRelease, EMPTY_RECORD);
    const ids = Array.from({ length: 100 }, () => '€'.repeat(150));
    const json = serializeRecord(
      withRelease(record, someRelease({ stable: { image: 'a', templateHash: 'b', imageIds: ids } })),
      kubernetes,
    );
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(64 * 1024);
    const history = parseRecord(json, WHERE, kubernetes).history.map(({ id }) => id);
    expect(history).toEqual(['r14', 'r13', 'r12', 'r11', 'r10', 'r9', 'r8', 'r7', 'r6', 'r5'].slice(0, history.length));
    expect(history.length).toBeLessThan(10);
  });

  test('and what can be neither cut nor read is refused before it is written', () => {
    const ids = Array.from({ length: 100 }, () => '€'.repeat(1000));
    expect(() => written({ stable: { image: 'a', templateHash: 'b', imageIds: ids } })).toThrow('larger than 64 KiB');
    const configMaps = Array.from({ length: 51 }, (_, index) => `menu-${index}`);
    expect(() => written({ manifest: { hash: 'h', configMaps } })).toThrow(
      /can't be put on record: latest.platform.memory.manifest.configMaps/,
    );
    expect(() => written({ canary: { image: 'x'.repeat(2000), templateHash: '' } })).toThrow(UserError);
  });
});

test.each([
  ['starting', false],
  ['holding', false],
  ['promoting', false],
  ['aborting', false],
  ['rolling-back', false],
  ['promoted', true],
  ['aborted', true],
  ['rolled-back', true],
] as const)('a release that is %s is over: %p', (phase, over) => {
  expect(isOver(someRelease({ phase }))).toBe(over);
});

test('a release that becomes the latest again stands in the history no more', () => {
  const [former, refused] = [
    someRelease({ id: 'former', phase: 'promoted' }),
    someRelease({ id: 'refused', phase: 'aborted', endedAt: '2026-01-01T01:00:00.000Z' }),
  ];
  const { latest, history } = [former, refused, former].reduce(withRelease, EMPTY_RECORD);
  expect([latest?.id, history.map(({ id }) => id)]).toEqual(['former', ['refused']]);
});

test('what a release counts by is kept where it is a selector, and steers nothing where somebody has written another text', () => {
  const kept = (requestMetric: string) => JSON.stringify({ ...EMPTY_RECORD, latest: { ...someRelease(), requestMetric } });
  expect(parseRecord(kept('velo_total{path!="/"}'), WHERE, kubernetes).latest?.requestMetric).toBe('velo_total{path!="/"}');
  expect(() => parseRecord(kept('velo_total{'), WHERE, kubernetes)).toThrow(/latest.requestMetric/);
});

test('a promotion is history once its app was deleted and deployed anew: there is nothing of it to take back', () => {
  const latest = someRelease({ phase: 'promoted' });
  const seen = { image: 'a:1', repository: 'shop/app', runId: '7', at: '2026-01-01T00:00:00Z' };
  const record = { schema: 2 as const, history: [], latest };
  const created = withSeenLive(record, { ...seen, isCreated: true });
  expect([created.latest, created.history.map(({ id }) => id)]).toEqual([undefined, [latest.id]]);
  expect(withSeenLive(record, seen).latest).toEqual(latest);
  const inFlight = { ...record, latest: someRelease({ phase: 'holding' }) };
  expect(withSeenLive(inFlight, { ...seen, isCreated: true }).latest).toEqual(inFlight.latest);
});
