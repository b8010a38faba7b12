import type { Runtime } from '../../../kernel/runtime.js';
import { planRollback, type RollbackPlan } from '../../../release/going-back/plan-rollback.js';
import { leftUnasked, type Scope, scopeOf } from '../../../release/going-back/scope.js';
import type { RollbackOutcome } from '../../../release/outcome.js';
import { type HolderQuery, owns, stateOfHolder } from '../../../release/record/holder.js';
import { isInFlight, isOver, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import { readAlias } from '../alias.js';
import { refuseUnexplained } from '../decide.js';
import { enduring, putBack, takeBack } from '../going-back.js';
import type { FunctionInputs } from '../lambda-inputs.js';
import { nameOf } from '../memory.js';
import { asking, openSiteToUndo, type Site } from '../site.js';
import { aliasName, aliasNow, openWork } from '../work.js';

interface RollbackInputs extends FunctionInputs {
  readonly scope?: Scope | undefined;
  readonly githubToken?: string | undefined;
}

/** Puts back what is in flight, or takes back what was promoted last. */
export async function start(inputs: RollbackInputs, runtime: Runtime): Promise<RollbackOutcome> {
  const startedAt = runtime.clock.now();
  return enduring(runtime, async () => undo(inputs, runtime, await openSiteToUndo(inputs, runtime), startedAt));
}

async function undo(inputs: RollbackInputs, runtime: Runtime, site: Site, startedAt: number): Promise<RollbackOutcome> {
  const { workflowRun, clock, log, signal } = runtime;
  const holder: HolderQuery = { ...runtime, token: inputs.githubToken };
  const plan = (record: ReleaseRecord) => planRollback(record.latest, scopeOf(inputs.scope, record, workflowRun), workflowRun);
  const leave = (first: Extract<RollbackPlan, { kind: 'nothing' }>, record: ReleaseRecord) =>
    leaveAlone(inputs, runtime, holder, first, record);
  const seen = await site.ledger.readAny(signal);
  if (seen.flaw !== undefined) throw seen.flaw;
  const first = plan(seen.record);
  if (first.kind === 'nothing') {
    if (!isInFlight(seen.record.latest))
      refuseUnexplained(site.place, await readAlias(site.clients.lambda, site.place, asking(runtime, signal)));
    return leave(first, seen.record);
  }
  if (!owns(workflowRun, first.release)) log.warning(await whose(first.release, holder));
  const isOfAny = scopeOf(inputs.scope, seen.record, workflowRun) === 'any';
  const asks = { undoes: true, ...(isOfAny && { asksToYield: workflowRun.url }) };
  return openWork(site, seen, runtime, asks, async (work) => {
    const next = plan(work.held.record);
    if (next.kind === 'nothing') return leave(next, work.held.record);
    const { release } = next;
    const after = next.kind === 'abort' ? await putBack(work, release, 'rollback') : await takeBack(work, release);
    const to = nameOf(site.place.function, (await aliasNow(work)).version);
    const what = next.kind === 'abort' ? 'The new version was taken out' : 'The promoted version was taken back';
    const reason = `${what}: alias ${aliasName(site.place)} names ${to}.`;
    log.info(reason);
    const seconds = ((clock.now() - startedAt) / 1000).toFixed(1);
    return { phase: after.phase, from: release.canary.image, to, seconds, reason, undone: after };
  });
}

async function whose(release: Release, holder: HolderQuery): Promise<string> {
  if (isOver(release)) return `Taking back ${release.canary.image}, which ${release.owner.url} has promoted.`;
  return `Undoing the release of ${release.owner.url}. ${await stateOfHolder(release, holder)}`.trim();
}

/** Nothing is undone, which is a success only where somebody could have meant it. */
async function leaveAlone(
  { scope }: RollbackInputs,
  { log, workflowRun }: Runtime,
  holder: HolderQuery,
  { reason: planned, held, left }: Extract<RollbackPlan, { kind: 'nothing' }>,
  record: ReleaseRecord,
): Promise<RollbackOutcome> {
  const unasked = leftUnasked(scope, record, workflowRun);
  const reason = `${unasked ?? planned} ${held ? await stateOfHolder(held, holder) : ''}`.trim();
  const nothing = { phase: 'none', from: '', to: '', seconds: '', reason };
  if (unasked !== undefined) return { ...nothing, left: record.latest, failure: { code: 'nothing-of-this-run', text: reason } };
  if (held ?? left) log.warning(reason);
  else log.info(reason);
  return { ...nothing, left: held ?? left };
}
