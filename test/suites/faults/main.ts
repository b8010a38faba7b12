import { found, indexOf } from './found.js';
import { type Options, readOptions } from './options.js';
import { planCases, sample } from './plan.js';
import type { CaseEnd, CaseOptions, FaultCase } from './run-case.js';
import { SWITCHES } from './sabotage/switches.js';
import { flavours, scenarios, variants } from './scenarios.js';
import type { Sent } from './simulation/step-process.js';
import { Tally } from './tally.js';
import { type Job, runOnAllCores } from './workers.js';
import { withWorkspace } from './workspace.js';

/** Keeps all of it to minutes on two cores. */
const FAULTS_OF_VARIANTS = 1;
const FLAVOURS_ONE_IN = 3;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** `npm run faults`: docs/faults.md has its options. The last line is JSON, the one before it says how many cases passed. */
async function main({ sabotage, ...options }: Options): Promise<void> {
  if (sabotage === 'list') {
    for (const { name, promise, breaks, caughtBy } of SWITCHES)
      say(`${name} (${promise}): ${breaks}; caught by ${caughtBy.join(', ')}`);
    return;
  }
  const startedAtMs = performance.now();
  const tally = new Tally(say);
  await withWorkspace(async (workspace) => {
    const run: Run = (jobs, onEnd = () => undefined) => {
      const context: CaseOptions = { workspace, sabotage };
      return runOnAllCores(jobs, context, (job, end) => {
        tally.add(job, end);
        if (options.trace) say(end.log.join('\n'));
        onEnd(job, end);
      });
    };
    const drills = options.drills.map((name): Job => ({ kind: 'drill', what: { name, seed: options.seed } }));
    if (options.isOfDrillsAlone) await run(drills);
    else await run([...drills, ...(await interruptionsOf(options, sabotage !== undefined, run))]);
  });
  say(tally.outcomes);
  say(`${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
  say(`${tally.jobs - tally.failed} passed, ${tally.failed} failed`);
  say(JSON.stringify({ cases: tally.jobs, violations: tally.violations, seed: options.seed }));
  process.exitCode = tally.violations > 0 ? 1 : 0;
}

type Plan = Omit<Options, 'sabotage'>;
type Run = (jobs: readonly Job[], onEnd?: (job: Job, end: CaseEnd) => void) => Promise<void>;

async function interruptionsOf(options: Plan, isSabotaged: boolean, run: Run): Promise<Job[]> {
  const sent = await numberRequests(options, run);
  for (const [scenario, requests] of sent) say(`${scenario}: ${requests.length} requests`);
  const jobs = [...casesOf(options, isSabotaged, sent), ...racesOf(options)];
  say(`${jobs.length} interruptions and races`);
  return jobs;
}

/** Every scenario once with nothing happening, which has to go well too. */
async function numberRequests({ seed, only }: Plan, run: Run): Promise<Map<string, readonly Sent[]>> {
  const names = scenarios.map(({ name }) => name).filter((name) => only.scenario === undefined || name === only.scenario);
  const sent = new Map<string, readonly Sent[]>(names.map((name) => [name, []]));
  await run(
    names.map((scenario): Job => ({ kind: 'case', what: { scenario, sequel: 'again', seed } })),
    (job, end) => {
      if (job.kind === 'case') sent.set(job.what.scenario, end.sent);
    },
  );
  return sent;
}

function casesOf(
  { seed, isWhole, freezes, acts, cases, only }: Plan,
  isSabotaged: boolean,
  sent: ReadonlyMap<string, readonly Sent[]>,
): Job[] {
  // A variant that is asked for by its name is struck everywhere, like the others.
  const isFlavour = (scenario: string) => flavours.some(({ name }) => name === scenario);
  const isUsual = (scenario: string) => !variants.some(({ name }) => name === scenario);
  const isThinned = (scenario: string) => !isWhole && only.scenario === undefined && !isUsual(scenario);
  const all = [...sent].flatMap(([scenario, requests]) =>
    planCases(scenario, requests, {
      seed,
      isWhole,
      freezes,
      acts: isUsual(scenario) ? (acts || isWhole ? 'all' : 'some') : 'none',
      ...(isThinned(scenario) && { faultsEach: FAULTS_OF_VARIANTS, oneIn: isFlavour(scenario) ? FLAVOURS_ONE_IN : 1 }),
    }),
  );
  const wanted = all.filter(
    ({ blow, sequel }) =>
      (only.index === undefined || blow?.index === only.index) &&
      (only.fault === undefined || blow?.fault === only.fault) &&
      (only.sequel === undefined || sequel === only.sequel),
  );
  // A sabotaged step may send other requests than the ones that broke a promise once.
  const isByName =
    isSabotaged || only.index !== undefined || only.fault !== undefined || only.sequel !== undefined || cases === 0;
  const known = isByName ? [] : found.flatMap((one) => foundCase(one, sent, seed));
  return [...known, ...sample(wanted, cases ?? wanted.length, seed)].map((what): Job => ({ kind: 'case', what }));
}

function foundCase(one: (typeof found)[number], sent: ReadonlyMap<string, readonly Sent[]>, seed: number): FaultCase[] {
  const { scenario, fault, sequel } = one;
  const requests = sent.get(scenario);
  return requests ? [{ scenario, blow: { index: indexOf(one, requests), fault, turn: one.turn }, sequel, seed }] : [];
}

function racesOf({ seed, races, race }: Plan): Job[] {
  const one = (number: number): Job => ({
    kind: 'race',
    what: { against: number % 2 === 0 ? 'release' : 'rollback', seed: number },
  });
  return race === undefined ? Array.from({ length: races }, (_, index) => one(seed * 100_000 + index)) : [one(race)];
}

let asked: Options | undefined;
try {
  asked = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\nnpm run faults -- [OPTIONS]: docs/faults.md has them.\n`);
  process.exitCode = 2;
}
if (asked) await main(asked);
