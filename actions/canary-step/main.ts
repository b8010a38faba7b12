import type { Inputs } from '../../src/action/define.js';
import type { Runtime, StepResult } from '../../src/action/runtime.js';
import { decideStart, newRelease, warnOfExpiry } from '../../src/release/begin.js';
import { dryRun } from '../../src/release/dry-run.js';
import { trafficNeeds } from '../../src/release/needs.js';
import { freshNonce, memoryFor, openRelease } from '../../src/release/open.js';
import { promote } from '../../src/release/promote.js';
import { putBack } from '../../src/release/put-back.js';
import { raise } from '../../src/release/raise.js';
import type { Release } from '../../src/release/record.js';
import { templateHashOf } from '../../src/release/stable.js';
import { survey } from '../../src/release/survey.js';
import { undoOnFailure } from '../../src/release/undo.js';
import type { Work } from '../../src/release/work.js';
import { stepSummary } from '../../src/report/step-summary.js';
import type { Cluster } from '../../src/target/kubernetes/cluster.js';
import { canaryName, imageIn, templateOf } from '../../src/target/kubernetes/workload/app.js';
import { refuseUnsettled } from '../../src/target/kubernetes/workload/rollout.js';
import type { canaryStep } from './action.js';

type StepInputs = Inputs<typeof canaryStep>;
type Result = StepResult<typeof canaryStep>;

export interface Effects extends Runtime {
  /** With `dry-run`, one whose every change is only checked. */
  readonly cluster: Cluster;
}

export async function step(inputs: StepInputs, effects: Effects): Promise<Result> {
  const { cluster, clock, log, workflowRun, signal } = effects;
  const found = await survey(cluster, inputs, trafficNeeds(inputs.router), signal);
  const liveImage = imageIn(templateOf(found.app.deployment), found.app.container);
  const decide = (record = found.record) => decideStart(record, inputs, workflowRun, liveImage, clock.now());

  const first = decide();
  if (first.kind === 'nothing') {
    log.info(first.reason);
    return conclude(inputs, first.latest);
  }
  if (inputs.dryRun) {
    await dryRun(cluster, found, { start: first, image: inputs.image, weight: inputs.weight }, log, signal);
    return conclude(inputs, undefined);
  }

  const memory = first.kind === 'begin' ? memoryFor(found) : first.release.router;
  const outcome = await openRelease(cluster, found, memory, inputs, effects, async (work) => {
    // Another process may have worked on the record between the survey and the lock.
    const start = decide(work.held.record);
    if (start.kind !== first.kind) return 'start over';
    if (start.kind === 'put-back-first') {
      await putBack(work, start.release, 'unfinished release, put back before a new one');
      return 'start over';
    }
    if (inputs.weight === 0 && start.kind === 'continue')
      return conclude(inputs, await putBack(work, start.release, 'asked for'));
    const release = start.kind === 'continue' ? start.release : await begin(work, inputs, effects);
    const moved = await undoOnFailure(work, inputs.onJobFailure, () => move(work, release, inputs));
    return conclude(inputs, moved.release, moved.failure);
  });
  return outcome === 'start over' ? step(inputs, effects) : outcome;
}

/** A release that is about to start; its first announcement, before its first effect, puts it on record. */
async function begin(work: Work, inputs: StepInputs, { clock, workflowRun }: Effects): Promise<Release> {
  const { deployment } = work.app;
  refuseUnsettled(deployment);
  warnOfExpiry(work.cluster.credentialsExpireAt, clock.now() + inputs.holdFor, work.log);
  return newRelease({
    app: work.app,
    image: inputs.image ?? '',
    run: workflowRun,
    router: work.router.memory,
    stableHash: await templateHashOf(work, deployment),
    irreversible: inputs.irreversible,
    holdForMs: inputs.holdFor,
    nowMs: clock.now(),
    nonce: freshNonce(),
  });
}

const move = (work: Work, release: Release, inputs: StepInputs): Promise<Release> =>
  inputs.weight === 100 ? promote(work, release, inputs.promotion) : raise(work, release, inputs.weight);

function conclude({ app }: StepInputs, release: Release | undefined, failure?: string): Result {
  const measured = release?.steps.at(-1)?.measured;
  return {
    outputs: {
      'release-id': release?.id ?? '',
      phase: release?.phase ?? 'none',
      weight: String(release?.weight ?? 0),
      'weight-measured': measured === undefined ? '' : String(measured.share),
      'weight-proven': measured === undefined ? 'false' : String(measured.proven),
      'weight-interval-json': measured === undefined ? '' : JSON.stringify({ low: measured.low, high: measured.high }),
      revision: release?.canary.image ?? '',
      'previous-revision': release?.stable.image ?? '',
      'canary-name': canaryName(app),
    },
    ...(release && { summary: stepSummary(app, release) }),
    ...(failure !== undefined && { failure }),
  };
}
