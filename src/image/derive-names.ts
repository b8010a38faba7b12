import type { BuildEvent } from './event.js';
import { type ImageName, type ImageReference, isTag } from './reference.js';

const LONGEST_TAG = 128;
/** semver.org, without build metadata, which a tag can't hold. */
const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+.*)?$/;

/**
 * Names for an image that the user gave none for; the table is in docs/build-image.md.
 * @returns tags without repository, the most lasting one first; empty when the event says nothing
 */
export function deriveTags({ ref, sha, pullRequest, defaultBranch }: BuildEvent): string[] {
  const commit = sha === '' ? [] : [`sha-${sha.slice(0, 7)}`];
  if (pullRequest !== undefined) return [`pr-${pullRequest}`, ...commit];
  const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
  if (kind === 'tags') return [...versionTags(name), ...commit];
  // The branches of a merge queue live for minutes.
  if (kind !== 'heads' || name.startsWith('gh-readonly-queue/')) return commit;
  return [...commit, asTag(name), ...(name === defaultBranch ? ['latest'] : [])].filter(isTag);
}

/** `v1.2.3` → 1.2.3, 1.2, 1; a pre-release stands for itself alone, and before 1.0 nothing promises that 0.x stays compatible. */
function versionTags(name: string): string[] {
  const [, major, minor, patch, preRelease] = VERSION.exec(name) ?? [];
  if (major === undefined) return [asTag(name)].filter(isTag);
  const full = `${major}.${minor}.${patch}`;
  if (preRelease !== undefined) return [`${full}${preRelease}`];
  return [full, `${major}.${minor}`, ...(major === '0' ? [] : [major])];
}

const asTag = (name: string): string =>
  name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_TAG);

/** GitHub's own registry, under the repository's name; undefined where there is none for sure. */
export function deriveName({ server, repository }: BuildEvent): string | undefined {
  return server === 'https://github.com' && repository !== '' ? `ghcr.io/${repository.toLowerCase()}` : undefined;
}

export const withTags = (names: readonly ImageName[], tags: readonly string[]): ImageReference[] =>
  names.flatMap((name) => tags.map((tag) => ({ ...name, tag })));

/**
 * The OCI annotations that follow from the event (image-spec, annotations.md), for labels. None of them changes between two builds of one commit: the time
 * is that of the commit.
 * @param version first of the derived tags; undefined when the user named the image
 */
export function deriveLabels(event: BuildEvent, version: string | undefined): Record<string, string> {
  const { server, repository, sha, committedAt, description, license } = event;
  if (repository === '') return {};
  const values = {
    title: repository.split('/')[1] ?? '',
    description,
    url: `${server}/${repository}`,
    source: `${server}/${repository}`,
    version: version ?? '',
    revision: sha,
    created: committedAt === undefined ? '' : new Date(committedAt * 1000).toISOString(),
    licenses: license,
  };
  const labels = Object.entries(values).filter(([, value]) => value !== '');
  return Object.fromEntries(labels.map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}
