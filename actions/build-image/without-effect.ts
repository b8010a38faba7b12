import { lacksGithub, NO_GITHUB } from '../../src/image/caches.js';
import { HADOLINT_MIRROR } from '../../src/image/review/hadolint-release.js';
import type { ReadDockerfile } from '../../src/image/review/review.js';
import { unknownRule } from '../../src/image/review/rule-names.js';
import type { Inputs } from '../../src/kernel/define.js';
import type { Environment } from '../../src/kernel/environment.js';
import { nearest } from '../../src/kernel/nearest.js';
import type { buildImage as definition } from './action.js';
import type { PlannedTarget } from './bake/plan.js';
import { pushesOf } from './output-conflicts.js';

type Given = Inputs<typeof definition>;

/** What was written and does nothing in this step. The same workflow may have a use for it on another event, so the step goes on. @returns one text each */
export const withoutEffect = (inputs: Given, environment: Environment): string[] => [
  ...ignoredRules(inputs),
  ...mirror(inputs),
  ...unreadCaches(inputs, environment),
  ...unfilled('labels', inputs.labels),
  ...unfilled('annotations', inputs.annotations),
];

/** The same of what is for one Dockerfile. */
export const withoutEffectOnOne = (inputs: Given, dockerfile: ReadDockerfile | undefined): string[] => [
  ...unusedNames(inputs),
  ...compressionOfNothing(inputs),
  ...(dockerfile === undefined ? [] : unknownStages(inputs.noCacheFilters ?? [], [dockerfile])),
];

const ignoredRules = ({ reviewIgnore = [] }: Given): string[] =>
  reviewIgnore.flatMap((ignored) => {
    const problem = unknownRule(ignored);
    return problem === undefined ? [] : [`Input \`review-ignore\` passes over nothing by that: ${problem}`];
  });

const mirror = ({ hadolint, hadolintMirror }: Given): string[] =>
  !hadolint && hadolintMirror !== HADOLINT_MIRROR
    ? ['Input `hadolint-mirror` has no effect without `hadolint: true`: hadolint is not asked.']
    : [];

const unreadCaches = ({ cacheFrom = [] }: Given, { variables }: Environment): string[] =>
  cacheFrom.some((cache) => lacksGithub(cache, variables))
    ? [`Input \`cache-from\` ${NO_GITHUB}. The build goes on without that cache.`]
    : [];

/** Of docker/metadata-action, which fills them in its own inputs; here `tags` knows them alone. */
const unfilled = (input: string, values: readonly string[] = []): string[] => {
  const [one] = values.filter((value) => /=.*\{\{\s*\w/.test(value));
  return one === undefined
    ? []
    : [
        `Input \`${input}\`: ${one.split('=')[0]} is written with its braces as they stand; templates are filled in \`tags\` alone. Write an expression of the workflow.`,
      ];
};

const unusedNames = ({ images = [], tags }: Given): string[] =>
  images.length > 0 && tags?.kind === 'names'
    ? ['Input `images` has no effect beside whole names in `tags`. Write rules there, such as type=sha, or leave `images` out.']
    : [];

const compressionOfNothing = (inputs: Given): string[] =>
  pushesOf({ ...inputs, tags: undefined }) !== false || (inputs.outputs ?? []).some(isStored) ? [] : notStored(inputs);

/** The inputs by which an image is stored. */
function notStored(inputs: Given): string[] {
  const given = {
    compression: inputs.compression,
    'compression-level': inputs.compressionLevel,
    'force-compression': inputs.forceCompression,
    'oci-mediatypes': inputs.ociMediatypes,
  };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`\`${name}\``]));
  if (names.length === 0 || inputs.call !== 'build') return [];
  return [
    `Input${names.length === 1 ? '' : 's'} ${names.join(', ')}: nothing is pushed or written to an archive, so nothing is compressed.`,
  ];
}

/** The same of what is for the images of a bake or Compose file. */
export const withoutEffectOnBake = (inputs: Given, targets: readonly PlannedTarget[]): string[] => [
  ...((inputs.images ?? []).length > 0 && targets.every(({ publishes, target }) => !publishes || (target.tags ?? []).length > 0)
    ? ['Input `images` has no effect: each image that is pushed has `tags` (in a Compose file `image`) of its own. Leave it out.']
    : []),
  ...(targets.some(({ publishes, outputs }) => publishes || outputs.image || outputs.others.some(isStored))
    ? []
    : notStored(inputs)),
];

const isStored = (output: string): boolean => /\btype=(image|registry|oci|docker)\b/.test(output);

/** @param dockerfiles of all that is built @returns one text for each stage that none of them has */
export function unknownStages(asked: readonly string[], dockerfiles: readonly ReadDockerfile[]): string[] {
  const stages = dockerfiles.flatMap(({ content }) =>
    content.stages.flatMap(({ name }, index) => [name?.toLowerCase() ?? '', String(index), `stage-${index}`]),
  );
  const names = [...new Set(dockerfiles.flatMap(({ content }) => content.stages.flatMap(({ name }) => name ?? [])))];
  return asked
    .filter((one) => !stages.includes(one.toLowerCase()))
    .map((one) => {
      const meant = nearest(one, names);
      const known = names.length === 0 ? 'none has a name' : `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
      return `Input \`no-cache-filters\`: there is no stage "${one}" to build again; ${known}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
    });
}
