import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kubernetes } from '../../../src/platforms/kubernetes/index.js';
import { escapeMarkdown, prose, table } from '../../../src/report/markdown.js';
import { rollbackSummary } from '../../../src/report/rollback-summary.js';
import { stepSummary } from '../../../src/report/step-summary.js';
import { verdictSummary } from '../../../src/report/verdict-summary.js';
import { noEvidence } from '../../../src/slo/judge/state.js';
import { someRelease } from '../release/releases.js';

/** The cells of one row as GFM splits it: at pipes without a backslash, where a backslash escapes the character after it. */
const cellsOf = (row: string): string[] => {
  const cells = [''];
  for (const [token] of row.slice(1, -1).matchAll(/\\[\s\S]|[\s\S]/g)) {
    if (token === '|') cells.push('');
    else cells.push(`${cells.pop()}${token}`);
  }
  return cells.map((cell) => cell.trim());
};

/** Line endings as CommonMark knows them: a lone carriage return is one. */
const linesOf = (markdown: string): string[] => markdown.split(/\r\n|\n|\r/);

const hostile = fc.string({
  unit: fc.constantFrom('|', '\\', '`', '<', '>', '&', '\n', '\r', '*', '_', '[', '](', '~', '#', 'a', ' '),
});

test('no name, message or log line breaks the table that it stands in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile, hostile), { minLength: 1, maxLength: 4 }), (rows) => {
      const lines = linesOf(table(['a', 'b', 'c'], rows));
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) expect(cellsOf(line)).toHaveLength(3);
    }),
  );
});

test('what comes from outside never becomes a tag, an entity, code, emphasis or a link', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeMarkdown(text)
        .replaceAll('<br>', '')
        .replaceAll(/&(amp|lt|gt);/g, '');
      expect(escaped).not.toMatch(/[<>&]/);
      expect(escaped.replaceAll(/\\[\s\S]/g, '')).not.toMatch(/[\\`*_{}[\]|~#]/);
    }),
  );
});

test('a reader still sees what was written', () => {
  fc.assert(
    fc.property(
      hostile.filter((text) => !text.includes('\r')),
      (text) => {
        const shown = escapeMarkdown(text)
          .replaceAll('<br>', '\n')
          .replaceAll(/\\([\s\S])/g, '$1')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&');
        expect(shown).toBe(text);
      },
    ),
  );
});

test('code of a sentence is code, and nothing in or beside it becomes mark-up', () => {
  expect(prose('give `app: x`, not <b>')).toBe('give <code>app: x</code>, not &lt;b&gt;');
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = prose(text).replaceAll(/<br>|<\/?code>|&(amp|lt|gt);/g, '');
      expect(shown).not.toMatch(/[<>&]/);
      expect(shown.replaceAll(/\\[\s\S]/g, '')).not.toMatch(/[\\`*_{}[\]|~#]/);
    }),
  );
});

test('a script in a name is text', () => {
  expect(escapeMarkdown('<script>alert(1)</script>')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
});

const NOW = Date.parse('2026-01-02T00:05:00Z');

describe('a summary', () => {
  const nasty = '<img src=x>|`x`\n# big';
  const structure = (markdown: string) => linesOf(markdown).filter((line) => /^(#|\|)/.test(line)).length;

  test('of a step keeps its form whatever the release is called and why ever it ended', () => {
    const harmless = someRelease({ reason: 'r' });
    const harmful = someRelease({ reason: nasty, canary: { image: nasty, templateHash: '' } });
    const shown = stepSummary(nasty, harmful, { nowMs: NOW, platform: kubernetes });
    expect(structure(shown)).toBe(structure(stepSummary('app', harmless, { nowMs: NOW, platform: kubernetes })));
    expect(shown).not.toContain('<img');
  });

  test('of a rollback too', () => {
    const report = (text: string) => ({ phase: 'aborted', from: text, to: text, seconds: '1', reason: text });
    const shown = rollbackSummary(nasty, report(nasty), kubernetes);
    expect(structure(shown)).toBe(structure(rollbackSummary('app', report('x'), kubernetes)));
    expect(shown).not.toContain('<img');
  });

  test('of a gate too, and an objective without data says so instead of 0 %', () => {
    const result = (text: string) => ({
      verdict: 'inconclusive' as const,
      reason: text,
      polls: 1,
      startedAt: 0,
      endedAt: 14_000,
      objectives: [
        {
          name: text,
          verdict: 'inconclusive' as const,
          cause: 'no-data' as const,
          reason: text,
          warning: text,
          good: 0,
          bad: 0,
          badShare: undefined,
          stable: { good: 970, bad: 30 },
          lnEAbsolute: 0,
          lnERelative: 0,
          lnE: 0,
          lnEToFail: Math.log(100),
          upperBound: 1,
          needed: 171,
          toPass: { requests: 171, minutes: undefined },
          state: noEvidence,
          of: '',
        },
      ],
    });
    const shown = verdictSummary(nasty, result(nasty), [], someRelease());
    expect(structure(shown)).toBe(structure(verdictSummary('app', result('x'), [], someRelease())));
    expect(shown).not.toContain('<img');
    expect(shown).toContain('| no data | 30 of 1000 (3.00 %) | 1 of 100 | 100.00 % | 171 more |');
    expect(shown).toContain('Watched for 14 s.');
  });

  test('a warning that the gate’s reason leaves out is said below the table', () => {
    const objective = (name: string, verdict: 'warn' | 'inconclusive', warning?: string) => ({
      name,
      verdict,
      cause: 'too-few-requests' as const,
      reason: '',
      ...(warning !== undefined && { warning }),
      ...{
        good: 1,
        bad: 0,
        badShare: 0,
        stable: undefined,
        lnEAbsolute: 0,
        lnERelative: 0,
        lnE: 0,
        lnEToFail: 4.6,
        upperBound: 1,
      },
      ...{ needed: 171, toPass: { requests: 171, minutes: undefined }, state: noEvidence, of: '' },
    });
    const gate = { verdict: 'inconclusive' as const, reason: 'errors: too few.', polls: 1, startedAt: 0, endedAt: 9000 };
    const objectives = [objective('errors', 'inconclusive', 'already said'), objective('orders', 'warn', 'stable does better')];
    const shown = verdictSummary('app', { ...gate, objectives }, [], someRelease());
    expect(shown).toContain('|\n\nWarning: orders: stable does better.\n\nWatched for 9 s.');
    expect(shown).not.toContain('already said');
  });

  test('says that nothing was measured instead of inventing a share', () => {
    expect(stepSummary('app', someRelease({ steps: [] }), { nowMs: NOW, platform: kubernetes })).toContain('not measured');
  });
});
