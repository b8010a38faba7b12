import { UserError } from '../../../kernel/errors.js';
import { IN_FLIGHT, OWN_RELEASE, PROMOTED, type Runtime } from '../../../kernel/runtime.js';
import { owns } from '../../../release/record/holder.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import { enduring, putBack } from '../going-back.js';
import type { FunctionInputs } from '../lambda-inputs.js';
import { openSiteToUndo } from '../site.js';
import { openWork } from '../work.js';

interface SettleInputs extends FunctionInputs {
  readonly onJobFailure: 'abort' | 'hold';
  readonly dryRun?: boolean;
}

/**
 * What `post` does after a failed or cancelled job: puts back the release that its own main has worked on, and no other. Safe to call twice.
 * @returns the release as it is then; undefined where there was nothing to do
 */
export async function settle(inputs: SettleInputs, runtime: Runtime): Promise<Release | undefined> {
  const { log, state } = runtime;
  const own = state.read(OWN_RELEASE);
  const promoted = state.read(PROMOTED);
  if (inputs.dryRun || (own === '' && promoted === ''))
    return nothing(runtime, 'This step has left no release in flight, so there is nothing to undo.');
  if (own === '') {
    log.warning(promoted);
    return undefined;
  }
  try {
    return await enduring(runtime, () => settleOwn(own, inputs, runtime));
  } catch (error) {
    if (!(error instanceof UserError) || runtime.signal.aborted) throw error;
    throw error.followedBy(state.read(IN_FLIGHT));
  }
}

async function settleOwn(own: string, inputs: SettleInputs, runtime: Runtime): Promise<Release | undefined> {
  const { log, signal, workflowRun } = runtime;
  const site = await openSiteToUndo(inputs, runtime);
  const seen = await site.ledger.readAny(signal);
  const isOwn = (latest: Release | undefined): latest is Release =>
    isInFlight(latest) && latest.id === own && owns(workflowRun, latest);
  const { latest } = seen.record;
  if (seen.flaw !== undefined) throw seen.flaw;
  if (!isOwn(latest)) return nothing(runtime, `The release that this step worked on (${own}) is not in flight any more.`);
  if (inputs.onJobFailure === 'hold') {
    log.warning(
      `${latest.canary.image} stays at ${latest.weight} %. \`on-job-failure: hold\` leaves it so until ${latest.holdUntil}.`,
    );
    return latest;
  }
  return openWork(site, seen, runtime, { undoes: true }, async (work) => {
    const current = work.held.record.latest;
    if (!isOwn(current)) return nothing(runtime, 'The release was settled meanwhile.');
    return putBack(work, current, 'the job failed or was cancelled');
  });
}

function nothing({ log }: Runtime, why: string): undefined {
  log.info(why);
}
