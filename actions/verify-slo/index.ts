import { run } from '../../src/hosts/github-actions/run.js';
import { platformOf } from '../../src/suite.js';
import { verifySlo } from './action.js';

await run(verifySlo, {
  main: async (inputs, runtime) => {
    const { start } = await platformOf(inputs.platform).actions['verify-slo'].load();
    const outcome = await start(inputs, runtime);
    const { conclude } = await import('./conclude.js');
    return conclude(inputs, outcome);
  },
  post: async (inputs, runtime) => {
    const platform = platformOf(inputs.platform);
    const { settle } = await platform.actions['verify-slo'].load();
    const settled = await settle(inputs, runtime);
    const { stepSummary } = await import('../../src/report/step-summary.js');
    return settled && stepSummary(inputs.app, settled, { nowMs: runtime.clock.now(), platform });
  },
});
