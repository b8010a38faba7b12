import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCase } from './run-case.js';
import { SLO, scenarios } from './scenarios.js';
const workspace = mkdtempSync(path.join(tmpdir(), 'd9-faults-'));
writeFileSync(path.join(workspace, 'slo.yml'), SLO);
const realNow = process.hrtime.bigint;
for (const { name } of scenarios) {
  if (process.argv[2] && process.argv[2] !== name) continue;
  const t = realNow();
  const end = await runCase({ scenario: name, sequel: 'again', seed: 1 }, { workspace });
  process.stdout.write(`${name}: ${end.outcome} ${end.sent.length} requests, ${Number(realNow() - t) / 1e6} ms\n${end.violations.join('\n')}\n`);
  if (process.argv[3]) process.stdout.write(end.log.join('\n') + '\n');
}
process.exit(0);
