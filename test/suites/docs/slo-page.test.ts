import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { explainNeed } from '../../../src/slo/gate/need.js';

const page = readFileSync('docs/slo.md', 'utf8');
const [, file = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

test('the file that the page shows is read as it stands', () => {
  const { objectives, compare } = readSlo(file, 'docs/slo.md');
  expect(objectives.map(({ name }) => name)).toEqual(['errors', 'latency-p95', 'orders']);
  expect(compare).toBe('stable');
});

test('what the page quotes from the log is what the gate says', () => {
  const slo = readSlo('objectives: [{ name: errors, ratio: { bad: b, total: t }, max: 1% }]', 'slo.yml');
  expect(page).toContain(explainNeed(slo, new Map([['errors', { canaryRps: 2.4 }]])));
});

test('the times that the page promises are those that the gate announces', () => {
  const slo = readSlo('objectives: [{ name: errors, ratio: { bad: b, total: t }, max: 1% }]', 'slo.yml');
  const takes = (canaryRps: number) => /\(about (\w+)\)/.exec(explainNeed(slo, new Map([['errors', { canaryRps }]])))?.[1];
  const rows = [...page.matchAll(/^\| (\d+)(?: request)? a (minute|second) \| (\w+) \| (\w+) \|$/gm)];
  expect(rows).toHaveLength(4);
  for (const [, requests, unit, ...told] of rows) {
    const rps = Number(requests) / (unit === 'minute' ? 60 : 1);
    expect([takes(rps * 0.1), takes(rps * 0.5)]).toEqual(told);
  }
});
