import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ReplayedLine, replay } from '../../../../src/slo/evidence/replay.js';
import { judge, termsOf } from '../../../../src/slo/judge/judge.js';
import { noEvidence } from '../../../../src/slo/judge/state.js';

const recorded = (name: string) => join('test/src/slo/evidence', `${name}.jsonl`);
const terms = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);
const again = (lines: readonly string[], objective?: string) => [...replay(lines, () => terms, objective, 'evidence.jsonl')];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'd9-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Printed {
  readonly exitCode: number;
  readonly lines: readonly ReplayedLine[];
  readonly stderr: string;
}

/** The command as a user runs it, after it is compiled. */
function command(...args: string[]): Promise<Printed> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['build/scripts/replay.js', ...args], (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ exitCode: Number(error?.code ?? 0), lines: lines.map((line) => JSON.parse(line) as ReplayedLine), stderr });
    });
  });
}

describe('recorded evidence is judged as it was', () => {
  test.each(['one-in-ten-bad', 'good', 'shared-incident'])('%s', async (name) => {
    const { exitCode, lines } = await command(recorded(name), '--max', '0.01', '--alpha', '0.01', '--rule-out', '0.05');
    expect(exitCode).toBe(0);
    expect(lines).toEqual(
      readFileSync(join('test/src/slo/evidence', `${name}.verdicts.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  });

  test('a line comes out for each that went in, with the figures by their names', async () => {
    const { lines } = await command(recorded('good'), '--max', '1%');
    expect(lines).toHaveLength(25);
    for (const line of lines)
      expect(Object.keys(line)).toEqual(['t', 'verdict', 'reason', 'lnEAbsolute', 'lnERelative', 'upper', 'n']);
  });
});

describe('the terms', () => {
  test('come from slo.yml: its first ratio, its share of alpha, and whether stable is compared with', async () => {
    const slo = join(folder, 'slo.yml');
    const latency = '  - { name: latency, histogram: h, quantile: 0.9, max: 1s }\n';
    const errors = '  - { name: errors, ratio: { bad: b, total: t }, max: 1% }\n';
    const printed = async (text: string, ...flags: string[]) => {
      writeFileSync(slo, text);
      return (await command(recorded('one-in-ten-bad'), '--slo', slo, ...flags)).lines;
    };
    const firstFail = (lines: readonly ReplayedLine[]) => lines.find(({ verdict }) => verdict === 'fail')?.t;
    const alone = await printed(`objectives:\n${errors}`);
    expect(alone[0]?.lnERelative).toBeNull();
    const compared = await printed(`objectives:\n${latency}${errors}compare: stable\n`);
    expect(compared.at(-1)?.lnERelative).toBeGreaterThan(5);
    const strict = await printed(`objectives:\n${errors}compare: stable\n`, '--alpha', '1e-9');
    expect(firstFail(compared)).toBeDefined();
    expect(firstFail(strict)).toBeUndefined();
  });

  test('without slo.yml compare with stable where stable was recorded', () => {
    const lines = ['{"t":0,"canary":{"good":9,"bad":1}}', '{"t":1,"canary":{"good":9,"bad":1},"stable":{"good":0,"bad":0}}'];
    const seen: boolean[] = [];
    const asSeen = ({ stable }: { readonly stable: boolean }) => {
      seen.push(stable);
      return termsOf({ max: 0.01, ruleOut: 0.05 }, 1, stable);
    };
    const look = (some: readonly string[]) => [...replay(some, asSeen, undefined, 'x')];
    expect(look(lines).at(-1)?.lnERelative).toBeNull();
    expect(
      look([...lines, '{"t":2,"canary":{"good":9,"bad":1},"stable":{"good":1,"bad":0}}']).at(-1)?.lnERelative,
    ).not.toBeNull();
    expect(seen).toEqual([false, true]);
  });
});

test('a line with `before` starts from what earlier steps knew, so that a later step is judged as it was', () => {
  const [first, second] = [{ canary: { good: 60, bad: 1 } }, { canary: { good: 3, bad: 1 } }];
  const known = judge({ ...terms, compare: false }, noEvidence, first).state;
  const expected = judge({ ...terms, compare: false }, known, second);
  const step = JSON.stringify({ t: 9, objective: 'errors', ...second, before: { errors: known } });
  expect(again([step])).toMatchObject([{ n: 65, verdict: expected.verdict }]);
  expect(
    again([JSON.stringify({ t: 1, ...first }), JSON.stringify({ t: 9, objective: 'errors', ...second, before: {} })]),
  ).toMatchObject([{ n: 61 }, { n: 4 }]);
});

test('a look without stable, as at 100 %, is judged alone although the objectives compare', () => {
  const beside = { t: 1, canary: { good: 9, bad: 0 }, stable: { good: 90, bad: 0 } };
  const alone = [2, 3, 4].map((t) => JSON.stringify({ t, canary: { good: 0, bad: 9 } }));
  const [first, ...rest] = again([JSON.stringify(beside), ...alone]);
  expect(first?.lnERelative).not.toBeNull();
  expect(rest.map(({ lnERelative }) => lnERelative)).toEqual([null, null, null]);
  expect(rest.at(-1)?.verdict).toBe('fail');
});

test('another objective of the same file can be chosen by its name', () => {
  const line = JSON.stringify({
    t: 1,
    objective: 'errors',
    canary: { good: 5, bad: 0 },
    objectives: { latency: { canary: { good: 7, bad: 1 }, stable: { good: 70, bad: 1 } } },
  });
  expect(again([line])).toMatchObject([{ n: 5 }]);
  expect(again([line], 'latency')).toMatchObject([{ n: 8 }]);
  expect(() => again([line], 'orders')).toThrow('the line at t=1 has no objective orders; it has errors, latency');
});

test.each([
  ['no JSON', '{"t":1', 'evidence.jsonl:2: this is not JSON; a line is {"t":seconds,'],
  ['no object', '7', 'this is no object'],
  ['no time', '{"canary":{"good":1,"bad":0}}', '`t` is no number'],
  ['no counts', '{"t":1,"canary":{"good":1}}', '`canary` has no counts `good` and `bad`'],
  ['negative counts', '{"t":1,"canary":{"good":1,"bad":-1}}', '`canary` has no counts'],
  ['a stable that is none', '{"t":1,"canary":{"good":1,"bad":0},"stable":3}', '`stable` has no counts'],
  [
    'a state that is none',
    '{"t":1,"canary":{"good":1,"bad":0},"before":{"errors":{"version":1}}}',
    '`before.errors` is no state',
  ],
])('a line that is none is named: %s', (_, line, message) => {
  expect(() => again(['{"t":0,"canary":{"good":1,"bad":0}}', line])).toThrow(message);
});

test('a file without a look, or with looks out of order, decides nothing', () => {
  expect(() => again(['', ' '])).toThrow('evidence.jsonl holds no evidence');
  const at = (t: number) => JSON.stringify({ t, canary: { good: 1, bad: 0 } });
  expect(() => again([at(5), at(5), at(3)])).toThrow('the line at t=3 comes after the one at t=5');
  expect(again([at(3), at(5), at(5)])).toHaveLength(3);
});

test.each<[string, string[], string]>([
  ['nothing', [], 'FILE'],
  ['a file that is not there', [join('test', 'nowhere.jsonl'), '--max', '0.1'], "can't be read: "],
  ['no terms', [recorded('good')], 'Give --slo or --max'],
  ['two sources of terms', [recorded('good'), '--slo', 'slo.yml', '--max', '0.1'], '--max and --rule-out are in the file'],
  ['a share that is none', [recorded('good'), '--max', '7'], '--max must lie between 0 and 1'],
  ['a pass below max', [recorded('good'), '--max', '0.1', '--rule-out', '0.05'], '--rule-out must be above --max'],
  ['another comparison', [recorded('good'), '--max', '0.1', '--compare', 'blue'], '--compare is stable or none'],
  ['an unknown flag', [recorded('good'), '--min', '0.1'], "Unknown option '--min'"],
])('the command refuses %s, and says so', async (_, args, message) => {
  const { exitCode, stderr, lines } = await command(...args);
  expect({ exitCode, lines }).toEqual({ exitCode: 2, lines: [] });
  expect(stderr).toContain(message);
});
