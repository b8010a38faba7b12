import { run } from '../../src/hosts/github-actions/run.js';
import { connect } from '../../src/platforms/kubernetes/access/connect.js';
import { rollback as definition } from './action.js';
import { look } from './look.js';

// What changes anything is loaded when the step has seen what there is: until then it is half of the start-up.
await run(definition, {
  main: async (inputs, runtime) => {
    const startedAt = runtime.clock.now();
    const effects = { ...runtime, cluster: connect(inputs, runtime) };
    const found = await look(inputs, effects);
    const { rollback } = await import('./main.js');
    return rollback(inputs, effects, startedAt, Promise.resolve(found));
  },
});
