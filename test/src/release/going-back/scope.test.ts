import { describe, expect, test } from '@jest/globals';
import { newRelease } from '../../../../src/platforms/kubernetes/decide/begin.js';
import { kubernetes } from '../../../../src/platforms/kubernetes/memory.js';
import { leftUnasked, scopeOf } from '../../../../src/release/going-back/scope.js';
import { parseRecord, serializeRecord } from '../../../../src/release/record/format.js';
import { type Release, type ReleaseRecord, withRelease } from '../../../../src/release/record/record.js';
import { someRelease, someRun } from '../releases.js';

const RELEASE = 'shop/restaurant/.github/workflows/release.yml';
const ROLLBACK = 'shop/restaurant/.github/workflows/rollback.yml';

const recordOf = (workflow: string | undefined, changes: Partial<Release> = {}): ReleaseRecord => ({
  schema: 2,
  history: [],
  latest: someRelease({ ...changes, owner: { ...someRelease().owner, ...(workflow !== undefined && { workflow }) } }),
});

/** Another run than the one that has released. */
const another = (event: string, workflow: string | undefined) =>
  someRun({ event, workflow, runId: '43', url: 'https://github.com/shop/restaurant/actions/runs/43' });

describe('left empty, the scope is', () => {
  test.each([
    ['any', 'workflow_dispatch', ROLLBACK, RELEASE],
    ['any', 'schedule', ROLLBACK, RELEASE],
    ['run', 'workflow_dispatch', RELEASE, RELEASE],
    ['run', 'schedule', RELEASE, RELEASE],
    ['run', 'push', ROLLBACK, RELEASE],
    ['any', 'workflow_dispatch', RELEASE, undefined],
    ['any', 'workflow_dispatch', undefined, RELEASE],
    ['any', 'workflow_dispatch', undefined, undefined],
  ])('%s for %s of %s, where %s has released', (scope, event, asks, released) => {
    expect(scopeOf(undefined, recordOf(released), another(event, asks))).toBe(scope);
    for (const asked of ['run', 'any'] as const) expect(scopeOf(asked, recordOf(released), another(event, asks))).toBe(asked);
  });

  test('run for a second workflow that has released this app before, and whose build failed', () => {
    const record = withRelease(recordOf(RELEASE, { phase: 'promoted' }), {
      ...someRelease(),
      id: 'next',
      owner: { ...someRelease().owner, workflow: 'shop/restaurant/.github/workflows/hotfix.yml' },
    });
    expect(
      scopeOf(
        undefined,
        parseRecord(serializeRecord(record, kubernetes), 'the test', kubernetes),
        another('workflow_dispatch', RELEASE),
      ),
    ).toBe('run');
  });

  test('any without a record', () => {
    expect(scopeOf(undefined, { schema: 2, history: [] }, another('workflow_dispatch', RELEASE))).toBe('any');
  });
});

test('a release is put on record with the file of its workflow, and one of before reads as before', () => {
  const beginning = {
    app: {
      name: 'a',
      namespace: 'n',
      container: 'app',
      service: { metadata: { name: 'a' } },
      deployment: { spec: { selector: {}, template: { spec: { containers: [{ name: 'app', image: 'a:1' }] } } } },
    },
    image: 'a:2',
    router: { kind: 'replicas' as const },
    stable: { templateHash: 'h' },
    prepared: { autoscaler: undefined, budget: undefined },
    figures: {},
    irreversible: false,
    holdForMs: 1,
    nowMs: 0,
    nonce: 'cafe',
  };
  expect(newRelease({ ...beginning, run: someRun({ workflow: RELEASE }) }).owner).toMatchObject({ workflow: RELEASE });
  expect(newRelease({ ...beginning, run: someRun() }).owner).not.toHaveProperty('workflow');
  const old = serializeRecord(recordOf(undefined), kubernetes);
  expect(old).not.toContain('workflow"');
  expect(parseRecord(old, 'the test', kubernetes).latest?.owner.workflow).toBeUndefined();
});

describe('a run that was started by hand and undoes nothing', () => {
  const dispatched = another('workflow_dispatch', RELEASE);

  test.each(['holding', 'promoting', 'aborting', 'promoted', 'rolling-back'] as const)(
    'is no success where it leaves a release that is %s alone without having been told so',
    (phase) => {
      expect(leftUnasked(undefined, recordOf(RELEASE, { phase }), dispatched)).toMatch(
        /restaurant:2.*actions\/runs\/42.*`scope: any` undoes that release/s,
      );
      expect(leftUnasked('run', recordOf(RELEASE, { phase }), dispatched)).toBeUndefined();
      expect(leftUnasked(undefined, recordOf(RELEASE, { phase }), another('push', RELEASE))).toBeUndefined();
    },
  );

  test.each(['aborted', 'rolled-back'] as const)('has nothing to undo where the latest release is %s', (phase) => {
    expect(leftUnasked(undefined, recordOf(RELEASE, { phase }), dispatched)).toBeUndefined();
  });

  test('has settled itself: its own release is over, or its version was live', () => {
    const record = recordOf(RELEASE, { phase: 'promoted' });
    const past = { id: 'p', phase: 'aborted', image: 'a', previousImage: 'b', startedAt: '', endedAt: '' } as const;
    const seen = { image: 'a', repository: dispatched.repository, runId: dispatched.runId, at: '' };
    expect(leftUnasked(undefined, { ...record, history: [{ ...past, runUrl: dispatched.url }] }, dispatched)).toBeUndefined();
    expect(leftUnasked(undefined, { ...record, live: [seen] }, dispatched)).toBeUndefined();
    expect(leftUnasked(undefined, { ...record, live: [{ ...seen, runId: '44' }] }, dispatched)).toBeDefined();
    expect(leftUnasked(undefined, record, someRun({ event: 'workflow_dispatch', workflow: RELEASE }))).toBeUndefined();
  });
});
