import { canaryStep } from '../scenarios.js';
import { canaryWeightIn, recordIn } from '../simulation/view.js';
import { staged } from './drill.js';
import { by } from './runs.js';

/** A fifth of all requests comes past the split, as was declared: the share that the route gives is proven, and stays. */
export const declared = staged(
  'past-the-split',
  async (stage) => {
    const { store } = stage.trial;
    const end = await stage.run(canaryStep(50, { uncovered: '20' }), by(1));
    stage.expect(`the step failed: ${end.kind === 'ended' ? end.failure : 'killed'}`, end.kind === 'ended' && end.exitCode === 0);
    stage.expect('its share is not proven', end.kind === 'ended' && end.outputs['weight-proven'] === 'true');
    stage.expect(`the canary has ${canaryWeightIn(store)} % instead of 50`, canaryWeightIn(store) === 50);
  },
  { traffic: { pastTheSplit: 50 } },
);

/** A router takes the weights and sends everything to stable all the same: the step fails, and the release is put back. */
export const deafRouter = staged(
  'deaf-router',
  async (stage) => {
    const { store } = stage.trial;
    const end = await stage.run(canaryStep(50, { 'prove-timeout': '15s' }), by(1));
    stage.expect('a share of nothing was taken for 50 %', end.kind === 'ended' && end.exitCode === 1);
    stage.expect(`the record says ${recordIn(store)?.phase}`, recordIn(store)?.phase === 'aborted');
    stage.expect(`the canary has ${canaryWeightIn(store)} %`, canaryWeightIn(store) === 0);
  },
  { traffic: { ignoresWeights: true } },
);
