import { openToolCache } from '../../src/hosts/github-actions/open-tool-cache.js';
import { run } from '../../src/hosts/github-actions/run.js';
import { run as runProcess } from '../../src/image/process.js';
import { query } from '../../src/kernel/query.js';
import { buildImage as definition } from './action.js';
import { cleanUpLeft, noted } from './left-behind.js';
import { buildImage } from './main.js';

await run(definition, {
  main: (inputs, runtime) =>
    buildImage(inputs, { ...runtime, run: noted(runProcess, runtime), query, random: Math.random, tools: openToolCache }),
  cleanUp: cleanUpLeft,
});
