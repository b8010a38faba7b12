import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../../src/kernel/errors.js';
import {
  decideStart,
  owns,
  type Request,
  refuseEndedMeanwhile,
  refuseOtherNames,
  warnOfExpiry,
} from '../../../../../src/platforms/kubernetes/decide/begin.js';
import type { LiveStable } from '../../../../../src/platforms/kubernetes/stable/live-stable.js';
import type { Phase, Release, SeenLive } from '../../../../../src/release/record/record.js';
import { HOLD_UNTIL, type ReleaseChanges, someRelease, someRun } from '../../../release/releases.js';

const LIVE = 'restaurant:1';
const DURING = Date.parse(HOLD_UNTIL) - 1;
const AFTER = Date.parse(HOLD_UNTIL);
const ours = someRun();
const another = someRun({ runId: '43', url: 'https://github.com/shop/restaurant/actions/runs/43' });

interface Situation {
  readonly latest?: Release;
  readonly live?: readonly SeenLive[];
  /** Image that stable runs. */
  readonly stable?: string;
  readonly request?: Partial<Request>;
  readonly run?: typeof ours;
  readonly nowMs?: number;
}

/** Stable by its image, in a template of its own. */
const liveOf = (image: string): LiveStable => ({ image, version: image, isOurs: false, writtenBy: 'kubectl-set', revision: '3' });

function decide({ latest, live, stable = LIVE, request, run = ours, nowMs = DURING }: Situation) {
  const record = { schema: 2 as const, history: [], ...(latest && { latest }), ...(live && { live }) };
  return decideStart(record, { image: undefined, weight: 30, takeOver: false, ...request }, run, liveOf(stable), nowMs);
}

const outcome = (situation: Situation): string => {
  try {
    return decide(situation).kind;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
};

const inPhase = (phase: Phase, changes: ReleaseChanges = {}) => someRelease({ phase, ...changes });

describe('nothing is in flight', () => {
  const ENDED: Array<Release | undefined> = [undefined, inPhase('promoted'), inPhase('aborted'), inPhase('rolled-back')];

  test.each(ENDED.map((latest) => [latest?.phase ?? 'no release', latest] as const))('%s', (_phase, latest) => {
    const over = latest ? { latest } : {};
    expect(outcome({ ...over, request: { image: 'restaurant:3' } })).toBe('begin');
    expect(outcome({ ...over, request: { image: 'restaurant:3', weight: 100 } })).toBe('begin');
    expect(outcome({ ...over, request: { image: LIVE } })).toBe('nothing');
    expect(outcome({ ...over, request: { weight: 0 } })).toBe('nothing');
    expect(outcome({ ...over, request: { image: 'restaurant:3', weight: 0 } })).toBe('nothing');
    expect(outcome({ ...over, request: { image: undefined, weight: 30 } })).toMatch(
      /`image` is needed to start one: it is left out, or its expression gives nothing\..*has the `id` that the expression names/,
    );
    // Whose release it was does not matter any more.
    expect(outcome({ ...over, run: another, request: { image: 'restaurant:3' } })).toBe('begin');
  });

  test('promoting again what is promoted is a success that changes nothing; promoting what was aborted is not', () => {
    expect(decide({ latest: inPhase('promoted'), stable: 'restaurant:2', request: { weight: 100 } })).toMatchObject({
      kind: 'nothing',
      reason: 'restaurant:2 is promoted already.',
    });
    expect(outcome({ latest: inPhase('aborted'), request: { weight: 100 } })).toContain('`image` is needed');
  });

  test('a promotion of what stable runs shows the release that brought it, and no other step shows one', () => {
    const brought = inPhase('promoted', { canary: { image: LIVE, templateHash: 'b' } });
    expect(decide({ latest: brought, request: { image: LIVE, weight: 100 } })).toMatchObject({
      kind: 'nothing',
      latest: brought,
    });
    expect(decide({ latest: brought, request: { image: LIVE } })).toHaveProperty('latest', undefined);
    expect(decide({ latest: inPhase('promoted'), request: { image: LIVE, weight: 100 } })).toHaveProperty('latest', undefined);
    expect(decide({ latest: brought, request: { weight: 0 } })).toMatchObject({ kind: 'nothing', latest: undefined });
  });

  test('a tag that stable runs already may have been moved, and a digest can not', () => {
    const digest = `restaurant@sha256:${'a'.repeat(64)}`;
    expect(decide({ request: { image: LIVE } })).toMatchObject({
      warning: expect.stringContaining('name the image by its digest'),
    });
    expect(decide({ stable: digest, request: { image: digest } })).not.toHaveProperty('warning');
    expect(decide({ stable: digest, request: { image: `mirror.test/${digest}` } })).toMatchObject({ kind: 'nothing' });
  });
});

describe('a step without an image, after this version went live', () => {
  const promoted = inPhase('promoted');
  const seen: SeenLive = { image: LIVE, repository: ours.repository, runId: ours.runId, at: HOLD_UNTIL };
  const again = someRun({ runAttempt: 2 });

  test.each<[string, Situation, number]>([
    ['this attempt promoted it', { latest: promoted, stable: 'restaurant:2' }, 100],
    ['an earlier attempt promoted it', { latest: promoted, stable: 'restaurant:2', run: again }, 30],
    ['this run found it live', { live: [seen] }, 30],
    ['an earlier attempt found it live', { live: [seen], run: again }, 100],
    ["this run found it live, and another run's release is on record", { latest: inPhase('rolled-back'), live: [seen] }, 30],
  ])('has nothing to do where %s', (_why, situation, weight) => {
    expect(decide({ ...situation, request: { weight } })).toMatchObject({ kind: 'nothing', isNew: false });
  });

  test.each<[string, Situation]>([
    ['another run promoted it', { latest: promoted, stable: 'restaurant:2', run: another }],
    ['another run found it live', { live: [seen], run: another }],
    ['stable runs something else since the promotion', { latest: promoted, stable: 'restaurant:9' }],
    ['stable runs something else since it was found', { live: [seen], stable: 'restaurant:9' }],
    ['it was rolled back', { latest: inPhase('rolled-back'), stable: 'restaurant:1' }],
    [
      'a later attempt promoted it',
      { latest: inPhase('promoted', { owner: { ...promoted.owner, attempt: 2 } }), stable: 'restaurant:2' },
    ],
  ])('is refused where %s', (_why, situation) => {
    for (const weight of [30, 100]) expect(outcome({ ...situation, request: { weight } })).toContain('`image` is needed');
  });

  test('what is found live is noted once in a run', () => {
    const asks = { request: { image: LIVE } };
    expect(decide(asks)).toMatchObject({ isNew: true, live: LIVE });
    expect(decide({ ...asks, live: [seen] })).toMatchObject({ isNew: false });
    expect(decide({ ...asks, live: [{ ...seen, runId: '43' }] })).toMatchObject({ isNew: true });
    expect(decide({ latest: promoted, stable: 'restaurant:2', request: { image: 'restaurant:2' } })).toMatchObject({
      isNew: false,
    });
  });
});

test('an older run that would replace what a newer one has promoted is warned, and no other is', () => {
  const newer = inPhase('promoted', {
    owner: { ...inPhase('promoted').owner, id: '50', url: 'https://github.com/shop/restaurant/actions/runs/50' },
  });
  const begin = (situation: Situation) => decide({ stable: 'restaurant:2', request: { image: 'restaurant:1' }, ...situation });
  expect(begin({ latest: newer })).toMatchObject({ kind: 'begin', warning: expect.stringContaining('/actions/runs/50') });
  expect(begin({ latest: inPhase('promoted'), run: another })).toEqual({ kind: 'begin' });
  expect(begin({ latest: { ...newer, phase: 'rolled-back' } })).toEqual({ kind: 'begin' });
});

describe('our release is in flight', () => {
  test.each<[Phase, number, string | undefined, string]>([
    ['starting', 10, 'restaurant:2', 'continue'],
    ['starting', 10, undefined, 'continue'],
    ['holding', 30, 'restaurant:2', 'continue'],
    ['holding', 30, undefined, 'continue'],
    ['holding', 100, undefined, 'continue'],
    ['holding', 0, undefined, 'continue'],
    ['holding', 0, 'restaurant:3', 'continue'],
    ['promoting', 100, undefined, 'continue'],
    ['promoting', 0, undefined, 'continue'],
    ['aborting', 0, undefined, 'continue'],
    ['aborting', 30, undefined, 'put-back-first'],
    ['aborting', 30, 'restaurant:3', 'put-back-first'],
    ['rolling-back', 30, 'restaurant:3', 'put-back-first'],
    ['holding', 30, 'restaurant:3', 'Abort it first with `weight: 0`, or promote it'],
    ['promoting', 100, 'restaurant:3', 'Abort it first with `weight: 0`, or promote it'],
  ])('%s, and the step asks for %p %% of %p: %s', (phase, weight, image, expected) => {
    expect(outcome({ latest: inPhase(phase), request: { weight, image } })).toContain(expected);
  });

  test('a later attempt of the run owns it; an earlier attempt, another run and a fork do not', () => {
    const release = someRelease({ owner: { ...someRelease().owner, attempt: 2 } });
    expect(owns(someRun({ runAttempt: 3 }), release)).toBe(true);
    expect(owns(someRun({ runAttempt: 2 }), release)).toBe(true);
    expect(owns(someRun({ runAttempt: 1 }), release)).toBe(false);
    expect(owns(someRun({ runId: '43', runAttempt: 9 }), release)).toBe(false);
    expect(owns(someRun({ repository: 'fork/restaurant', runAttempt: 9 }), release)).toBe(false);
  });

  test('a later attempt with another build puts it back and begins anew; within one attempt two versions are refused', () => {
    const asks = { latest: someRelease(), request: { image: 'restaurant:3' } };
    const again = someRun({ runAttempt: 2 });
    expect(outcome({ ...asks, run: again })).toBe('put-back-first');
    expect(outcome({ ...asks, request: { image: 'restaurant:3', takeOver: true } })).toBe('put-back-first');
    const manifest = {
      request: { image: 'restaurant:2', next: { hash: 'new', isLive: false, changesTemplate: true, configMaps: [] } },
      latest: someRelease(),
    };
    expect(outcome({ ...manifest, run: again })).toBe('put-back-first');
    expect(outcome(manifest)).toContain('began without a manifest');
    const changed = someRelease({ owner: { ...someRelease().owner, attempt: 2 } });
    expect(outcome({ ...asks, latest: changed, run: again })).toContain('this step asks for restaurant:3');
    // The digest decides, and not the registry that it is pulled from.
    const digest = `sha256:${'a'.repeat(64)}`;
    const latest = someRelease({ canary: { image: `restaurant@${digest}`, templateHash: '' } });
    expect(outcome({ latest, request: { image: `mirror.test/restaurant@${digest}` } })).toBe('continue');
  });

  test('its hold running out takes nothing from the run that owns it', () => {
    expect(outcome({ latest: someRelease(), nowMs: AFTER + 1 })).toBe('continue');
  });

  test('a step that asks for less than all while stable is half updated does not send traffic back to stable', () => {
    const latest = inPhase('promoting', { stage: 'updating-stable', weight: 100 });
    expect(outcome({ latest, request: { weight: 30 } })).not.toBe('continue');
  });
});

describe("another run's release is in flight", () => {
  test('before its hold is over it is left alone, whatever is asked, and the run and the time are named', () => {
    const phases: Phase[] = ['starting', 'holding', 'promoting', 'aborting', 'rolling-back'];
    fc.assert(
      fc.property(
        fc.constantFrom(...phases),
        fc.integer({ min: 0, max: 100 }),
        fc.option(fc.constantFrom('restaurant:2', 'restaurant:3', LIVE), { nil: undefined }),
        (phase, weight, image) => {
          const said = outcome({ latest: inPhase(phase), run: another, request: { weight, image } });
          expect(said).toContain(`It belongs to ${ours.url} until ${HOLD_UNTIL}`);
          expect(said).toContain('Nothing has been changed.');
        },
      ),
    );
  });

  const free: Array<[string, Pick<Situation, 'nowMs' | 'request'>]> = [
    ['its hold is over', { nowMs: AFTER }],
    ['take-over is asked for', { request: { takeOver: true } }],
  ];

  test.each(free)('%s: a new version puts it back first, and weight 0 puts it back', (_why, { request, ...rest }) => {
    const latest = someRelease();
    expect(outcome({ latest, run: another, ...rest, request: { ...request, image: 'restaurant:3' } })).toBe('put-back-first');
    expect(outcome({ latest, run: another, ...rest, request: { ...request, weight: 0 } })).toBe('continue');
  });

  test.each(free)('%s: the same version is put back first too, so that the run that releases it owns it', (_why, given) => {
    const { request, ...rest } = given;
    const asked = { ...request, image: 'restaurant:2' };
    expect(outcome({ latest: someRelease(), run: another, ...rest, request: asked })).toBe('put-back-first');
  });
});

test('credentials that end soon are warned of, those that end before the release does are said, and lasting ones are not', () => {
  const [infos, warnings]: [string[], string[]] = [[], []];
  const log = { info: (text: string) => void infos.push(text), warning: (text: string) => void warnings.push(text) };
  const times = { nowMs: 0, holdUntil: 7_200_000 };
  warnOfExpiry(undefined, times, log);
  warnOfExpiry(7_200_000, times, log);
  expect([infos, warnings]).toEqual([[], []]);
  warnOfExpiry(3_600_000, times, log);
  expect([infos.join(), warnings]).toEqual([expect.stringContaining('expire at 1970-01-01T01:00:00.000Z'), []]);
  warnOfExpiry(60_000, times, log);
  expect(warnings.join()).toContain('expire at 1970-01-01T00:01:00.000Z');
});

test('a release is not put back on objects other than those it was started with', () => {
  const app = (deployment: string) => ({
    name: 'restaurant',
    namespace: 'shop',
    deployment: { metadata: { name: deployment } },
    service: { metadata: { name: 'restaurant' } },
    container: 'app',
  });
  expect(() => refuseOtherNames(app('restaurant'), someRelease())).not.toThrow();
  expect(() => refuseOtherNames(app('menu'), someRelease())).toThrow('Give it the same inputs: `deployment: restaurant`');
});

describe('a release that somebody ended while the step waited for the lock', () => {
  const before = { kind: 'continue', release: inPhase('holding') } as const;
  const fresh = { kind: 'begin' } as const;
  const endedBy = (run: typeof ours) => ({ schema: 2 as const, history: [], latest: inPhase('aborted', { endedBy: run.url }) });

  test('is not begun anew, and the run that ended it is named', () => {
    for (const first of [before, { kind: 'put-back-first', release: inPhase('aborting') } as const])
      expect(() => refuseEndedMeanwhile(first, fresh, endedBy(another), ours)).toThrow(another.url);
  });

  test('is nobody else’s matter when the run itself ended it, or when there is nothing to begin', () => {
    expect(() => refuseEndedMeanwhile(before, fresh, endedBy(ours), ours)).not.toThrow();
    expect(() => refuseEndedMeanwhile(fresh, fresh, endedBy(another), ours)).not.toThrow();
    const over = { kind: 'nothing', reason: '', latest: undefined, isNew: false } as const;
    expect(() => refuseEndedMeanwhile(before, over, endedBy(another), ours)).not.toThrow();
    const others = {
      kind: 'put-back-first',
      release: inPhase('holding', { owner: { ...inPhase('holding').owner, id: '43' } }),
    };
    expect(() => refuseEndedMeanwhile(others as typeof before, fresh, endedBy(another), ours)).not.toThrow();
  });
});
