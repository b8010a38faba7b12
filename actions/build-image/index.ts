import { openToolCache } from '../../src/action/downloads/open-tool-cache.js';
import { query } from '../../src/action/query.js';
import { run } from '../../src/action/run.js';
import { run as runProcess } from '../../src/image/process.js';
import { buildImage as definition } from './action.js';
import { cleanUpLeft, noted } from './left-behind.js';
import { buildImage } from './main.js';

await run(definition, {
  main: (inputs, runtime) =>
    buildImage(inputs, { ...runtime, run: noted(runProcess, runtime), query, random: Math.random, tools: openToolCache }),
  cleanUp: cleanUpLeft,
});
