import type { Runtime } from '../../../kernel/runtime.js';
import type { WorkflowRun } from '../../../kernel/workflow-run.js';
import type { CanaryStepOutcome } from '../../../release/outcome.js';
import { type HolderQuery, ownerOf, owns, refuseHeld, stateOfHolder, withHolderState } from '../../../release/record/holder.js';
import type { SeenRecord } from '../../../release/record/ledger.js';
import { freshNonce } from '../../../release/record/nonce.js';
import { isInFlight, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import { seenLive } from '../../../release/record/seen-live.js';
import { BEFORE_A_NEW_ONE, refuseEnded } from '../../../release/record/stopped.js';
import { type Alias, describeTraffic, readAlias } from '../alias.js';
import { decide, type Request, refuseUnexplained, type Start } from '../decide.js';
import { enduring, putBack } from '../going-back.js';
import type { FunctionInputs } from '../lambda-inputs.js';
import { lambdaOf, nameOf, onLambda } from '../memory.js';
import { promote, raise } from '../move.js';
import { asking, openSite, openSiteToUndo, type Site } from '../site.js';
import { trafficAt } from '../traffic.js';
import { refuseUnfit } from '../versions.js';
import { aliasName, aliasNow, announce, openWork, type Work } from '../work.js';
import { refuseUnjudged } from './unjudged.js';

export { settle } from './settle.js';

export interface StepInputs extends FunctionInputs {
  readonly weight: number;
  readonly version?: string | undefined;
  readonly slo?: unknown;
  readonly holdFor: number;
  readonly irreversible: boolean;
  readonly takeOver: boolean;
  readonly dryRun: boolean;
  readonly githubToken?: string | undefined;
}

interface Step {
  readonly inputs: StepInputs;
  readonly site: Site;
  readonly runtime: Runtime;
  readonly request: Request;
  readonly holder: HolderQuery;
}

/** Gives the version its share of the alias, all of it, or none. */
export async function start(inputs: StepInputs, runtime: Runtime): Promise<CanaryStepOutcome> {
  if (inputs.weight > 0) refuseUnjudged(inputs);
  const { version, weight, takeOver } = inputs;
  const site = await (weight === 0 ? enduring(runtime, () => openSiteToUndo(inputs, runtime)) : openSite(inputs, runtime));
  const request = { function: site.place.function, alias: site.place.alias, version, weight, takeOver };
  const step: Step = { inputs, site, runtime, request, holder: { ...runtime, token: inputs.githubToken } };
  return weight === 0 ? abort(step) : release(step);
}

async function release(step: Step): Promise<CanaryStepOutcome> {
  const { inputs, site, runtime, request, holder } = step;
  const { workflowRun, clock, log, signal } = runtime;
  const [seen, alias] = await Promise.all([site.ledger.read(signal), look(step)]);
  const decideOn = (record: ReleaseRecord, now: Alias) =>
    withHolderState(() => decide(record, request, workflowRun, now, clock.now()), holder);
  const first = await decideOn(seen.record, alias);
  await refuseUnfitVersion(step, first, alias);
  if (inputs.dryRun) return plan(step, first, alias);
  if (first.kind === 'nothing' && !first.isNew) return nothingToDo(step, first);
  const cameTo = 'release' in first && first.kind !== 'nothing' ? first.release : undefined;
  return openWork(site, seen, runtime, {}, async (work) => {
    let now = await aliasNow(work);
    let next = await decideOn(work.held.record, now);
    if (next.kind === 'begin') refuseEnded(cameTo, work.held.record, workflowRun);
    if (next.kind === 'put-back-first') {
      log.warning(await whyPutBack(next.release, holder));
      await putBack(work, next.release, BEFORE_A_NEW_ONE);
      now = await aliasNow(work);
      next = await decideOn(work.held.record, now);
    }
    if (next.kind === 'put-back-first') throw new Error('a release that was put back is still in flight');
    if (next.kind === 'nothing') {
      if (next.isNew) await work.held.noteLive(seenLive(next.live, workflowRun, clock.now(), undefined));
      return nothingToDo(step, next);
    }
    const begun = next.kind === 'begin' ? await begin(work, step, next, now) : await goOn(work, next.release, inputs);
    const moved = await (request.weight === 100 ? promote : raise)(work, begun, now, request);
    return outcomeOf(step, { release: moved });
  });
}

const look = ({ site, runtime }: Step): Promise<Alias> =>
  readAlias(site.clients.lambda, site.place, asking(runtime, runtime.signal));

async function refuseUnfitVersion({ site, runtime, request }: Step, first: Start, alias: Alias): Promise<void> {
  if (first.kind !== 'begin' && first.kind !== 'put-back-first') return;
  const candidate = request.version;
  if (candidate === undefined) return;
  const stable = first.kind === 'put-back-first' ? lambdaOf(first.release).stable : alias.version;
  await refuseUnfit(site.clients.lambda, site.place, { stable, candidate }, asking(runtime, runtime.signal), runtime.log);
}

/** A release that is about to start: on record, before its first effect. */
async function begin(
  work: Work,
  { inputs, site }: Step,
  next: Extract<Start, { kind: 'begin' }>,
  alias: Alias,
): Promise<Release> {
  const { run, clock, log } = work;
  if (next.warning !== undefined) log.warning(next.warning);
  const name = site.place.function;
  const memory = { function: name, alias: site.place.alias, stable: alias.version, candidate: next.version };
  const begun: Release = {
    id: `${run.runId}-${run.runAttempt}-${freshNonce()}`,
    phase: 'starting',
    strategy: { kind: 'canary' },
    owner: ownerOf(run),
    holdUntil: new Date(clock.now() + inputs.holdFor).toISOString(),
    platform: onLambda(memory),
    stable: { image: nameOf(name, memory.stable), templateHash: '' },
    canary: { image: nameOf(name, memory.candidate), templateHash: '' },
    irreversible: inputs.irreversible,
    weight: 0,
    startedAt: new Date(clock.now()).toISOString(),
    steps: [],
  };
  return announce(work, begun, {});
}

/** A release that goes on, as the doing of this attempt. */
const goOn = async (work: Work, before: Release, { irreversible }: StepInputs): Promise<Release> => {
  const release = { ...before, owner: { ...before.owner, attempt: work.run.runAttempt } };
  return irreversible && !release.irreversible ? announce(work, release, { irreversible }) : release;
};

/** With `weight: 0`: whatever else is written beside it, the release goes back. */
async function abort(step: Step): Promise<CanaryStepOutcome> {
  const { inputs, site, runtime, holder } = step;
  const { workflowRun, clock, log, signal } = runtime;
  return enduring({ clock, log, signal }, async () => {
    const seen = await site.ledger.readAny(signal);
    const { latest } = seen.record;
    const refuse = (inFlight: Release) => withHolderState(() => refuseHeld(inFlight, inputs, workflowRun, clock.now()), holder);
    if (!isInFlight(latest)) {
      refuseUnexplained(site.place, await look(step));
      return outcomeOf(step, nothingInFlight(seen, log));
    }
    await refuse(latest);
    if (inputs.dryRun) return plan(step, { kind: 'continue', release: latest }, await look(step));
    const asks = inputs.takeOver ? { asksToYield: workflowRun.url } : {};
    return openWork(site, seen, runtime, { undoes: true, ...asks }, async (work) => {
      const current = work.held.record.latest;
      if (!isInFlight(current)) return outcomeOf(step, nothingInFlight(seen, log));
      await refuse(current);
      return outcomeOf(step, { release: await putBack(work, current, 'asked for') });
    });
  });
}

function nothingInFlight({ flaw }: SeenRecord, log: Runtime['log']): Pick<CanaryStepOutcome, 'nothing'> {
  if (flaw !== undefined) throw flaw;
  const reason = 'No release is in flight, so there is nothing to abort.';
  log.info(reason);
  return { nothing: { reason } };
}

function nothingToDo(step: Step, { reason, live, release: brought }: Extract<Start, { kind: 'nothing' }>): CanaryStepOutcome {
  step.runtime.log.info(reason);
  return outcomeOf(step, { nothing: { reason, live }, release: brought });
}

function plan(step: Step, start: Start, alias: Alias): CanaryStepOutcome {
  const { request, site, runtime } = step;
  if (start.kind === 'nothing') return nothingToDo(step, start);
  const memory = start.kind === 'continue' ? lambdaOf(start.release) : undefined;
  const stable = memory?.stable ?? (start.kind === 'put-back-first' ? lambdaOf(start.release).stable : alias.version);
  const candidate = request.version ?? memory?.candidate ?? '';
  const to = trafficAt({ function: request.function, alias: request.alias, stable, candidate }, request.weight);
  const reason = `Dry run: alias ${aliasName(site.place)} would go from ${describeTraffic(alias)} to ${describeTraffic(to)}. Nothing has been changed.`;
  runtime.log.info(start.kind === 'begin' && start.warning !== undefined ? `${start.warning} ${reason}` : reason);
  return outcomeOf(step, { nothing: { reason } });
}

async function whyPutBack(inFlight: Release, holder: HolderQuery & { readonly workflowRun: WorkflowRun }): Promise<string> {
  if (!owns(holder.workflowRun, inFlight))
    return `Taking over the release of ${inFlight.owner.url}. ${await stateOfHolder(inFlight, holder)}`.trim();
  return `This run has left a release of ${inFlight.canary.image} in flight (${inFlight.phase}, ${inFlight.weight} %): it is put back first.`;
}

const outcomeOf = ({ runtime }: Step, came: Pick<CanaryStepOutcome, 'release' | 'nothing'>): CanaryStepOutcome => ({
  ...came,
  canaryName: came.release?.canary.image ?? '',
  url: '',
  atMs: runtime.clock.now(),
});
