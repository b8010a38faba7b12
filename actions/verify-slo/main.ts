import type { Inputs } from '../../src/kernel/define.js';
import { type Problem, UserError } from '../../src/kernel/errors.js';
import type { Log } from '../../src/kernel/log.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import type { WorkflowRun } from '../../src/kernel/workflow-run.js';
import { imageIn, templateOf } from '../../src/platforms/kubernetes/app/app.js';
import { givenShare } from '../../src/platforms/kubernetes/canary/reachable.js';
import { owns, refuseOtherNames } from '../../src/platforms/kubernetes/decide/begin.js';
import { noteInFlight } from '../../src/platforms/kubernetes/decide/noted-release.js';
import { openRelease } from '../../src/platforms/kubernetes/decide/open.js';
import { refuseOtherWay } from '../../src/platforms/kubernetes/decide/refuse-other-way.js';
import { evidenceFromPods, placeOf, readingFor } from '../../src/platforms/kubernetes/evidence/evidence.js';
import { figuresOf, tellFigures } from '../../src/platforms/kubernetes/evidence/figures.js';
import { asJudgedBeside } from '../../src/platforms/kubernetes/gate/comparable.js';
import { keepVerdict, recall, withVerdict } from '../../src/platforms/kubernetes/gate/gate-memory.js';
import { steadyShare } from '../../src/platforms/kubernetes/gate/judge-hold.js';
import { putBack } from '../../src/platforms/kubernetes/going-back/put-back.js';
import { describeLive } from '../../src/platforms/kubernetes/lost-record/live-state.js';
import { refuseLostRecord } from '../../src/platforms/kubernetes/lost-record/lost-record.js';
import { kubernetes, kubernetesOf } from '../../src/platforms/kubernetes/memory.js';
import { refuseOtherApp } from '../../src/platforms/kubernetes/preflight/other-names.js';
import { describeForeign, isForeign, type LiveStable, liveStable } from '../../src/platforms/kubernetes/stable/live-stable.js';
import { routerFor } from '../../src/platforms/kubernetes/survey/route-of-release.js';
import type { Survey } from '../../src/platforms/kubernetes/survey/survey.js';
import { stateOfHolder } from '../../src/release/record/holder.js';
import { isInFlight, type Release } from '../../src/release/record/record.js';
import { describeLatest, howLive, type Settled, settledBy } from '../../src/release/record/seen-live.js';
import { nothingJudgedSummary, verdictSummary } from '../../src/report/verdict-summary.js';
import { recordTo } from '../../src/slo/gate/evidence-file.js';
import { tellVerdict, watchObjectives } from '../../src/slo/gate/gate.js';
import type { GateResult } from '../../src/slo/gate/gate-result.js';
import type { ObjectiveResult } from '../../src/slo/gate/trial.js';
import { codeOfVerdict } from '../../src/slo/gate/verdict-code.js';
import type { verifySlo } from './action.js';
import { type Effects, look } from './look.js';

type VerifyInputs = Inputs<typeof verifySlo>;
type Result = StepResult<typeof verifySlo>;

/** @param looked what `look` found */
export async function verify(inputs: VerifyInputs, effects: Effects, looked = look(inputs, effects)): Promise<Result> {
  const { cluster, clock, log, signal, workflowRun } = effects;
  const found = await looked;
  const release = releaseUnderTest(found, inputs, workflowRun);
  if (release === undefined) {
    await refuseOtherApp(cluster, found.app, signal);
    await refuseLostRecord(cluster, found.app, found.record, signal);
    throw nothingInFlight(found, inputs);
  }
  if ('image' in release) return nothingToJudge(inputs, release, effects);
  refuseOtherNames(found.app, release);
  refuseOtherWay(release, inputs);
  const live = liveStable(found.app.deployment, kubernetesOf(release).container);
  warnOfForeign(live, release, log);
  if (!owns(workflowRun, release))
    log.warning(
      `The release in flight is not this run's: it is of ${release.owner.url}. Its canary is judged, the verdict is not kept on its record, and a breach leaves it alone.`,
    );
  noteInFlight(release, found.app, workflowRun, effects.state);

  const patience = { settle: inputs.settle, clock, log, timeoutMs: inputs.startTimeout };
  const router = await routerFor(cluster, found, kubernetesOf(release).router, patience);
  const percent = givenShare(release);
  const slo = asJudgedBeside(release, live, inputs.slo, log);
  tellFigures(inputs, release, log);
  const place = placeOf(figuresOf(inputs, release), found.app, () => release);
  const gate = await log.group(`Gate: ${release.canary.image} at ${release.weight} %`, () =>
    watchObjectives({
      slo,
      source: evidenceFromPods(cluster, found.app, place, clock, readingFor(slo, release)),
      holdMs: inputs.hold,
      share: steadyShare(release, percent, router.settleMs, clock.now()),
      departure: (inner) => router.departure(percent, inner),
      resume: recall(release, slo),
      ...recordTo(inputs.evidenceFile),
      clock,
      log,
      signal,
    }),
  );
  tellVerdict(gate, log);
  const result = conclude(inputs, gate, release);
  if (gate.verdict === 'fail' && inputs.onBreach === 'abort' && owns(workflowRun, release))
    return { ...result, failure: failureOf(gate, `\n${await putBackAfter(found, release, gate, inputs, effects)}`) };

  const notKept = await keepVerdict(cluster, found, release, gate, effects);
  if (gate.verdict === 'pass' || gate.verdict === 'warn')
    return notKept === undefined
      ? result
      : { ...result, failure: { code: 'verdict-not-kept', text: `Verdict ${gate.verdict}, but: ${notKept}` } };
  const others = gate.verdict === 'fail' && inputs.onBreach === 'abort' ? `\n${await leftAlone(release, inputs, effects)}` : '';
  return {
    ...result,
    failure: failureOf(
      gate,
      `${others}\n${notKept ?? (await describeLive(cluster, found.app.name, release, signal, { ...router, said: gate.reason }))}`,
    ),
  };
}

const failureOf = ({ verdict, reason, lastLines = '' }: GateResult, state: string): Problem => ({
  code: codeOfVerdict(verdict),
  text: `Verdict ${verdict}: ${reason}${lastLines}${state}`,
});

async function leftAlone(release: Release, { githubToken: token }: VerifyInputs, effects: Effects): Promise<string> {
  const state = await stateOfHolder(release, { ...effects, token });
  return `The release belongs to ${release.owner.url} and is left alone. ${state}`.trim();
}

/** No release, no evidence: a gate without a canary passes nothing on, unless this run has nothing left to release. */
function releaseUnderTest(
  { record, app: { deployment, container } }: Survey,
  { app }: VerifyInputs,
  run: WorkflowRun,
): Release | Settled | undefined {
  const { latest } = record;
  const live = imageIn(templateOf(deployment), container);
  const settled = settledBy(record, run, live, kubernetes);
  // The canary of another run says nothing of what this one has found live.
  if (settled && (!isInFlight(latest) || !owns(run, latest))) return settled;
  if (!isInFlight(latest)) return undefined;
  if (latest.weight === 0)
    throw new UserError(
      'nothing-to-judge',
      `The canary of ${app} gets no traffic (weight 0, ${latest.phase}), so there is nothing to judge.`,
    );
  return latest;
}

function nothingInFlight({ record, app: { deployment, container } }: Survey, { app }: VerifyInputs): UserError {
  const known = describeLatest(record, imageIn(templateOf(deployment), container));
  return new UserError(
    'nothing-to-judge',
    `${app} has no release in flight, so there is no canary to judge. ${known === '' ? '' : `${known} `}Run canary-step with a weight of 1–99 before this step.`,
  );
}

/** The verdict is about the canary all the same; going on with it is for canary-step to refuse. */
function warnOfForeign(live: LiveStable, release: Release, log: Log): void {
  if (isForeign(release, live))
    log.warning(`${describeForeign(release, live)}. The canary is judged beside it, and canary-step will not promote over it.`);
}

function putBackAfter(
  found: Survey,
  release: Release,
  gate: GateResult,
  inputs: VerifyInputs,
  effects: Effects,
): Promise<string> {
  return openRelease(effects.cluster, found, kubernetesOf(release).router, inputs, effects, async (work) => {
    const current = work.held.record.latest;
    if (!isInFlight(current) || current.id !== release.id) return 'The release was settled by another step meanwhile.';
    const after = await putBack(work, withVerdict(current, gate), `the gate failed: ${gate.reason.replace(/\.$/, '')}`);
    return describeLive(effects.cluster, found.app.name, after, effects.signal);
  });
}

/** A run that is run again, or of what stable runs already, has no canary, and nothing that could go wrong by going on. */
function nothingToJudge({ app }: VerifyInputs, settled: Settled, { log, workflowRun }: Effects): Result {
  const { image, release } = settled;
  const isNow = release?.owner.attempt === workflowRun.runAttempt;
  const how = release ? (isNow ? 'is promoted already' : 'was promoted by an earlier attempt of this run') : howLive(settled);
  const reason = `${image} ${how}, so there is no canary to judge.`;
  if (isNow)
    log.warning(`${reason} A gate after the promotion judges nothing: put verify-slo before the step with \`weight: 100\`.`);
  else log.info(reason);
  return { outputs: { verdict: '', reason, caution: '', 'evidence-json': '' }, summary: nothingJudgedSummary(app, reason) };
}

function conclude({ app, slo }: VerifyInputs, gate: GateResult, release: Release): Result {
  return {
    outputs: {
      verdict: gate.verdict,
      reason: gate.reason,
      caution: gate.caution ?? '',
      'evidence-json': JSON.stringify(gate.objectives.map(evidenceOf)),
    },
    summary: verdictSummary(app, gate, slo.objectives, release),
  };
}

function evidenceOf({
  state: _,
  of: __,
  lnEAbsolute,
  lnERelative,
  lnE,
  lnEToFail,
  upperBound,
  badShare,
  ...rest
}: ObjectiveResult) {
  const rounded = (value: number) => Number(value.toPrecision(6));
  return {
    ...rest,
    ...(badShare !== undefined && { badShare: rounded(badShare) }),
    lnEAbsolute: rounded(lnEAbsolute),
    lnERelative: lnERelative === null ? null : rounded(lnERelative),
    lnE: rounded(lnE),
    lnEToFail: rounded(lnEToFail),
    upperBound: rounded(upperBound),
  };
}
