import { run } from '../../src/action/run.js';
import { connect } from '../../src/target/kubernetes/connect.js';
import { status as definition } from './action.js';
import { status } from './main.js';

await run(definition, {
  main: (inputs, runtime) => status(inputs, { ...runtime, cluster: connect(inputs, runtime) }),
});
