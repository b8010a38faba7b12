import type { Delivery } from '../build-plan.js';
import { outputsOf } from '../buildx/arguments.js';
import type { Builder } from '../buildx/builder.js';
import { formatReference, type ImageReference } from '../reference.js';
import type { WantedOutputs } from '../wanted-outputs.js';
import type { BakeTarget } from './definition.js';

/** What is known of an image besides its target. */
export interface OutputPlan {
  readonly tags: readonly ImageReference[];
  readonly outputs: WantedOutputs;
  readonly load: boolean;
  readonly sourceDateEpoch: number | undefined;
}

/** The fields of a target that say where its image goes. */
export function outputFields(
  plan: OutputPlan,
  delivery: Delivery,
  builder: Pick<Builder, 'driver' | 'store'>,
): Pick<BakeTarget, 'tags' | 'output'> {
  // Names given here would be added to every output, also to what is pushed without a name.
  return { tags: delivery.to === 'nowhere' ? plan.tags.map(formatReference) : [], output: outputsOf(plan, delivery, builder) };
}
