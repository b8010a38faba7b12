import type { Delivery } from '../build-plan.js';
import { outputsOf } from '../buildx/arguments.js';
import { formatReference, type ImageReference } from '../reference.js';
import { type Attributes, formatAttributes, readAttributes } from './attributes.js';
import type { BakeTarget } from './definition.js';

/** Where a file wants its image to go. */
export interface WantedOutputs {
  /** How the image is to be made, such as its compression. */
  readonly image: Attributes;
  /** Whether it says that the image is to be pushed. */
  readonly pushed: boolean;
  /** Where the result goes besides, as `type=local,dest=path` and the like. */
  readonly others: readonly string[];
}

/** Attributes that say what the image is made of; the rest of an image's attributes says how it gets its names, which is what this action does. */
const MAKING = /^(compression|compression-level|force-compression|rewrite-timestamp|annotation(-.+)?\..+)$/;
const KNOWN = /^(type|push|oci-mediatypes)$/;

/**
 * Sorts what `output` of a target asks for.
 * @throws RangeError naming what cannot be kept together with a push by this action
 */
export function readOutputs({ output = [] }: BakeTarget): WantedOutputs {
  const all = output.map(readAttributes);
  const images = all.filter(({ type }) => type === 'registry' || type === 'image');
  const attributes = images.flatMap((image) => Object.entries(image)).filter(([name]) => !KNOWN.test(name));
  const foreign = attributes.map(([name]) => name).filter((name) => !MAKING.test(name));
  if (foreign.length > 0) {
    throw new RangeError(
      `\`output\` sets ${foreign.join(', ')} of the image; names come from \`tags\`, and the push from this action. Leave it out`,
    );
  }
  return {
    image: Object.fromEntries(attributes),
    pushed: images.some(({ type, push }) => type === 'registry' || push === 'true'),
    others: all.filter((one) => !images.includes(one)).map(formatAttributes),
  };
}

/** What is known of an image besides its target. */
export interface OutputPlan {
  readonly tags: readonly ImageReference[];
  readonly outputs: WantedOutputs;
  readonly load: boolean;
  readonly sourceDateEpoch: number | undefined;
}

/** The fields of a target that say where its image goes. @param driver of the builder */
export function outputFields(
  { tags, outputs, load, sourceDateEpoch }: OutputPlan,
  delivery: Delivery,
  driver: string,
): Pick<BakeTarget, 'tags' | 'output'> {
  const output = outputsOf({ tags, outputs: outputs.others, load, sourceDateEpoch }, delivery, driver, outputs.image);
  // Names given here would be added to every output, also to what is pushed without a name.
  return { tags: delivery.to === 'nowhere' ? tags.map(formatReference) : [], output };
}
