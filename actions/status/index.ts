import { run } from '../../src/hosts/github-actions/run.js';
import { statusText } from '../../src/report/status-text.js';
import { platformOf } from '../../src/suite.js';
import { status } from './action.js';
import { conclude } from './conclude.js';

await run(status, {
  main: async (inputs, runtime) => {
    const platform = platformOf(inputs.platform);
    const { start } = await platform.actions.status.load();
    const standing = await start(inputs, runtime);
    runtime.log.info(statusText(standing));
    return conclude(standing, platform);
  },
});
