import type { VersionTags } from '../../src/image/derive-names.js';
import type { AskedTags } from '../../src/image/names/naming.js';

/** The inputs that say how the image is called. */
export interface GivenNames {
  readonly tags?: AskedTags | undefined;
  readonly flavor?: unknown;
  readonly 'version-tags'?: VersionTags;
}

/** What is asked for and would not be done. @returns one text per problem */
export function namingConflicts({ tags, flavor, 'version-tags': versions = 'semver' }: GivenNames): string[] {
  const isNamed = tags?.kind === 'names';
  const byRules = tags?.kind === 'rules' || flavor !== undefined;
  return [
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
