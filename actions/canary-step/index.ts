import { run } from '../../src/hosts/github-actions/run.js';
import { platformOf } from '../../src/suite.js';
import { canaryStep } from './action.js';

await run(canaryStep, {
  main: async (inputs, runtime) => {
    const platform = platformOf(inputs.platform);
    const { start } = await platform.actions['canary-step'].load();
    const outcome = await start(inputs, runtime);
    const { conclude } = await import('./conclude.js');
    return conclude(inputs, outcome, platform);
  },
  post: async (inputs, runtime) => {
    const platform = platformOf(inputs.platform);
    const { settle } = await platform.actions['canary-step'].load();
    const settled = await settle(inputs, runtime);
    const { stepSummary } = await import('../../src/report/step-summary.js');
    return settled && stepSummary(inputs.app, settled, { nowMs: runtime.clock.now(), platform });
  },
});
