import { run } from '../../src/action/run.js';
import { connect } from '../../src/target/kubernetes/connect.js';
import { rollback as definition } from './action.js';
import { rollback } from './main.js';

await run(definition, {
  main: (inputs, runtime) => rollback(inputs, { ...runtime, cluster: connect(inputs, runtime) }),
});
