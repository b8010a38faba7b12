import { expect, test } from '@jest/globals';
import { cutSummary } from '../../../../src/hosts/github-actions/summary-limit.js';

const MIB = 1024 * 1024;

test('a summary that fits is left alone, to the last byte', () => {
  const whole = `${'x'.repeat(MIB - 1)}\n`;
  expect(cutSummary(whole)).toBe(whole);
});

test.each([0, 1, 2, 3])('a longer one is cut at a line, fits, and says so (cut %p bytes into a character)', (shift) => {
  const line = 'Küche 🍜 offen\n';
  const markdown = 'x'.repeat(shift) + line.repeat(Math.ceil((1.5 * MIB) / Buffer.byteLength(line)));
  const cut = cutSummary(markdown);
  const [kept = '', note] = cut.split('\n\n*The summary was cut here');
  expect(note).toBeDefined();
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MIB);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(MIB - 200);
  expect(markdown.startsWith(kept) && kept.endsWith('\n')).toBe(true);
});
