import { parseArgs } from 'node:util';
import { connectBed, type Fixture } from '../../testbed/fixture.js';
import { deploys } from './bed-deploys.js';
import { detection } from './bed-detection.js';
import { lostRequests } from './bed-losses.js';
import type { Row } from './row.js';

interface Part {
  /** What the names of its rows begin with. */
  readonly rows: readonly string[];
  readonly usualRuns: number;
  measure(fixture: Fixture, runs: number, only: string): Promise<Row[]>;
}

const PARTS: readonly Part[] = [
  {
    rows: ['bed/rollout-of-10-percent', 'bed/raise-and-promote', 'bed/cpu', 'bed/memory'],
    usualRuns: 5,
    measure: deploys,
  },
  { rows: ['bed/lost'], usualRuns: 10, measure: lostRequests },
  { rows: ['bed/detect-to-zero'], usualRuns: 30, measure: detection },
];

const { values } = parseArgs({ options: { runs: { type: 'string' }, only: { type: 'string' } } });
const only = `bed/${values.only ?? ''}`;
const parts = PARTS.filter(({ rows }) => rows.some((name) => name.startsWith(only) || only.startsWith(name)));
if (parts.length === 0)
  throw new Error(`No figure's name begins with ${only}; there are ${PARTS.flatMap(({ rows }) => rows).join(', ')}.`);
const rows: Row[] = [];
const fixture = connectBed();
try {
  for (const part of parts) rows.push(...(await part.measure(fixture, Number(values.runs ?? part.usualRuns), only)));
} finally {
  await fixture.close();
}
console.log(JSON.stringify(rows.filter(({ name }) => name.startsWith(only))));
