import { type Problem, UserError } from '../../../../kernel/errors.js';
import type { Log } from '../../../../kernel/log.js';
import type { WorkflowRun } from '../../../../kernel/workflow-run.js';
import type { VerifyOutcome } from '../../../../release/outcome.js';
import { stateOfHolder } from '../../../../release/record/holder.js';
import { isInFlight, type Release } from '../../../../release/record/record.js';
import { describeLatest, howLive, type Settled, settledBy } from '../../../../release/record/seen-live.js';
import { givenShare } from '../../../../release/standing/given-share.js';
import { recordTo } from '../../../../slo/gate/evidence-file.js';
import { tellVerdict, watchObjectives } from '../../../../slo/gate/gate.js';
import type { GateResult } from '../../../../slo/gate/gate-result.js';
import { codeOfVerdict } from '../../../../slo/gate/verdict-code.js';
import { imageIn, templateOf } from '../../app/app.js';
import { owns, refuseOtherNames } from '../../decide/begin.js';
import { noteInFlight } from '../../decide/noted-release.js';
import { openRelease } from '../../decide/open.js';
import { refuseOtherWay } from '../../decide/refuse-other-way.js';
import { evidenceFromPods, placeOf, readingFor } from '../../evidence/evidence.js';
import { figuresOf, tellFigures } from '../../evidence/figures.js';
import { asJudgedBeside } from '../../gate/comparable.js';
import { keepVerdict, recall, withVerdict } from '../../gate/gate-memory.js';
import { steadyShare } from '../../gate/judge-hold.js';
import { putBack } from '../../going-back/put-back.js';
import { describeLive } from '../../lost-record/live-state.js';
import { refuseLostRecord } from '../../lost-record/lost-record.js';
import { kubernetes, kubernetesOf } from '../../memory.js';
import { refuseOtherApp } from '../../preflight/other-names.js';
import { describeForeign, isForeign, type LiveStable, liveStable } from '../../stable/live-stable.js';
import { routerFor } from '../../survey/route-of-release.js';
import type { Survey } from '../../survey/survey.js';
import type { VerifyInputs } from './inputs.js';
import { type Effects, look } from './look.js';

/** @param looked what `look` found */
export async function verify(inputs: VerifyInputs, effects: Effects, looked = look(inputs, effects)): Promise<VerifyOutcome> {
  const { cluster, clock, log, signal, workflowRun } = effects;
  const found = await looked;
  const release = releaseUnderTest(found, inputs, workflowRun);
  if (release === undefined) {
    await refuseOtherApp(cluster, found.app, signal);
    await refuseLostRecord(cluster, found.app, found.record, signal);
    throw nothingInFlight(found, inputs);
  }
  if ('image' in release) return nothingToJudge(release, effects);
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
  const percent = givenShare(release, kubernetes);
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
  const result: VerifyOutcome = { reason: gate.reason, judged: { gate, release } };
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
function nothingToJudge(settled: Settled, { log, workflowRun }: Effects): VerifyOutcome {
  const { image, release } = settled;
  const isNow = release?.owner.attempt === workflowRun.runAttempt;
  const how = release ? (isNow ? 'is promoted already' : 'was promoted by an earlier attempt of this run') : howLive(settled);
  const reason = `${image} ${how}, so there is no canary to judge.`;
  if (isNow)
    log.warning(`${reason} A gate after the promotion judges nothing: put verify-slo before the step with \`weight: 100\`.`);
  else log.info(reason);
  return { reason };
}
