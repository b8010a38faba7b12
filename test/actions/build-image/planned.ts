import { buildImage } from '../../../actions/build-image/action.js';
import { dockerfileOf, namingOf, planBuild } from '../../../actions/build-image/plan.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import type { BuildPlan } from '../../../src/image/build-plan.js';
import { readEnvironment } from '../../../src/kernel/environment.js';

/** What is planned for these inputs, in a run with these variables. */
export async function planned(
  given: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
  workspace: string,
): Promise<BuildPlan> {
  const asked = Object.fromEntries(Object.entries(given).map(([name, value]) => [inputVariable(name), value]));
  const environment = readEnvironment({ ...variables, ...asked }, workspace);
  const inputs = await readInputs(buildImage, environment);
  return planBuild(inputs, environment, {
    file: dockerfileOf(inputs, environment),
    labelled: new Set(),
    commit: undefined,
    naming: namingOf(inputs, undefined, 0, environment),
  });
}
