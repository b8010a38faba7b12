import type { Environment } from '../../kernel/environment.js';
import { variablesFor } from '../buildx/build.js';
import type { Builder } from '../buildx/builder.js';
import { optional, repeated, secretVariables } from '../command-line.js';
import type { Command } from '../process.js';
import type { BakeDefinition } from './definition.js';
import type { BakePlan } from './plan.js';

/**
 * A call of `buildx bake` for all targets of a plan. The definition goes by the standard input: it may hold what nobody else should read, and a file would
 * outlive a kill.
 */
export function bakeCommand(
  { program }: Pick<Builder, 'program'>,
  plan: BakePlan,
  definition: BakeDefinition,
  args: readonly string[],
  environment: Environment,
): Command & { readonly input: string } {
  return {
    file: program,
    args: [
      'bake',
      '--file=-',
      ...optional('--builder', plan.builder),
      ...repeated('--allow', plan.allow),
      ...args,
      '--',
      ...plan.targets.map(({ name }) => name),
    ],
    cwd: plan.directory,
    variables: { ...variablesFor(plan, environment), ...secretVariables(plan) },
    input: JSON.stringify(definition),
  };
}
