import { run } from '../../src/hosts/github-actions/run.js';
import { platform } from '../../src/suite.js';
import { canaryStep } from './action.js';

const load = () => platform.actions['canary-step'].load();

await run(canaryStep, {
  main: async (inputs, runtime) => {
    const { start } = await load();
    const outcome = await start(inputs, runtime);
    const { conclude } = await import('./conclude.js');
    return conclude(inputs, outcome, platform);
  },
  post: async (inputs, runtime) => {
    const { settle } = await load();
    const settled = await settle(inputs, runtime);
    const { stepSummary } = await import('../../src/report/step-summary.js');
    return settled && stepSummary(inputs.app, settled, { nowMs: runtime.clock.now(), platform });
  },
});
