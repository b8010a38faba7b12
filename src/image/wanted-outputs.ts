import { type Attributes, formatAttributes } from './bake/attributes.js';
import { isTrue, readOutput } from './output-attributes.js';

/** Where the result is to go, sorted by what this action does with it. */
export interface WantedOutputs {
  /** Whether anything is said of an image that is no file. */
  readonly image: boolean;
  /** How that is to be made, such as its compression. */
  readonly making: Attributes;
  /** Whether it says that the image is to be pushed; undefined when it says nothing of that. */
  readonly pushed: boolean | undefined;
  /** Whether a push of it is to be done without a tag. */
  readonly byDigest: boolean;
  /** Names of the image, which count where `tags` gives none. */
  readonly names: readonly string[];
  /** Whether the engine is to keep it. */
  readonly loaded: boolean;
  /** Everything else, as `type=local,dest=path` and the like. */
  readonly others: readonly string[];
}

export const NO_OUTPUTS: WantedOutputs = {
  image: false,
  making: {},
  pushed: undefined,
  byDigest: false,
  names: [],
  loaded: false,
  others: [],
};

/** What says how an image gets its names; all other attributes say how it is made (github.com/moby/buildkit, README, "Image/Registry"). */
const NAMING = ['type', 'name', 'push', 'push-by-digest', 'name-canonical'];

/**
 * Sorts what `outputs`, or `output` of a target, asks for. Several images with a push are one push, under all their names.
 * @throws RangeError when something in them is not known, or two of them contradict each other
 */
export function sortOutputs(entries: ReadonlyArray<string | Attributes>): WantedOutputs {
  const all = entries.map(readOutput);
  const images = all.filter(isImage);
  // `type=registry` is short for a push unless it says otherwise (github.com/docker/buildx, util/buildflags/export.go).
  const pushing = images.filter(({ type, push }) => (push === undefined ? type === 'registry' : isTrue(push)));
  const making = mergeMaking(images);
  if (pushing.length > 0 && pushing.length < images.length) {
    throw new RangeError(
      'pushes the image in one place and not in another; one step makes one image. Leave the other place out, or build it in a step of its own',
    );
  }
  const byDigest = images.filter((output) => isTrue(output['push-by-digest']));
  if (byDigest.length > 0 && byDigest.length < images.length) {
    throw new RangeError('pushes the image by its digest in one place and under a name in another; one step does one of both');
  }
  const kept = all.filter(isLoad);
  return {
    image: images.length > 0,
    making,
    pushed: pushing.length > 0 ? true : images.some(({ push }) => push !== undefined) ? false : undefined,
    byDigest: byDigest.length > 0,
    names: namesIn(images.length > 0 ? images : kept),
    loaded: kept.length > 0,
    others: all.filter((one) => !images.includes(one) && !kept.includes(one)).map(formatAttributes),
  };
}

const namesIn = (outputs: readonly Attributes[]): string[] =>
  [...new Set(outputs.flatMap(({ name = '' }) => name.split(',').map((one) => one.trim())))].filter((name) => name !== '');

const isImage = ({ type }: Attributes): boolean => type === 'image' || type === 'registry';

/** What `--load` is short for (docs.docker.com/reference/cli/docker/buildx/build). */
const isLoad = ({ type, dest }: Attributes): boolean => type === 'docker' && dest === undefined;

/** One image is made in one way. */
function mergeMaking(images: readonly Attributes[]): Attributes {
  const making: Record<string, string> = {};
  for (const [name, value] of images.flatMap((image) => Object.entries(image))) {
    if (NAMING.includes(name)) continue;
    if (making[name] !== undefined && making[name] !== value) {
      throw new RangeError(`says both ${name}=${making[name]} and ${name}=${value} of the image; one step makes one image`);
    }
    making[name] = value;
  }
  return making;
}
