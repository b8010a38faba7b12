import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Fixture } from '../../testbed/fixture.js';
import { pushVersion, trafficBed } from '../suites/e2e/traffic-bed.js';
import { measuredStep, type Usage } from './measured-step.js';
import { buildKubectl, raiseByKubectl } from './raise-by-kubectl.js';
import { absolute, median, type Row, relative } from './row.js';

const execute = promisify(execFile);
const RPS = 200;

type Phase = 'raise' | 'gate' | 'promote' | 'rollback' | 'kubectl';

/** One phase of a deploy, as it was measured. */
interface Measured extends Usage {
  readonly phase: Phase;
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
    const step = async (phase: Phase, action: string, inputs: Record<string, string>) =>
      measured.push({ phase, ...(await measuredStep(bed, action, inputs)) });
    await step('raise', 'canary-step', { weight: '10', image });
    await step('gate', 'verify-slo', { hold: '60s' });
    await step('promote', 'canary-step', { weight: '100' });
    await step('rollback', 'rollback', {});
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

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}
