import { run } from '../../src/hosts/github-actions/run.js';
import { platform } from '../../src/suite.js';
import { verifySlo } from './action.js';

const load = () => platform.actions['verify-slo'].load();

await run(verifySlo, {
  main: async (inputs, runtime) => {
    const { start } = await load();
    const outcome = await start(inputs, runtime);
    const { conclude } = await import('./conclude.js');
    return conclude(inputs, outcome);
  },
  post: async (inputs, runtime) => {
    const { settle } = await load();
    const settled = await settle(inputs, runtime);
    const { stepSummary } = await import('../../src/report/step-summary.js');
    return settled && stepSummary(inputs.app, settled, { nowMs: runtime.clock.now(), platform });
  },
});
