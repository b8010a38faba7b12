import { describe, expect, test } from '@jest/globals';
import { warnOfUngated } from '../../../../../src/platforms/kubernetes/gate/warn-of-ungated.js';
import type { Step } from '../../../../../src/release/record/record.js';
import { type ReleaseChanges, someRelease } from '../../../release/releases.js';
import { RecordingLog } from '../bed.js';

const step = (changes: Partial<Step>): Step => ({ at: '2026-01-02T00:01:00.000Z', phase: 'holding', weight: 10, ...changes });

/** What is said of a promotion of a release with these steps. */
function said(steps: readonly Step[], changes: ReleaseChanges = {}): string {
  const log = new RecordingLog();
  warnOfUngated({ kind: 'continue', release: someRelease({ steps, ...changes }) }, undefined, false, log);
  return log.lines.join();
}

describe('a promotion', () => {
  test.each<[string, readonly Step[], ReleaseChanges, string]>([
    ['that a gate has passed', [step({ verdict: 'pass' })], {}, ''],
    ['that a later gate has passed', [step({ verdict: 'fail' }), step({ verdict: 'warn' })], {}, ''],
    ['that no gate has looked at', [step({})], {}, 'no step of this release has a verdict'],
    ['whose gate could not tell', [step({ verdict: 'error' })], {}, 'the last one could not tell (error)'],
    ['of the pod template that has passed', [step({ verdict: 'pass', judged: 'a' })], { canaryVersion: 'a' }, ''],
    [
      'of another one',
      [step({ verdict: 'pass', judged: 'a' })],
      { canaryVersion: 'b' },
      'what passed was another pod template of the canary',
    ],
    ['that the failure of another does not concern', [step({ verdict: 'fail', judged: 'a' })], { canaryVersion: 'b' }, 'No gate'],
    ['that has begun before its gate failed', [step({ verdict: 'fail' })], { stage: 'updating-stable' }, ''],
  ])('%s', (_, steps, changes, words) => {
    const text = said(steps, changes);
    expect(words === '' ? text : text.includes(words)).toBe(words === '' ? '' : true);
  });

  test.each<[string, readonly Step[]]>([
    ['at once', [step({ verdict: 'fail', weight: 20 })]],
    ['after a pass', [step({ verdict: 'pass' }), step({ verdict: 'fail', weight: 20 })]],
    ['before a step that nobody judged', [step({ verdict: 'fail', weight: 20 }), step({ weight: 50 })]],
  ])('of what the gate has failed is refused: %s', (_, steps) => {
    expect(() => said(steps)).toThrow(
      /The gate has failed restaurant:2 at 20 % \(step of 2026-01-02T00:01:00.000Z\).*Put the release back with `weight: 0`/,
    );
  });
});
