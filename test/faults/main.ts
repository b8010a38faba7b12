import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { found, indexOf } from './found.js';
import { planCases, sample } from './plan.js';
import type { CaseEnd, CaseOptions, FaultCase, Sequel } from './run-case.js';
import { SLO, scenarios } from './scenarios.js';
import type { Sabotage } from './simulation/trial.js';
import type { Fault } from './strike.js';
import { type Job, runOnAllCores } from './workers.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    cases: { type: 'string' },
    sabotage: { type: 'string' },
    scenario: { type: 'string' },
    index: { type: 'string' },
    fault: { type: 'string' },
    sequel: { type: 'string' },
    race: { type: 'string' },
    races: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
/** Only what was asked for by name. */
const isNarrowed = [values.index, values.fault, values.sequel, values.race].some((value) => value !== undefined);
const say = (text: string) => process.stdout.write(`${text}\n`);
const startedAtMs = performance.now();

const workspace = mkdtempSync(path.join(tmpdir(), 'd9-faults-'));
writeFileSync(path.join(workspace, 'slo.yml'), SLO);
const options: CaseOptions = { workspace, sabotage: values.sabotage as Sabotage | undefined };

let violations = 0;
let count = 0;
const outcomes = new Map<string, number>();
const onEnd = (job: Job, end: CaseEnd) => {
  count += 1;
  const what =
    job.kind === 'case'
      ? `${job.what.blow?.fault ?? 'nothing'}: ${end.outcome}`
      : `race against ${job.what.against}: ${end.outcome}`;
  outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
  violations += end.violations.length;
  if (end.violations.length > 0)
    say(`${describe(job)}\n  ${end.violations.map((text) => text.replaceAll('\n', '\n    ')).join('\n  ')}`);
  if (count % 500 === 0) say(`${count} cases, ${violations} violations`);
  if (values.trace) say(end.log.join('\n'));
};

function planRaces(): Job[] {
  const one = (number: number): Job => ({
    kind: 'race',
    what: { against: number % 2 === 0 ? 'release' : 'rollback', seed: number },
  });
  if (values.race !== undefined) return [one(Number(values.race))];
  return Array.from({ length: Number(values.races ?? 1000) }, (_, index) => one(seed * 100_000 + index));
}

/** With the options that run it again. */
function describe(job: Job): string {
  if (job.kind === 'race') return `--cases 0 --race ${job.what.seed}`;
  const { scenario, blow, sequel } = job.what;
  return `--seed ${job.what.seed} --scenario ${scenario} --index ${blow?.index} --fault ${blow?.fault} --sequel ${sequel}`;
}

try {
  const cases: FaultCase[] = [];
  const known: FaultCase[] = [];
  const names = scenarios.map(({ name }) => name).filter((name) => values.scenario === undefined || values.scenario === name);
  const clean = names.map((scenario): Job & { kind: 'case' } => ({ kind: 'case', what: { scenario, sequel: 'again', seed } }));
  await runOnAllCores(clean, options, (job, end) => {
    onEnd(job, end);
    say(`${job.what.scenario}: ${end.sent.length} requests`);
    cases.push(...planCases(job.what.scenario, end.sent, { seed, isWhole: values.all }));
    for (const one of found.filter(({ scenario }) => scenario === job.what.scenario))
      known.push({ scenario: one.scenario, blow: { index: indexOf(one, end.sent), fault: one.fault }, sequel: one.sequel, seed });
  });
  const chosen = cases
    .sort((a, b) => a.scenario.localeCompare(b.scenario))
    .filter(({ blow }) => values.index === undefined || blow?.index === Number(values.index))
    .filter(({ blow }) => values.fault === undefined || blow?.fault === (values.fault as Fault))
    .filter(({ sequel }) => values.sequel === undefined || sequel === (values.sequel as Sequel));
  const jobs = sample(chosen, values.cases === undefined ? chosen.length : Number(values.cases), seed);
  await runOnAllCores(
    [...(isNarrowed ? [] : known), ...jobs].map((what): Job => ({ kind: 'case', what })),
    options,
    onEnd,
  );
  await runOnAllCores(planRaces(), options, onEnd);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
for (const [what, times] of [...outcomes].sort()) say(`${what}: ${times}`);
say(`${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
say(JSON.stringify({ cases: count, violations, seed }));
process.exitCode = violations > 0 ? 1 : 0;
