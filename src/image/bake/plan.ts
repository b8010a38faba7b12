import type { BuildPlan } from '../build-plan.js';
import type { WantedOutputs } from '../wanted-outputs.js';
import type { BakeDefinition } from './definition.js';

/** A target of a bake or Compose file. */
export interface ContextPlan {
  readonly name: string;
  /** Where its Dockerfile is shown, from the workspace; undefined when it is not here. */
  readonly shownAs: string | undefined;
}

/** A target whose image is to be built. */
export interface TargetPlan extends ContextPlan, Pick<BuildPlan, 'tags'> {
  readonly outputs: WantedOutputs;
}

/** What is to be built of bake and Compose files, in one go. */
export interface BakePlan
  extends Pick<BuildPlan, 'secrets' | 'allow' | 'builder' | 'load' | 'sourceDateEpoch' | 'ignoredRules' | 'provenance'> {
  /** Where buildx runs. */
  readonly directory: string;
  /** All inputs are in it already, but for where the images go. */
  readonly definition: BakeDefinition;
  readonly targets: readonly TargetPlan[];
  /** Targets that only others build on. */
  readonly contexts: readonly ContextPlan[];
}
