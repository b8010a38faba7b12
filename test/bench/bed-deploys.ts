import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StepEnd } from '../bundles/run-bundle.js';
import { pushVersion, sendMore, type TrafficBed, trafficBed } from '../e2e/traffic-bed.js';
import type { Fixture } from '../testbed/fixture.js';
import type { Load } from '../testbed/load/load.js';
import { absolute, median, type Row, relative } from './row.js';

const execute = promisify(execFile);
const RPS = 200;
const USAGE = new URL('./usage-at-exit.js', import.meta.url).href;

type Phase = 'raise' | 'gate' | 'promote' | 'rollback' | 'abort' | 'kubectl';

/** Ends at SIGTERM and cuts the answers that are under way. */
const ABRUPT = 'abrupt';

/** One phase of a deploy, as it was measured. */
interface Measured {
  readonly phase: Phase;
  readonly seconds: number;
  /** Requests sent in the phase that no version answered. */
  readonly lost: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Times, losses and cost of each phase of a release of two replicas at 200 rps, beside kubectl's deploy of the same app. */
export async function deploys(fixture: Fixture, runs: number): Promise<Row[]> {
  const measured: Measured[] = [];
  const abrupt = { ours: [] as Measured[], kubectl: [] as Measured[] };
  for (let run = 0; run < runs; run += 1) {
    measured.push(...(await releaseAndBack(fixture)), ...(await abortedRelease(fixture)), await deployByKubectl(fixture));
    abrupt.ours.push(...(await releaseAndBack(fixture, ABRUPT)));
    abrupt.kubectl.push(await deployByKubectl(fixture, ABRUPT));
    process.stderr.write(`bed: deploy ${run + 1} of ${runs}\n`);
  }
  const of = (phase: Phase) => measured.filter((each) => each.phase === phase);
  const seconds = (phase: Phase) => median(of(phase).map((each) => each.seconds));
  const lost = (phase: Phase) => lostIn(of(phase));
  const steps = { raise: 'canary-step 10', gate: 'verify-slo', promote: 'canary-step 100', rollback: 'rollback' } as const;
  const phases = Object.keys(steps) as (keyof typeof steps)[];
  return [
    absolute('bed/rollout-of-10-percent', tenths(seconds('raise')), 's', 30),
    relative('bed/raise-and-promote', seconds('raise') + seconds('promote'), 's', seconds('kubectl'), 20),
    lostRow(ABRUPT, lostIn(abrupt.ours), lostIn(abrupt.kubectl), runs),
    ...([...phases, 'abort'] as const).map((phase) => lostRow(phase, lost(phase), lost('kubectl'), runs)),
    ...phases.map((phase) =>
      absolute(`bed/cpu/${steps[phase]}`, Math.round(median(of(phase).map((each) => each.cpuMs))), 'ms CPU', 600),
    ),
    ...phases.map((phase) =>
      absolute(`bed/memory/${steps[phase]}`, Math.round(median(of(phase).map((each) => each.rssMb))), 'MB', 100),
    ),
  ];
}

/** The reference is what a deploy by kubectl loses; no ratio, as either may be 0. */
function lostRow(phase: Phase | typeof ABRUPT, value: number, reference: number, runs: number): Row {
  return { name: `bed/lost/${phase}`, value, unit: `requests in ${runs}`, reference, ratio: null, goal: 0, ok: value === 0 };
}

const lostIn = (measured: readonly Measured[]): number => measured.reduce((sum, each) => sum + each.lost, 0);

const tenths = (value: number): number => Math.round(value * 10) / 10;

async function releaseAndBack(fixture: Fixture, faults = ''): Promise<Measured[]> {
  const bed = await trafficBed(fixture, { faults });
  const image = await pushVersion(fixture, 'v2', faults);
  const measured: Measured[] = [];
  await bed.underLoad({ rps: RPS }, async (load) => {
    measured.push(await step('raise', load, bed, 'canary-step', { weight: '10', image }));
    measured.push(await step('gate', load, bed, 'verify-slo', { hold: '60s' }));
    measured.push(await step('promote', load, bed, 'canary-step', { weight: '100' }));
    measured.push(await step('rollback', load, bed, 'rollback', {}));
  });
  return measured;
}

async function abortedRelease(fixture: Fixture): Promise<Measured[]> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'v2');
  const measured: Measured[] = [];
  await bed.underLoad({ rps: RPS }, async (load) => {
    await step('raise', load, bed, 'canary-step', { weight: '10', image });
    measured.push(await step('abort', load, bed, 'canary-step', { weight: '0' }));
  });
  return measured;
}

/** What a workflow without the suite does: `set image`, then `rollout status`. */
async function deployByKubectl(fixture: Fixture, faults = ''): Promise<Measured> {
  const bed = await trafficBed(fixture, { faults });
  const image = await pushVersion(fixture, 'v2', faults);
  const of = ['--namespace', bed.namespace, '--kubeconfig', fixture.bed.kubeconfig];
  const measured: Measured[] = [];
  await bed.underLoad({ rps: RPS }, async (load) => {
    const deploy = async () => {
      await execute('kubectl', [...of, 'set', 'image', 'deployment/restaurant', `app=${image}`]);
      await execute('kubectl', [...of, 'rollout', 'status', 'deployment/restaurant', '--timeout=120s']);
    };
    measured.push({ ...(await timed('kubectl', load, deploy)), cpuMs: 0, rssMb: 0 });
  });
  const [only] = measured;
  if (only === undefined) throw new Error('kubectl deployed nothing');
  return only;
}

async function step(
  phase: Phase,
  load: Load,
  bed: TrafficBed,
  action: string,
  inputs: Record<string, string>,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'd9-usage-'));
  const file = join(folder, 'usage.json');
  let end: StepEnd | undefined;
  try {
    const env = { NODE_OPTIONS: `--import=${USAGE}`, D9_USAGE: file };
    const times = await timed(phase, load, async () => {
      end = await bed.step(action, inputs, { env });
    });
    if (end?.exitCode !== 0) throw new Error(`${action} did not succeed:\n${end?.stdout}`);
    return { ...times, ...(JSON.parse(readFileSync(file, 'utf8')) as Pick<Measured, 'cpuMs' | 'rssMb'>) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was sent until a second after the phase is counted as its own: its last changes act that late. */
async function timed(
  phase: Phase,
  load: Load,
  work: () => Promise<unknown>,
): Promise<Pick<Measured, 'phase' | 'seconds' | 'lost'>> {
  const from = Date.now();
  await work();
  const until = Date.now();
  await sendMore(load, RPS);
  return { phase, seconds: (until - from) / 1000, lost: load.between(from, until + 1000).total.lost };
}
