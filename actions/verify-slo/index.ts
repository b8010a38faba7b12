import { run } from '../../src/hosts/github-actions/run.js';
import { connect } from '../../src/platforms/kubernetes/access/connect.js';
import { keepContext, withKeptContext } from '../../src/platforms/kubernetes/access/kept-context.js';
import { verifySlo } from './action.js';
import { look } from './look.js';

// The gate is loaded when the step has seen what there is to judge: until then it is half of the start-up.
await run(verifySlo, {
  main: async (inputs, runtime) => {
    keepContext(inputs, runtime.state);
    const effects = { ...runtime, cluster: connect(inputs, runtime) };
    const found = await look(inputs, effects);
    const { verify } = await import('./main.js');
    return verify(inputs, effects, Promise.resolve(found));
  },
  post: async (inputs, runtime) => {
    const { settleInFlight } = await import('../../src/platforms/kubernetes/going-back/settle-in-flight.js');
    const { stepSummary } = await import('../../src/report/step-summary.js');
    const settled = await settleInFlight(() => connect(withKeptContext(inputs, runtime.state), runtime), inputs, runtime);
    return settled && stepSummary(inputs.app, settled, runtime.clock.now());
  },
});
