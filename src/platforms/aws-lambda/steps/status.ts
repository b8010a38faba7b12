import type { Runtime } from '../../../kernel/runtime.js';
import { type Standing, standingOf } from '../../../release/standing/standing.js';
import type { FunctionInputs } from '../lambda-inputs.js';
import { awsLambda } from '../memory.js';
import { openSite } from '../site.js';

/** Reads the record of an app and changes nothing. */
export async function start(inputs: FunctionInputs, runtime: Pick<Runtime, 'clock' | 'log' | 'signal'>): Promise<Standing> {
  const { ledger, place } = await openSite(inputs, runtime);
  const { record, lock } = await ledger.read(runtime.signal);
  return standingOf(place.app, ledger.place, { record, lock, nowMs: runtime.clock.now() }, awsLambda);
}
