import { openToolCache } from '../../src/action/downloads/open-tool-cache.js';
import { query } from '../../src/action/query.js';
import { run } from '../../src/action/run.js';
import { run as runProcess } from '../../src/image/process.js';
import { buildImage as definition } from './action.js';
import { logOutLeft } from './login.js';
import { buildImage } from './main.js';

await run(definition, {
  main: (inputs, runtime) =>
    buildImage(inputs, { ...runtime, run: runProcess, query, random: Math.random, tools: openToolCache }),
  cleanUp: logOutLeft,
});
