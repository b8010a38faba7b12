import type { VersionTags } from '../../src/image/derive-names.js';
import type { AskedTags } from '../../src/image/names/naming.js';
import type { ImageReference } from '../../src/image/reference.js';

/** The inputs that say how the image is called. */
export interface GivenNames {
  readonly images?: unknown;
  readonly tags?: AskedTags | undefined;
  readonly flavor?: unknown;
  readonly 'version-tags'?: VersionTags;
}

/** A word alone: docker/metadata-action takes it for a tag, and docker/build-push-action for a name. */
const isShort = ({ registry, repository }: ImageReference): boolean =>
  registry === 'docker.io' && repository.startsWith('library/');

const shortName = ({ repository, tag, untagged }: ImageReference): string =>
  `${repository.replace('library/', '')}${untagged ? '' : `:${tag}`}`;

/** What is asked for and would not be done. @returns one text per problem */
export function namingConflicts({ images, tags, flavor, 'version-tags': versions = 'semver' }: GivenNames): string[] {
  const isNamed = tags?.kind === 'names';
  const short = tags?.kind === 'names' && images !== undefined ? tags.names.filter(isShort).map(shortName) : [];
  const byRules = tags?.kind === 'rules' || flavor !== undefined;
  return [
    ...(short.length > 0
      ? [
          `Input \`tags\`: beside \`images\`, ${short.map((one) => `"${one}"`).join(' and ')} would be ${short.length > 1 ? 'images' : 'an image'} of Docker's own by that name. Write a tag as \`type=raw,value=${short[0]}\`, or leave \`images\` out and write whole names.`,
        ]
      : []),
    ...(isNamed && flavor !== undefined
      ? [
          'Inputs `tags` and `flavor`: a flavor is for tags that follow from rules, and `tags` names whole images. Write rules such as type=ref,event=branch, or leave `flavor` out.',
        ]
      : []),
    ...(versions !== 'semver' && (byRules || isNamed)
      ? [
          `Input \`version-tags: ${versions}\` is for tags that follow from the event by this action's own table, and ${isNamed ? '`tags` names them' : 'there are rules'}. Leave it out.`,
        ]
      : []),
  ];
}
