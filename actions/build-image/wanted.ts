import { type MakingInputs, withInputs } from '../../src/image/image-making.js';
import { formatReference, type ImageReference } from '../../src/image/reference.js';
import { NO_OUTPUTS, sortOutputs, type WantedOutputs } from '../../src/image/wanted-outputs.js';

/** The inputs that say where the image goes, besides `outputs`. */
export interface WantedInputs extends MakingInputs {
  readonly push?: boolean | undefined;
  readonly load?: boolean | undefined;
  readonly call?: string | undefined;
}

export interface Wanted {
  readonly outputs: WantedOutputs;
  /** Whether the image goes to its registries. */
  readonly pushes: boolean;
}

/**
 * What `outputs` and the inputs beside it say. An image there is not pushed unless that is said, as in docker/build-push-action.
 * @throws RangeError when two of `outputs` contradict each other
 */
export function wantedOf({ outputs, ...inputs }: WantedInputs & { readonly outputs?: readonly string[] | undefined }): Wanted {
  const sorted = outputs === undefined ? NO_OUTPUTS : sortOutputs(outputs);
  return wantedBeside({ ...sorted, pushed: sorted.pushed ?? (sorted.image ? false : undefined) }, inputs);
}

/**
 * Where the image goes: to its registries, unless something else is said. `load` alone is such a thing, so that an image can be tested before it is published.
 * @param outputs of the input, or of a target of a bake file
 */
export function wantedBeside(outputs: WantedOutputs, inputs: WantedInputs): Wanted {
  const { push, load = false, call = 'build' } = inputs;
  const goesElsewhere = load || outputs.loaded || outputs.others.length > 0;
  return { outputs: withInputs(outputs, inputs), pushes: call === 'build' && (push ?? outputs.pushed ?? !goesElsewhere) };
}

/** A push by digest gives no names. @returns one text, when some are given */
export function taggedByDigest(tags: readonly ImageReference[], { byDigest }: WantedOutputs): string[] {
  const tagged = byDigest ? tags.filter(({ untagged }) => !untagged).map(formatReference) : [];
  if (tagged.length === 0) return [];
  return [
    `push-by-digest=true gives the image no name, and ${tagged.join(', ')} has a tag. Write the name without it, or leave push-by-digest out.`,
  ];
}

/** A digest that is asked for and pushed nowhere, without a word of that: `push=false` says it, as for a pull request. @returns one text, when it is so */
export const unpushedDigest = ({ byDigest, pushed }: WantedOutputs): string[] =>
  byDigest && pushed === undefined
    ? ['says push-by-digest=true, and nothing is pushed. Add push=true, or leave push-by-digest out.']
    : [];
