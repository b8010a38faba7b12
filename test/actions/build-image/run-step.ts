import { buildImage as definition } from '../../../actions/build-image/action.js';
import { buildImage } from '../../../actions/build-image/main.js';
import { openToolCache } from '../../../src/hosts/github-actions/open-tool-cache.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { run } from '../../../src/image/process.js';
import { systemClock } from '../../../src/kernel/clock.js';
import type { Environment } from '../../../src/kernel/environment.js';
import type { Log } from '../../../src/kernel/log.js';
import { query } from '../../../src/kernel/query.js';

interface Around {
  readonly environment: Environment;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Runs the action in this process, by its inputs as a user writes them. */
export async function runStep(
  given: Readonly<Record<string, string>>,
  { environment, log, signal = new AbortController().signal }: Around,
) {
  const asked = Object.fromEntries(Object.entries(given).map(([name, value]) => [inputVariable(name), value]));
  const inputs = await readInputs(definition, { ...environment, variables: { ...environment.variables, ...asked } });
  const state = { save: () => {}, read: () => '' };
  const effects = { log, signal, environment, run, query, clock: systemClock, random: Math.random, state };
  const { failure, ...result } = await buildImage(inputs, { ...effects, tools: openToolCache });
  return { ...result, failure: failure?.text, code: failure?.code };
}
