import { existsSync } from 'node:fs';
import { readArguments } from '../../scripts/command-line.js';
import { UserError } from '../../src/kernel/errors.js';
import type { Row } from './row.js';

/** Group → module with `rows()`, beside this file. */
const GROUPS: Readonly<Record<string, string>> = {
  'cold-start': './cold-start.js',
  download: './download.js',
  api: './api-sequential.js',
  release: './release-requests.js',
  detect: './sandbox-detection.js',
  demo: './demo.js',
  build: './build.js',
  bed: './bed.js',
  judge: './judge-simulations.js',
};

/** What takes half an hour, or root and a Docker Engine, is measured only when it is asked for. */
const ON_REQUEST = ['bed', 'build'];

const USAGE = `npm run bench -- [GROUP…] [--json] [--runs N] [--only WORD]
GROUP is one of ${Object.keys(GROUPS).join(', ')}; without one: all but ${ON_REQUEST.join(' and ')}.`;

const { positionals: asked, values } = readBench();
const unknown = asked.filter((group) => !(group in GROUPS));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}

const rows: Row[] = [];
for (const [group, path] of Object.entries(GROUPS)) {
  if (asked.length > 0 ? !asked.includes(group) : ON_REQUEST.includes(group)) continue;
  const module = new URL(path, import.meta.url);
  if (!existsSync(module)) {
    console.error(`${group}: nothing measures it yet.`);
    continue;
  }
  const measured: { rows(options: { runs?: string | undefined; only?: string | undefined }): Promise<Row[]> } = await import(
    module.href
  );
  rows.push(...(await measured.rows({ runs: values.runs, only: values.only })));
}
if (values.json) console.log(JSON.stringify(rows, null, 2));
else print(rows);

function readBench() {
  const options = { json: { type: 'boolean' }, runs: { type: 'string' }, only: { type: 'string' } } as const;
  try {
    return readArguments({ allowPositionals: true, options }, USAGE) ?? process.exit(0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function print(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.name,
    `${row.value} ${row.unit}`,
    row.reference === null ? '' : String(row.reference),
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.goal === null ? '' : `≤ ${row.goal}`,
    row.goal === null ? '' : row.ok ? 'yes' : 'NO',
  ]);
  const all = [['figure', 'value', 'reference', 'ratio', 'goal', 'met'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of all)
    console.log(
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
