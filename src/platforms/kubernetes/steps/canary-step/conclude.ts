import type { CanaryStepOutcome } from '../../../../release/outcome.js';
import type { Release } from '../../../../release/record/record.js';
import { canaryName } from '../../app/app.js';
import type { NothingToDo } from '../../decide/begin.js';
import type { Attempt } from '../../going-back/undo.js';
import type { Survey } from '../../survey/survey.js';
import { serverMs } from '../../work.js';
import type { StepInputs } from './inputs.js';
import type { Effects } from './look.js';

interface Ended extends Partial<Omit<Attempt, 'release'>> {
  readonly release?: Release | undefined;
  /** Why the step has found nothing to do. */
  readonly nothing?: NothingToDo;
}

/** What came of the step, and what only the cluster tells of the app. */
export const conclude = async (
  { app }: Pick<StepInputs, 'app'>,
  found: Pick<Survey, 'split'> | undefined,
  ended: Ended,
  effects: Effects,
): Promise<CanaryStepOutcome> => ({
  ...ended,
  canaryName: canaryName(app),
  url: await addressOf(found, effects),
  atMs: serverMs(effects),
});

async function addressOf(found: Pick<Survey, 'split'> | undefined, { cluster, signal }: Effects): Promise<string> {
  if (found === undefined) return '';
  const { router, seen } = found.split;
  return (await router.load()).address(cluster, seen, signal);
}
