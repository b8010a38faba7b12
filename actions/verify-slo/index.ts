import { run } from '../../src/action/run.js';
import { settleInFlight } from '../../src/release/settle-in-flight.js';
import { connect } from '../../src/target/kubernetes/connect.js';
import { verifySlo } from './action.js';
import { verify } from './main.js';

await run(verifySlo, {
  main: (inputs, runtime) => verify(inputs, { ...runtime, cluster: connect(inputs, runtime) }),
  post: (inputs, runtime) => settleInFlight(connect(inputs, runtime), inputs, runtime),
});
