import { run } from '../../src/action/run.js';
import { settleInFlight } from '../../src/release/settle-in-flight.js';
import { connect } from '../../src/target/kubernetes/connect.js';
import { canaryStep } from './action.js';
import { step } from './main.js';

await run(canaryStep, {
  main: (inputs, runtime) => step(inputs, { ...runtime, cluster: connect(inputs, { ...runtime, dryRun: inputs.dryRun }) }),
  post: (inputs, runtime) => settleInFlight(connect(inputs, runtime), inputs, runtime),
});
