import type { Inputs } from '../../src/action/define.js';
import { UserError } from '../../src/action/errors.js';
import type { Runtime, StepResult } from '../../src/action/runtime.js';
import { abort } from '../../src/release/abort.js';
import { owns } from '../../src/release/begin.js';
import { describeState } from '../../src/release/describe.js';
import { evidenceFromPods } from '../../src/release/evidence.js';
import { judgeNeeds, undoNeeds } from '../../src/release/needs.js';
import { openRelease } from '../../src/release/open.js';
import { isOver, type Release } from '../../src/release/record.js';
import { type Survey, survey } from '../../src/release/survey.js';
import { verdictSummary } from '../../src/report/verdict-summary.js';
import { type GateResult, watchObjectives } from '../../src/slo/gate.js';
import type { Cluster } from '../../src/target/kubernetes/cluster.js';
import type { verifySlo } from './action.js';

type VerifyInputs = Inputs<typeof verifySlo>;
type Result = StepResult<typeof verifySlo>;

export interface Effects extends Runtime {
  readonly cluster: Cluster;
}

export async function verify(inputs: VerifyInputs, effects: Effects): Promise<Result> {
  const { cluster, clock, log, signal, workflowRun } = effects;
  const needed = inputs.onBreach === 'abort' ? undoNeeds(inputs.router) : judgeNeeds;
  const found = await survey(cluster, inputs, needed, signal);
  const release = releaseUnderTest(found, inputs);

  const gate = await log.group(`Gate: ${release.canary.image} at ${release.weight} %`, () =>
    watchObjectives({
      slo: inputs.slo,
      source: evidenceFromPods(
        cluster,
        found.app,
        { port: inputs.metricsPort, path: inputs.metricsPath },
        clock,
        inputs.slo.warmUpMs,
      ),
      holdMs: inputs.hold,
      clock,
      log,
      signal,
    }),
  );
  log.info(`Verdict: ${gate.verdict}. ${gate.reason}`);
  const result = conclude(inputs, gate);
  if (gate.verdict === 'pass' || gate.verdict === 'warn') return result;

  const failure = `Verdict ${gate.verdict}: ${gate.reason}`;
  if (gate.verdict !== 'fail' || inputs.onBreach === 'fail')
    return { ...result, failure: `${failure}\n${describeState(release)}` };
  if (!owns(workflowRun, release)) {
    return {
      ...result,
      failure: `${failure}\nThe release belongs to ${release.owner.url} and is left alone.\n${describeState(release)}`,
    };
  }
  return { ...result, failure: `${failure}\n${await putBack(found, release, gate, inputs, effects)}` };
}

/** No release, no evidence: a gate without a canary must not pass. */
function releaseUnderTest({ record: { latest } }: Survey, { app }: VerifyInputs): Release {
  if (latest === undefined || isOver(latest)) {
    throw new UserError(
      `${app} has no release in flight, so there is no canary to judge. Run canary-step with a weight of 1–99 before this step.`,
    );
  }
  if (latest.weight === 0)
    throw new UserError(`The canary of ${app} gets no traffic (weight 0, ${latest.phase}), so there is nothing to judge.`);
  return latest;
}

function putBack(found: Survey, release: Release, gate: GateResult, inputs: VerifyInputs, effects: Effects): Promise<string> {
  return openRelease(effects.cluster, found, release.router, inputs, effects, async (work) => {
    const current = work.held.record.latest;
    if (current === undefined || isOver(current) || current.id !== release.id)
      return 'The release was settled by another step meanwhile.';
    return describeState(await abort(work, current, `the gate failed: ${gate.reason.replace(/\.$/, '')}`));
  });
}

function conclude({ app }: VerifyInputs, gate: GateResult): Result {
  const evidence = gate.objectives.map(({ name, verdict, reason, good, bad, lnE, upperBound, needed }) => ({
    name,
    verdict,
    reason,
    good,
    bad,
    lnE: Number(lnE.toFixed(4)),
    upperBound: Number(upperBound.toFixed(6)),
    needed,
  }));
  return {
    outputs: { verdict: gate.verdict, reason: gate.reason, 'evidence-json': JSON.stringify(evidence) },
    summary: verdictSummary(app, gate),
  };
}
