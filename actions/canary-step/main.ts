import type { Inputs } from '../../src/action/define.js';
import type { Runtime, StepResult } from '../../src/action/runtime.js';
import { decideStart, newRelease, warnOfExpiry } from '../../src/release/begin.js';
import { dryRun } from '../../src/release/dry-run.js';
import { tellGit } from '../../src/release/gitops.js';
import { type Move, move, refuseUnjudgeable } from '../../src/release/move.js';
import { releaseNeeds } from '../../src/release/needs.js';
import { freshNonce, memoryFor, openRelease } from '../../src/release/open.js';
import { type Prepared, preflight, testersOf } from '../../src/release/preflight.js';
import { putBack } from '../../src/release/put-back.js';
import type { Release } from '../../src/release/record.js';
import { readRecord } from '../../src/release/record-store.js';
import { runningRevision } from '../../src/release/stable.js';
import { type Survey, survey } from '../../src/release/survey.js';
import { type Attempt, undoOnFailure } from '../../src/release/undo.js';
import type { Work } from '../../src/release/work.js';
import { stepSummary } from '../../src/report/step-summary.js';
import type { Cluster } from '../../src/target/kubernetes/cluster.js';
import { canaryName, imageIn, templateOf } from '../../src/target/kubernetes/workload/app.js';
import type { canaryStep } from './action.js';

type StepInputs = Inputs<typeof canaryStep>;
type Result = StepResult<typeof canaryStep>;

const USUAL_HOLD_MS = 120_000;

export interface Effects extends Runtime {
  /** With `dry-run`, one whose every change is only checked. */
  readonly cluster: Cluster;
}

export async function step(inputs: StepInputs, effects: Effects): Promise<Result> {
  const { cluster, clock, log, workflowRun, signal } = effects;
  const seen = await survey(cluster, inputs, releaseNeeds(inputs.router), signal);
  const liveImage = imageIn(templateOf(seen.app.deployment), seen.app.container);
  const decide = (record = seen.record) => decideStart(record, inputs, workflowRun, liveImage, clock.now());

  const first = decide();
  if (first.kind === 'nothing') {
    log.info(first.reason);
    return conclude(inputs, seen, { release: first.latest, failure: undefined });
  }
  refuseUnjudgeable(targetOf(inputs), seen.route !== undefined);
  const prepared = first.kind === 'begin' ? await lookAround(inputs, effects, seen) : undefined;
  if (prepared === 'start over') return step(inputs, effects);
  const found = { ...seen, app: prepared?.app ?? seen.app };
  if (inputs.dryRun) {
    await dryRun(cluster, found, { start: first, image: inputs.image, weight: inputs.weight }, log, signal);
    return conclude(inputs, found, { release: undefined, failure: undefined });
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
      return { release: await putBack(work, start.release, 'asked for'), failure: undefined };
    const release = start.kind === 'continue' ? start.release : await begin(work, inputs, prepared, effects);
    return undoOnFailure(work, inputs.onJobFailure, () => move(work, release, targetOf(inputs)));
  });
  if (outcome === 'start over') return step(inputs, effects);
  if (outcome.release.phase === 'promoted') tellGit(found, outcome.release.canary.image, log);
  return conclude(inputs, found, outcome);
}

/** What stands in the way may be the release that another run has begun since the survey; then that is what there is to say. */
async function lookAround(inputs: StepInputs, { cluster, log, signal }: Effects, seen: Survey): Promise<Prepared | 'start over'> {
  try {
    return await preflight(cluster, seen, inputs, log, signal);
  } catch (error) {
    const { record } = await readRecord(cluster, inputs.app, signal);
    if (record.latest?.id === seen.record.latest?.id) throw error;
    return 'start over';
  }
}

/** A release that is about to start; its first announcement, before its first effect, puts it on record. */
async function begin(
  work: Work,
  inputs: StepInputs,
  prepared: Prepared | undefined,
  { clock, workflowRun }: Effects,
): Promise<Release> {
  if (!prepared) throw new Error('a release begins without having looked around first');
  warnOfExpiry(work.cluster.credentialsExpireAt, clock.now() + inputs.holdFor, work.log);
  return newRelease({
    app: work.app,
    image: inputs.image ?? '',
    run: workflowRun,
    router: work.router.memory,
    stable: await runningRevision(work, work.app.deployment),
    prepared,
    irreversible: inputs.irreversible,
    holdForMs: inputs.holdFor,
    nowMs: clock.now(),
    nonce: freshNonce(),
  });
}

const targetOf = (inputs: StepInputs): Move => ({
  weight: inputs.weight,
  pods: inputs.canaryReplicas,
  testers: testersOf(inputs),
  promotion: inputs.promotion,
  gate: inputs.slo && { slo: inputs.slo, holdMs: inputs.hold ?? USUAL_HOLD_MS, onBreach: inputs.onBreach },
});

interface Outcome extends Omit<Attempt, 'release'> {
  readonly release: Release | undefined;
}

function conclude({ app }: StepInputs, { route }: Pick<Survey, 'route'>, { release, verdict, failure }: Outcome): Result {
  const measured = release?.steps.at(-1)?.measured;
  const host = route?.spec?.hostnames?.find((name) => !name.startsWith('*'));
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
      verdict: verdict ?? '',
      'record-json': release === undefined ? '' : JSON.stringify(release),
      url: host === undefined ? '' : `https://${host}`,
    },
    ...(release && { summary: stepSummary(app, release) }),
    ...(failure !== undefined && { failure }),
  };
}
