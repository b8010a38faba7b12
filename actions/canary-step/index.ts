import { run } from '../../src/hosts/github-actions/run.js';
import { connect } from '../../src/platforms/kubernetes/access/connect.js';
import { keepContext, withKeptContext } from '../../src/platforms/kubernetes/access/kept-context.js';
import type { Cluster } from '../../src/platforms/kubernetes/api/cluster.js';
import { canaryStep } from './action.js';
import { look } from './look.js';

const planned = async (cluster: Cluster): Promise<Cluster> =>
  new (await import('../../src/platforms/kubernetes/api/planned-cluster.js')).PlannedCluster(cluster);

// What changes anything is loaded when the step has seen what there is: until then it is half of the start-up.
await run(canaryStep, {
  main: async (inputs, runtime) => {
    keepContext(inputs, runtime.state);
    const connected = connect(inputs, { ...runtime, dryRun: inputs.dryRun });
    const effects = { ...runtime, cluster: inputs.dryRun ? await planned(connected) : connected };
    const found = await look(inputs, effects);
    const { step } = await import('./main.js');
    return step(inputs, effects, Promise.resolve(found));
  },
  post: async (inputs, runtime) => {
    const { settleInFlight } = await import('../../src/platforms/kubernetes/going-back/settle-in-flight.js');
    const { stepSummary } = await import('../../src/report/step-summary.js');
    const settled = await settleInFlight(() => connect(withKeptContext(inputs, runtime.state), runtime), inputs, runtime);
    return settled && stepSummary(inputs.app, settled, runtime.clock.now());
  },
});
