import { run } from '../../src/action/run.js';
import { run as runProcess } from '../../src/image/process.js';
import { buildImage as definition } from './action.js';
import { buildImage } from './main.js';

await run(definition, {
  main: async (inputs, runtime) => ({ outputs: await buildImage(inputs, { ...runtime, run: runProcess }) }),
});
