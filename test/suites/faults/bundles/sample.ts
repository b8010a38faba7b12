import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../../testbed/fixture.js';
import { restaurantLabels } from '../../../../testbed/restaurant.js';
import type { StepEnd } from '../../bundles/run-bundle.js';
import { image, type ReleaseBed, releaseBed } from '../../cluster/release-bed.js';
import type { Sequel } from '../run-case.js';
import { seededRandom } from '../simulation/seeded.js';
import type { RequestFault } from '../strike.js';
import { type ApiProxy, startApiProxy } from './api-proxy.js';

/** One interrupted step of the committed bundles, as a process of its own. */
export interface ProcessCase {
  readonly scenario: 'raise' | 'promote' | 'abort' | 'rollback';
  /** The fault happens to this request of the step, or to the next one that it can happen to. */
  readonly from: number;
  readonly fault: RequestFault;
  readonly sequel: Sequel;
}

export interface ProcessEnd {
  readonly what: ProcessCase;
  /** The request that was struck; undefined when the step had none so late. */
  readonly struck: string | undefined;
  /** `null` when a signal ended the process. */
  readonly exitCode: number | null;
  readonly violations: readonly string[];
}

/** Those that take no more than a moment in real time; a stalled request takes 15 s. */
const QUICK: readonly RequestFault[] = [
  'kill-before',
  'kill-after',
  'kill-before',
  'kill-after',
  'cancel',
  '429',
  '500',
  '503',
  'reset-before',
  'reset-after',
  '409',
  'watch-410',
  'watch-cut',
];
const SCENARIOS: readonly ProcessCase['scenario'][] = ['raise', 'promote', 'abort', 'rollback'];
/** About as many requests as the steps send before they prove a split. */
const REQUESTS = { raise: 26, promote: 60, abort: 24, rollback: 24 };

/** Cases by a seed: every scenario in turn, at any of its requests. */
export function seededCases(count: number, seed: number): ProcessCase[] {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const scenario = SCENARIOS[index % SCENARIOS.length] ?? 'raise';
    return {
      scenario,
      from: Math.floor(random() * REQUESTS[scenario]),
      fault: pick(QUICK),
      sequel: pick(['again', 'rollback'] as const),
    };
  });
}

const step = (weight: number) => ['canary-step', { weight: String(weight), image: image('v2') }] as const;
const plans = {
  raise: { before: undefined, step: step(10), goal: { phase: 'holding', weight: 10 } },
  promote: { before: step(10), step: step(100), goal: { phase: 'promoted', weight: 0 } },
  abort: { before: step(30), step: step(0), goal: { phase: 'aborted', weight: 0 } },
  rollback: { before: step(30), step: ['rollback', {}] as const, goal: { phase: 'aborted', weight: 0 } },
};

/** In a single second the looks at the pods lie too far apart, beside other tests, for so few requests to say what the split is. */
const ENOUGH_TO_PROVE = { settle: '500ms', 'prove-timeout': '5s' };

/** Runs a case in a namespace of its own, with a client on the app from start to end. */
export async function runProcessCase(fixture: ClusterFixture, what: ProcessCase): Promise<ProcessEnd> {
  const bed = await releaseBed(fixture, { route: true }, ENOUGH_TO_PROVE);
  await addNeighbours(bed);
  const before = await ownersObjects(bed);
  const proxy = await startApiProxy(fixture.bed.kubeconfig, fixture.bed.directory);
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const run = new Interruption(bed, proxy, what);
  await run.interrupt();
  if (what.sequel === 'again') await run.again();
  await run.rollBack(before);
  const { total, reasons } = await load.stop();
  if (total.lost > 0) run.violations.push(`(d) ${total.lost} of ${total.sent} requests were lost: ${JSON.stringify(reasons)}`);
  await proxy.close();
  return { what, struck: run.struck, exitCode: run.exitCode, violations: run.violations };
}

class Interruption {
  readonly violations: string[] = [];
  struck: string | undefined;
  exitCode: number | null = 0;
  readonly #bed: ReleaseBed;
  readonly #proxy: ApiProxy;
  readonly #case: ProcessCase;

  constructor(bed: ReleaseBed, proxy: ApiProxy, what: ProcessCase) {
    this.#bed = bed;
    this.#proxy = proxy;
    this.#case = what;
  }

  async interrupt(): Promise<void> {
    const {
      before,
      step: [action, inputs],
    } = plans[this.#case.scenario];
    if (before) this.#expect('a step before', await this.#bed.step(...before));
    const stop = new AbortController();
    // A case here lasts seconds: who stands still for longer than the lock is tried in virtual time.
    const victim = { kill: () => stop.abort(), cancel: () => stop.abort(), freeze: () => undefined };
    this.#proxy.arm({ from: this.#case.from, fault: this.#case.fault, victim });
    const env = { KUBECONFIG: this.#proxy.kubeconfig };
    const ending = this.#case.fault.startsWith('kill') ? { cancelWith: 'SIGKILL' as const } : {};
    const end = await this.#bed.step(action, inputs, { signal: stop.signal, env, ...ending });
    this.struck = this.#proxy.struck;
    this.exitCode = end.exitCode;
    if (action === 'canary-step' && end.exitCode === 1) this.#expect('(b) post', await this.#bed.post(action, end, inputs));
  }

  /** (b), as the next process of the same job: it need not wait for the killed one's lock to run out. */
  async again(): Promise<void> {
    const {
      step: [action, inputs],
      goal,
    } = plans[this.#case.scenario];
    // What `post` has put back is begun anew in the same attempt only when the step says that this is meant.
    const isPutBack = action === 'canary-step' && (await this.#bed.record())?.phase === 'aborted' && inputs.weight !== '0';
    const meant = isPutBack ? { ...inputs, 'take-over': 'true' } : inputs;
    this.#expect('(b) the step again', await this.#bed.step(action, meant));
    const { phase, weight } = (await this.#bed.record()) ?? { phase: 'none', weight: 0 };
    if (phase !== goal.phase || weight !== goal.weight) this.violations.push(`(b) the record says ${phase}, ${weight} %`);
    if ((await this.#bed.canaryWeight()) !== goal.weight)
      this.violations.push(`(b) the canary has ${await this.#bed.canaryWeight()} %`);
  }

  /** (c) */
  async rollBack(before: Readonly<Record<string, unknown>>): Promise<void> {
    this.#expect('(c) the rollback', await this.#bed.step('rollback'));
    const after = await ownersObjects(this.#bed);
    for (const [name, object] of Object.entries(before))
      if (!isDeepStrictEqual(after[name], object))
        this.violations.push(`(c) ${name} is ${JSON.stringify(after[name])} instead of ${JSON.stringify(object)}`);
    const left = await this.#bed.leftovers();
    if (left.length > 0) this.violations.push(`(c) left: ${left.join(', ')}`);
    const stable = await this.#bed.stableImage();
    if (stable !== image('v1')) this.violations.push(`(c) stable is to run ${stable}`);
  }

  #expect(what: string, { exitCode, errors }: StepEnd): void {
    if (exitCode !== 0) this.violations.push(`${what} ended with ${exitCode}: ${errors.join()}`);
  }
}

const autoscalers = (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;

/** An autoscaler and a budget, which a release changes and copies. */
async function addNeighbours({ fixture: { api }, namespace }: ReleaseBed): Promise<void> {
  const metadata = { name: 'restaurant', labels: { team: 'kitchen' } };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' };
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  await api.create(autoscalers(namespace), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef, metrics },
  });
  await api.create(collections.budgets(namespace), {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: restaurantLabels } },
  });
}

/** What their owners wrote of the route, the autoscaler and the budget. */
async function ownersObjects({ fixture: { api }, namespace }: ReleaseBed): Promise<Record<string, unknown>> {
  const paths = {
    route: collections.httpRoutes(namespace),
    autoscaler: autoscalers(namespace),
    budget: collections.budgets(namespace),
  };
  const read = Object.entries(paths).map(async ([name, path]) => {
    const { metadata, spec } = await api.get<KubeObject>(`${path}/restaurant`);
    return [name, { spec, labels: metadata.labels, annotations: metadata.annotations }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Several at a time: most of a case is waiting. */
export async function runProcessCases(
  fixture: ClusterFixture,
  cases: readonly ProcessCase[],
  atOnce: number,
): Promise<ProcessEnd[]> {
  const queue = [...cases];
  const ends: ProcessEnd[] = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) ends.push(await runProcessCase(fixture, next));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return ends;
}
