import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StepEnd } from '../bundles/run-bundle.js';
import { pushVersion, type TrafficBed, trafficBed } from '../e2e/traffic-bed.js';
import type { Fixture } from '../testbed/fixture.js';
import { buildKubectl, raiseByKubectl } from './raise-by-kubectl.js';
import { absolute, median, type Row, relative } from './row.js';

const execute = promisify(execFile);
const RPS = 200;
const USAGE = new URL('./usage-at-exit.js', import.meta.url).href;

type Phase = 'raise' | 'gate' | 'promote' | 'rollback' | 'kubectl';

/** One phase of a deploy, as it was measured. */
interface Measured {
  readonly phase: Phase;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Times and cost of each phase of a release of two replicas at 200 rps, beside what the same costs by kubectl. */
export async function deploys(fixture: Fixture, runs: number): Promise<Row[]> {
  const kubectl = await buildKubectl();
  const measured: Measured[] = [];
  const raisedByKubectl: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    measured.push(...(await releaseAndBack(fixture)), await deployByKubectl(fixture));
    raisedByKubectl.push(await raiseByKubectl(fixture, kubectl));
    process.stderr.write(`bed: deploy ${run + 1} of ${runs}\n`);
  }
  const of = (phase: Phase) => measured.filter((each) => each.phase === phase);
  const seconds = (phase: Phase) => median(of(phase).map((each) => each.seconds));
  const steps = { raise: 'canary-step 10', gate: 'verify-slo', promote: 'canary-step 100', rollback: 'rollback' } as const;
  const phases = Object.keys(steps) as (keyof typeof steps)[];
  const cpu = (phase: Phase) => Math.round(median(of(phase).map((each) => each.cpuMs)));
  return [
    absolute('bed/rollout-of-10-percent', tenths(seconds('raise')), 's', 30),
    relative('bed/raise-and-promote', seconds('raise') + seconds('promote'), 's', seconds('kubectl'), 20),
    relative(`bed/cpu/${steps.raise}`, cpu('raise'), 'ms CPU', Math.round(median(raisedByKubectl)), 1),
    ...phases.slice(1).map((phase) => absolute(`bed/cpu/${steps[phase]}`, cpu(phase), 'ms CPU', 600)),
    ...phases.map((phase) =>
      absolute(`bed/memory/${steps[phase]}`, Math.round(median(of(phase).map((each) => each.rssMb))), 'MB', 120),
    ),
  ];
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

async function releaseAndBack(fixture: Fixture): Promise<Measured[]> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'v2');
  const measured: Measured[] = [];
  await bed.underLoad({ rps: RPS }, async () => {
    measured.push(await step('raise', bed, 'canary-step', { weight: '10', image }));
    measured.push(await step('gate', bed, 'verify-slo', { hold: '60s' }));
    measured.push(await step('promote', bed, 'canary-step', { weight: '100' }));
    measured.push(await step('rollback', bed, 'rollback', {}));
  });
  return measured;
}

/** What a workflow without the suite does: `set image`, then `rollout status`. */
async function deployByKubectl(fixture: Fixture): Promise<Measured> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'v2');
  const of = ['--namespace', bed.namespace, '--kubeconfig', fixture.bed.kubeconfig];
  let seconds = 0;
  await bed.underLoad({ rps: RPS }, async () => {
    seconds = await secondsOf(async () => {
      await execute('kubectl', [...of, 'set', 'image', 'deployment/restaurant', `app=${image}`]);
      await execute('kubectl', [...of, 'rollout', 'status', 'deployment/restaurant', '--timeout=120s']);
    });
  });
  return { phase: 'kubectl', seconds, cpuMs: 0, rssMb: 0 };
}

async function step(phase: Phase, bed: TrafficBed, action: string, inputs: Record<string, string>): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'd9-usage-'));
  const file = join(folder, 'usage.json');
  let end: StepEnd | undefined;
  try {
    const env = { NODE_OPTIONS: `--import=${USAGE}`, D9_USAGE: file };
    const seconds = await secondsOf(async () => {
      end = await bed.step(action, inputs, { env });
    });
    if (end?.exitCode !== 0) throw new Error(`${action} did not succeed:\n${end?.stdout}`);
    return { phase, seconds, ...(JSON.parse(readFileSync(file, 'utf8')) as Pick<Measured, 'cpuMs' | 'rssMb'>) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}
