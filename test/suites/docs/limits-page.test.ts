import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { canaryStep } from '../../../actions/canary-step/action.js';
import type { ActionDefinition } from '../../../src/kernel/define.js';
import { readPage } from './page.js';

const rows = readPage('docs/limits.md').prose.filter((line) => line.startsWith('|'));
const cells = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const limits = rows.flatMap((row) => {
  const [, limit = '', where = ''] = cells(row);
  const [, name, file] = /^`(\w+)` in `(\S+)`$/.exec(where) ?? [];
  return name && file ? [{ limit, name, file }] : [];
});
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  days: 86_400_000,
  KiB: 1024,
  MiB: 1024 ** 2,
  bytes: 1,
  characters: 1,
  '': 1,
};

/** The number of a constant, or of a property of that name, as its file has it. */
function numberIn(file: string, name: string): number {
  const [, product = ''] = new RegExp(`\\b${name}(?:: \\w+)?(?: =|:) ([\\d_ *]+)[;,}]`).exec(readFileSync(file, 'utf8')) ?? [];
  return product.split('*').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1);
}

function numberOn({ limit, name }: { readonly limit: string; readonly name: string }): number {
  const [, amount, unit = ''] = /^(\d+)(?: (\w+))?$/.exec(limit) ?? [];
  const scale = name.endsWith('_SECONDS') ? 1000 : 1;
  return (Number(amount) * (UNITS[unit] ?? Number.NaN)) / scale;
}

test('every limit is the number that the code has', () => {
  expect(limits.length).toBeGreaterThanOrEqual(31);
  const told = limits.map(({ name, file, ...row }) => `${name} in ${file}: ${numberOn({ name, ...row })}`);
  const live = limits.map(
    ({ name, file, limit }) => `${name} in ${file}: ${limit === '24 days' ? 24 * 86_400_000 : numberIn(file, name)}`,
  );
  expect(told).toEqual(live);
  expect(Math.floor(numberIn('src/kernel/duration.ts', 'MAX_MS') / 86_400_000)).toBe(24);
});

test('what inputs bound when they are left empty is what their definition says', () => {
  const inputs: ActionDefinition['inputs'] = canaryStep.inputs;
  const defaults = rows.map(cells).filter(([input = '', value = '']) => /^`[a-z-]+`$/.test(input) && /^`\w+`$/.test(value));
  expect(defaults.length).toBeGreaterThanOrEqual(5);
  for (const [input = '', value = ''] of defaults) {
    const { default: passed, usual } = inputs[input.slice(1, -1)] ?? {};
    expect(`\`${passed ?? usual}\``).toBe(value);
  }
});

test('the settle bounds are those that steps wait for, controller by controller', () => {
  const router = readFileSync('src/platforms/kubernetes/routers/http-route/router.ts', 'utf8');
  const known = [...router.matchAll(/\[\/\^([\w\\.]+)\\\/\/, ([\d_]+)\]/g)].map(([, prefix = '', ms = '']) => [
    `\`${prefix.replaceAll('\\', '')}/\``,
    `${Number(ms.replaceAll('_', '')) / 1000} s`,
  ]);
  expect(known.length).toBeGreaterThanOrEqual(2);
  expect(rows.map(cells).filter(([name = '']) => /^`[a-z.]+\/`$/.test(name))).toEqual(known);
  const other = rows.map(cells).find(([name = '']) => name.startsWith('any other'));
  expect(other?.[1]).toBe(`${numberIn('src/platforms/kubernetes/router.ts', 'UNKNOWN_SETTLE_MS') / 1000} s`);
  const traefik = rows.map(cells).find(([name]) => name === '`router: traefik`');
  expect(traefik?.[1]).toBe(`${numberIn('src/platforms/kubernetes/routers/traefik/router.ts', 'SETTLE_MS') / 1000} s`);
  const none = rows.map(cells).find(([name = '']) => name.startsWith('no route'));
  expect(none?.[1]).toBe(`${numberIn('src/platforms/kubernetes/routers/replicas/router.ts', 'SETTLE_MS') / 1000} s`);
});
