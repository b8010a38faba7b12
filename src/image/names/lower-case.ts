import { type ImageName, repositoryName } from '../reference.js';

/** A name that the user gave. */
export type GivenName<T extends ImageName> = T & {
  /** As it was written, where that had upper case in it. */
  readonly written?: string;
  /** False where it is passed over (docker/metadata-action, `enable=`). */
  readonly enabled?: boolean;
};

/**
 * Reads a name whose repository may have upper case, as organisations and users on GitHub have. Registries take lower case alone (distribution-spec, "Pulling
 * manifests"); the tag stays as it is.
 */
export function inLowerCase<T extends ImageName>(text: string, parse: (text: string) => T): GivenName<T> {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  const name = colon < 0 ? text : text.slice(0, colon);
  const lower = `${name.toLowerCase()}${colon < 0 ? '' : text.slice(colon)}`;
  const parsed = parse(lower);
  return lower === text ? parsed : { ...parsed, written: text };
}

/** One line for each name that was not lower case. */
export const lowerCaseNotes = (names: readonly GivenName<ImageName>[]): string[] =>
  names.flatMap(({ written, ...name }) =>
    written === undefined ? [] : [`${written} goes to ${repositoryName(name)}: names of repositories are lower case.`],
  );
