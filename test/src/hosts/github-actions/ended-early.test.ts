import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failureSummary } from '../../../../src/hosts/github-actions/ended-early.js';

const ended = { isCancelled: false, message: 'It went wrong.', inFlight: '' };

test('a step that failed, or was cancelled, says so in its title, and what is in flight once', () => {
  expect(failureSummary('canary-step', ended)).toBe('### canary-step: failed\n\n    It went wrong.\n');
  const inFlight = 'A release is in flight.';
  const cancelled = '### canary-step: cancelled\n\n    Stop.\n    A release is in flight.\n';
  expect(failureSummary('canary-step', { isCancelled: true, message: 'Stop.', inFlight })).toBe(cancelled);
  expect(failureSummary('canary-step', { isCancelled: true, message: `Stop.\n${inFlight}`, inFlight })).toBe(cancelled);
});

test('whatever a message quotes stays quoted', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('# big', '```', '~~~', '<b>', '\r', '\n', '\r\n', 'x')), (parts) => {
      const [title, empty, ...lines] = failureSummary('rollback', { ...ended, message: parts.join('') }).split(/\r\n|\r|\n/);
      expect([title, empty]).toEqual(['### rollback: failed', '']);
      expect(lines.slice(0, -1).every((line) => line.startsWith('    '))).toBe(true);
    }),
  );
});

test('a message of a thousand lines is cut, and says where the rest is', () => {
  const lines = failureSummary('rollback', { ...ended, message: 'line\n'.repeat(1000) }).split('\n');
  expect(lines.length).toBeLessThan(50);
  expect(lines.at(-2)).toMatch(/the rest is in the log/);
});
