import type { CheckedOut } from './commit-time.js';
import type { BuildEvent } from './event.js';
import { nameOfRef } from './names/ref-name.js';
import { type ImageName, type ImageReference, parseName } from './reference.js';

/** semver.org, without build metadata, which a tag can't hold. */
const VERSION = /^(v?)(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+.*)?$/;
/** Of several packages in one repository: `app@1.2.3`, `app/v1.2.3`, `app-v1.2.3`. */
const OF_PACKAGE = /^(?:.*\/)?(?<name>[^/@]+?)(?:@|\/|-(?=v\d))(?<version>v?\d.*)$/;

/** How the tags of a version are written. */
export const VERSION_TAGS = ['semver', 'as-tagged', 'plain'] as const;
export type VersionTags = (typeof VERSION_TAGS)[number];

/**
 * Tags for an image that the user gave none for; the table is in docs/build-image.md.
 * @param image its repository, which a tag such as `app@1.2.3` may be meant for
 * @returns tags without repository, the most lasting one first; empty when the event says nothing
 */
export function deriveTags(
  { ref, sha, pullRequest, defaultBranch, aboutCommit, isPreRelease }: BuildEvent,
  versions: VersionTags = 'semver',
  image = '',
): string[] {
  const commit = sha === '' ? [] : [`sha-${sha.slice(0, 7)}`];
  if (pullRequest !== undefined) return [`pr-${pullRequest}`, ...commit];
  const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
  if (kind === 'tags') return [...tagsOfTag(name, versions, image, isPreRelease), ...commit];
  // The branches of a merge queue live for minutes; the branch of an event about no commit says nothing of what is built.
  if (kind !== 'heads' || !aboutCommit || name.startsWith('gh-readonly-queue/')) return commit;
  const isLatest = name === defaultBranch && versions === 'semver';
  return [...commit, ...named('heads', name), ...(isLatest ? ['latest'] : [])];
}

/** @returns why a branch or a Git tag gives the image no name; a sentence */
export function whyNoName({ ref, pullRequest, aboutCommit }: BuildEvent): string[] {
  const [, kind, name = ''] = /^refs\/(tags|heads)\/(.+)$/.exec(ref) ?? [];
  if (pullRequest !== undefined || kind === undefined || name.startsWith('gh-readonly-queue/')) return [];
  if (kind === 'heads' ? !aboutCommit : VERSION.test(name)) return [];
  // What is meant for the image of one package gives that its versions.
  if (kind === 'tags' && OF_PACKAGE.test(name) && /^[\x20-\x7e]*$/.test(name)) return [];
  const found = nameOfRef(kind as 'heads' | 'tags', name);
  return 'why' in found ? [found.why] : [];
}

function named(kind: 'heads' | 'tags', name: string): string[] {
  const found = nameOfRef(kind, name);
  return 'tag' in found ? [found.tag] : [];
}

function tagsOfTag(name: string, versions: VersionTags, image: string, isPreRelease: boolean): string[] {
  const ofPackage = OF_PACKAGE.exec(name)?.groups;
  const isMeant = ofPackage?.name !== undefined && ofPackage.name.toLowerCase() === image.split('/').at(-1)?.toLowerCase();
  return versionTags(isMeant ? (ofPackage.version ?? name) : name, versions, isPreRelease);
}

/**
 * `v1.2.3` → 1.2.3, 1.2, 1, or as it is tagged, with `latest`. A pre-release stands for itself alone, and before 1.0 nothing promises that 0.x stays
 * compatible.
 * @param isPreRelease whether GitHub's release is one, whatever its version says
 */
function versionTags(name: string, versions: VersionTags, isPreRelease: boolean): string[] {
  const [, v = '', major, minor, patch, preRelease = ''] = VERSION.exec(name) ?? [];
  if (major === undefined) return named('tags', name);
  const full = `${major}.${minor}.${patch}`;
  if (versions !== 'semver') {
    const written = `${versions === 'as-tagged' ? v : ''}${full}${preRelease}`;
    return preRelease === '' && !isPreRelease ? [written, 'latest'] : [written];
  }
  if (preRelease !== '' || isPreRelease) return [`${full}${preRelease}`];
  return [full, `${major}.${minor}`, ...(major === '0' ? [] : [major])];
}

/** GitHub's own registry, under the repository's name; why not, where there is none for sure. */
export function deriveName({ server, repository }: BuildEvent): ImageName | { readonly why: string } {
  if (server !== 'https://github.com' || repository === '') {
    return { why: 'only on github.com does a name follow from the repository' };
  }
  try {
    return parseName(`ghcr.io/${repository.toLowerCase()}`);
  } catch {
    // GitHub allows `.github`, `-x` and `a..b` (docs.github.com, "Creating a new repository").
    return { why: `no registry takes the repository's own name, ${repository}` };
  }
}

export const withTags = (names: readonly ImageName[], tagsOf: (name: ImageName) => readonly string[]): ImageReference[] =>
  names.flatMap((name) => tagsOf(name).map((tag) => ({ registry: name.registry, repository: name.repository, tag })));

/**
 * The OCI annotations that follow from the commit (image-spec, annotations.md), for labels. None of them hangs on the event: one commit gives one image,
 * whether it was pushed, tagged, dispatched or built by a schedule.
 */
export const deriveLabels = (event: BuildEvent, commit: CheckedOut | undefined): Record<string, string> =>
  labelled({ ...ofRepository(event), revision: event.sha, created: timeOf(commit?.committedAt) }, event);

/** What docker/metadata-action says besides, as far as the event says it. @param version first of the tags */
export const deriveLabelsByRules = (
  event: BuildEvent,
  commit: CheckedOut | undefined,
  version: string | undefined,
): Record<string, string> => {
  const { description, license, committedAt } = event;
  const created = timeOf(commit?.committedAt ?? committedAt);
  return labelled(
    { ...ofRepository(event), description, version: version ?? '', revision: event.sha, created, licenses: license },
    event,
  );
};

const timeOf = (seconds: number | undefined): string => (seconds === undefined ? '' : new Date(seconds * 1000).toISOString());

const ofRepository = ({ server, repository }: BuildEvent) => ({
  title: repository.split('/')[1] ?? '',
  url: `${server}/${repository}`,
  source: `${server}/${repository}`,
});

function labelled(values: Readonly<Record<string, string>>, { repository }: BuildEvent): Record<string, string> {
  const labels = Object.entries(values).filter(([, value]) => value !== '' && repository !== '');
  return Object.fromEntries(labels.map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}
