import { run } from '../../src/hosts/github-actions/run.js';
import { connect } from '../../src/platforms/kubernetes/access/connect.js';
import { status as definition } from './action.js';
import { status } from './main.js';

await run(definition, {
  main: (inputs, runtime) => status(inputs, { ...runtime, cluster: connect(inputs, runtime) }),
});
