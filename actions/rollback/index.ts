import { run } from '../../src/hosts/github-actions/run.js';
import { platformOf } from '../../src/suite.js';
import { rollback } from './action.js';

await run(rollback, {
  main: async (inputs, runtime) => {
    const platform = platformOf(inputs.platform);
    const { start } = await platform.actions.rollback.load();
    const outcome = await start(inputs, runtime);
    const { conclude } = await import('./conclude.js');
    return conclude(inputs, outcome, platform);
  },
});
