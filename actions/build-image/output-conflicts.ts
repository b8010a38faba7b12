import { contradictedMaking } from '../../src/image/image-making.js';
import { formatReference, type ImageReference, parseGivenName } from '../../src/image/reference.js';
import { sharedPlaces } from '../../src/image/shared-places.js';
import { sortOutputs, type WantedOutputs } from '../../src/image/wanted-outputs.js';
import { taggedByDigest, unpushedDigest, wantedOf } from './wanted.js';

/** The inputs that say where the image goes and how it is made, under the names that the user writes. */
export interface GivenOutputs {
  readonly push?: boolean | undefined;
  readonly load?: boolean;
  readonly call?: string;
  readonly tags?: readonly ImageReference[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly annotations?: readonly string[] | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly attests?: readonly string[] | undefined;
  readonly compression?: string | undefined;
  readonly 'compression-level'?: number | undefined;
  readonly 'force-compression'?: boolean | undefined;
  readonly 'oci-mediatypes'?: boolean | undefined;
}

/** What contradicts itself in where the image goes. @param directory that paths are relative to @returns one text per problem */
export function outputConflicts(given: GivenOutputs, directory: string): string[] {
  try {
    const outputs = sortOutputs(given.outputs ?? []);
    const names = given.tags === undefined ? outputs.names.map(parseGivenName) : [];
    return [
      ...(pushesOf(given) ? unowned('outputs', names) : []),
      ...pushedAndNot(given, outputs),
      ...sharedPlaces([{ by: 'Input `outputs`', others: outputs.others }], directory),
      ...(given.push === undefined && pushesOf(given) === false ? unpushedDigest(outputs) : []).map(
        (text) => `Input \`outputs\` ${text}`,
      ),
      ...contradictedMaking(
        {
          compression: given.compression,
          compressionLevel: given['compression-level'],
          forceCompression: given['force-compression'],
          ociMediatypes: given['oci-mediatypes'],
        },
        outputs.making,
      ),
      ...(pushesOf(given) ? taggedByDigest(given.tags ?? names, outputs) : []).map((text) => `Input \`outputs\`: ${text}`),
      ...indexOfOne(given, outputs),
    ];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`Input \`outputs\` ${error.message}.`];
  }
}

/** Whether the image goes to its registries; undefined when that contradicts itself, which is told elsewhere. */
export function pushesOf(given: GivenOutputs): boolean | undefined {
  try {
    return wantedOf(given).pushes;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Names that nobody but Docker can push to. @returns one text per name */
export const unowned = (input: string, tags: readonly ImageReference[]): string[] =>
  tags
    .filter(({ registry, repository }) => registry === 'docker.io' && repository.startsWith('library/'))
    .map(
      (tag) =>
        `Input \`${input}\`: "${formatReference(tag).replace('docker.io/library/', '')}" names no registry and no owner, so it would go to Docker's own official images. Write it as ghcr.io/owner/name:tag.`,
    );

const pushedAndNot = ({ push }: GivenOutputs, { pushed }: WantedOutputs): string[] =>
  push === undefined || pushed === undefined || push === pushed
    ? []
    : [`Input \`push\` is ${push}, and \`outputs\` says that the image is ${pushed ? '' : 'not '}pushed. Say it in one of both.`];

const PART = String.raw`(?:index|manifest)(?:-descriptor)?(?:\[[^\]]*\])?`;
/** `index:`, or among others as in `manifest,index:` (docs.docker.com/build/metadata/annotations). */
const OF_INDEX = new RegExp(`^(?:${PART},)*index(?:-descriptor)?(?:,${PART})*:`);

/** BuildKit refuses after the build: "index annotations not supported for single platform export". */
function indexOfOne(given: GivenOutputs, { making }: WantedOutputs): string[] {
  const asked = [
    ...(given.annotations ?? []).filter((annotation) => OF_INDEX.test(annotation)),
    ...Object.keys(making).filter((name) => /^annotation-index(-descriptor)?[[.]/.test(name)),
  ];
  const attested = [given.provenance, given.sbom].some((one) => one !== undefined && one !== 'false') || given.attests?.length;
  if (asked.length === 0 || (given.platforms ?? []).length > 1 || attested) return [];
  return [
    `${asked.map((name) => `"${name.split('=')[0]}"`).join(', ')} is for an index, and an image of one platform has none. ` +
      'Write it without `index`, build several platforms, or set `provenance: true`, which makes an index (and a new digest with each run).',
  ];
}
