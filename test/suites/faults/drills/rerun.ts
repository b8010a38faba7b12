import { isDeepStrictEqual } from 'node:util';
import { canaryStep, rollback } from '../scenarios.js';
import { FIRST_IMAGE, NEXT_IMAGE } from '../simulation/app.js';
import { ownersView, recordIn, stableImageIn } from '../simulation/view.js';
import { type Stage, staged } from './drill.js';
import { by, RERUN } from './runs.js';

/** Of what is there besides the record, whatever has become something else. */
function changes({ trial }: Stage, before: Readonly<Record<string, unknown>>): string[] {
  const after = ownersView(trial.store);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name])).map((name) => `${name} has changed`);
}

/** A green run whose jobs are all run again, and a rollback in scope run: all end well and change nothing. */
export const greenAgain = staged('green-again', async (stage) => {
  const { store } = stage.trial;
  const jobs = [canaryStep(50), canaryStep(100, { image: '' })];
  for (const job of jobs) await stage.succeed(job, by(1));
  const before = ownersView(store);
  for (const job of [...jobs, rollback({ scope: 'run' })]) await stage.succeed(job, RERUN);
  stage.expect(`stable is to run ${stableImageIn(store)}`, stableImageIn(store) === NEXT_IMAGE);
  stage.expect(`the record says ${recordIn(store)?.phase}`, recordIn(store)?.phase === 'promoted');
  stage.note(changes(stage, before));
});

/** A run for the version that stable runs already: nothing is released, and nothing changes. */
export const unchanged = staged('unchanged', async (stage) => {
  const before = ownersView(stage.trial.store);
  for (const job of [canaryStep(50, { image: FIRST_IMAGE }), canaryStep(100, { image: '' })]) await stage.succeed(job, by(1));
  stage.expect('a release is on record', recordIn(stage.trial.store) === undefined);
  stage.note(changes(stage, before));
});
