import { afterEach, expect, test } from '@jest/globals';
import { abortOnCancellation, Cancelled } from '../../../../src/hosts/github-actions/cancellation.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const before = new Map(SIGNALS.map((name) => [name, process.listeners(name)]));
afterEach(() => {
  for (const name of SIGNALS)
    for (const listener of process.listeners(name)) if (!before.get(name)?.includes(listener)) process.off(name, listener);
});

test.each(SIGNALS)('%s ends every wait with a reason that is no defect', (name) => {
  const signal = abortOnCancellation();
  expect(signal.aborted).toBe(false);
  process.emit(name);
  expect(signal.reason).toEqual(new Cancelled(`The workflow run was cancelled (${name}).`));
});

test('the SIGTERM that follows the SIGINT neither ends the process nor changes the reason', () => {
  const signal = abortOnCancellation();
  for (const name of SIGNALS) expect(process.emit(name)).toBe(true);
  expect(signal.reason).toBeInstanceOf(Cancelled);
  expect((signal.reason as Cancelled).message).toContain('SIGINT');
});
