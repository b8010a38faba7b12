import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Fixture } from '../../../testbed/fixture.js';
import type { Load } from '../../../testbed/load/load.js';
import { cancelAfter, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';
import { autoscale } from './autoscaling.js';
import { pushVersion, type TrafficBed, trafficBed } from './traffic-bed.js';

const execute = promisify(execFile);
const RPS = 200;
const REPLICAS = 3;
/** What a phase changed last still acts for so long. */
const AFTERMATH_MS = 4000;

/** How an app takes it that its pods are stopped. */
export interface Ending {
  readonly name: 'pre-stop' | 'slow-stop' | 'abrupt';
  readonly faults: string;
  readonly preStopSeconds?: number;
}

export const endings = {
  /** Ends at once, but hears of its end 5 s late: what most apps have. */
  'pre-stop': { name: 'pre-stop', faults: 'abrupt', preStopSeconds: 5 },
  /** Serves on after SIGTERM until nobody calls any more. */
  'slow-stop': { name: 'slow-stop', faults: '' },
  /** Ends at once, and cuts the answers that are under way. */
  abrupt: { name: 'abrupt', faults: 'abrupt' },
} as const satisfies Readonly<Record<string, Ending>>;

/** What a client lost in one phase of a release. */
export interface PhaseLosses {
  readonly phase: string;
  readonly sent: number;
  /** By reason: `reset`, `refused`, `503`, … */
  readonly lost: Readonly<Record<string, number>>;
}

/** A series of things that are done to an app while its clients count. */
export interface Series {
  readonly name: string;
  /** How the traffic is split. */
  readonly by: 'route' | 'pods';
  /** With which apps nothing may be lost. */
  readonly safeFor: readonly Ending['name'][];
  run(stage: Stage): Promise<void>;
}

interface Stage {
  readonly bed: TrafficBed;
  /** The next version. */
  readonly image: string;
  readonly kubeconfig: string;
  phase(name: string, work: () => Promise<unknown>): Promise<void>;
  /** Runs canary-step; another end than expected is an error with all that it said. */
  step(weight: string, inputs?: Record<string, string>): Promise<void>;
}

const everyone = ['pre-stop', 'slow-stop', 'abrupt'] as const;
const whoDrains = ['pre-stop', 'slow-stop'] as const;

/** A release that is raised, aborted, raised again in three steps and promoted, by a router. */
const surge: Series = {
  name: 'surge',
  by: 'route',
  safeFor: everyone,
  async run({ phase, step }) {
    await phase('raise-50', () => step('50'));
    await phase('abort', () => step('0'));
    for (const weight of ['10', '30', '50']) await phase(`raise-${weight}-again`, () => step(weight));
    await phase('promote', () => step('100'));
  },
};

const inPlace: Series = {
  name: 'in-place',
  by: 'route',
  safeFor: whoDrains,
  async run({ phase, step }) {
    await phase('raise-50', () => step('50'));
    await phase('promote', () => step('100', { promotion: 'in-place' }));
  },
};

const byPods: Series = {
  name: 'replicas',
  by: 'pods',
  // Who has a connection to a pod keeps it until the pod says that it ends; an app that never says so is not to be saved.
  safeFor: ['slow-stop'],
  async run({ phase, step }) {
    await phase('raise-50', () => step('50'));
    await phase('lower-30', () => step('30'));
    await phase('abort', () => step('0'));
    await phase('raise-50-again', () => step('50'));
    await phase('promote', () => step('100'));
  },
};

const ROUTE_IS_WRITTEN = /PATCH \S+\/httproutes\/restaurant: 200/;
const after = (...lines: readonly RegExp[]) => new RegExp(lines.map(({ source }) => source).join('[\\s\\S]*'));
/** What the log says once a promotion has got as far as this. */
const stages: ReadonlyArray<readonly [string, RegExp]> = [
  ['shifted', after(/Promote: all traffic/, ROUTE_IS_WRITTEN, ROUTE_IS_WRITTEN)],
  ['updating-stable', STABLE_IS_WRITTEN],
  ['returning', after(/Promote: traffic back/, ROUTE_IS_WRITTEN)],
  ['draining', after(/Remove the canary/, ROUTE_IS_WRITTEN)],
];

/** A promotion that is cancelled in the middle, and put back by `post`. */
const abortWhile = ([stage, reached]: (typeof stages)[number]): Series => ({
  name: `abort-while-${stage}`,
  by: 'route',
  safeFor: everyone,
  async run({ bed, image, phase }) {
    const inputs = { weight: '100', image };
    await phase('cancel-and-post', async () => {
      const cancelled = await bed.step('canary-step', inputs, cancelAfter(reached));
      if (cancelled.exitCode !== 1) throw new Error(`It was not cancelled:\n${cancelled.stdout}`);
      const record = await bed.record();
      const at = record?.strategy.stage;
      if (at !== stage) throw new Error(`It was cancelled at ${record?.phase} ${at}, not ${stage}.`);
      const post = await bed.post('canary-step', cancelled, inputs);
      if (post.exitCode !== 0) throw new Error(`post did not succeed:\n${post.stdout}`);
    });
  },
});

/** What a workflow without the suite does: `set image`, then `rollout status`. */
export const byKubectl: Series = {
  name: 'kubectl',
  by: 'route',
  safeFor: [],
  async run({ bed, image, kubeconfig, phase }) {
    const of = ['--namespace', bed.namespace, '--kubeconfig', kubeconfig];
    await phase('set-image', async () => {
      await execute('kubectl', [...of, 'set', 'image', 'deployment/restaurant', `app=${image}`]);
      await execute('kubectl', [...of, 'rollout', 'status', 'deployment/restaurant', '--timeout=120s']);
    });
  },
};

export const allSeries: readonly Series[] = [surge, ...stages.map(abortWhile), inPlace, byPods];

/** @throws Error when there is no such series */
export function seriesOf(name: string): Series {
  const found = allSeries.find((series) => series.name === name);
  if (!found) throw new Error(`There is no series ${name}; there are ${allSeries.map((series) => series.name).join(', ')}.`);
  return found;
}

/**
 * Runs a series once on an app of three pods, at 200 rps, half of them on connections of their own, with an autoscaler that acts on what the pods use;
 * without a route all of them, and without an autoscaler: there a kept connection stays on its pod, so that the share is never reached and the release refused.
 */
export async function losses(fixture: Fixture, series: Series, ending: Ending): Promise<PhaseLosses[]> {
  const { faults, preStopSeconds } = ending;
  const bed = await trafficBed(fixture, { replicas: REPLICAS, by: series.by, faults, preStopSeconds });
  const image = await pushVersion(fixture, 'v2', faults);
  const windows: Array<{ readonly phase: string; readonly from: number; readonly until: number }> = [];
  let counted: Load | undefined;
  await bed.underLoad({ rps: RPS, newConnections: series.by === 'pods' ? 1 : 0.5 }, async (load) => {
    counted = load;
    const phase: Stage['phase'] = async (name, work) => {
      const from = Date.now();
      await work();
      const until = Date.now() + AFTERMATH_MS;
      windows.push({ phase: name, from, until });
      await load.until(() => load.between(until, until + 60_000).total.sent > 0);
    };
    // Without a route an autoscaler is refused: it would move the share.
    if (series.by === 'route') await phase('autoscaling', () => autoscale(bed, REPLICAS));
    await series.run({
      bed,
      image,
      kubeconfig: fixture.bed.kubeconfig,
      phase,
      async step(weight, inputs = {}) {
        // A phase may begin anew what one before has put back.
        const end = await bed.step('canary-step', { weight, image, 'take-over': 'true', ...inputs });
        if (end.exitCode !== 0) throw new Error(`canary-step ${weight} did not succeed:\n${end.stdout}`);
      },
    });
  });
  await fixture.api.delete(`/api/v1/namespaces/${bed.namespace}`);
  // Only now is every request over.
  return windows.flatMap(({ phase, from, until }) => {
    const seen = counted?.between(from, until);
    return seen ? [{ phase, sent: seen.total.sent, lost: seen.reasons }] : [];
  });
}
