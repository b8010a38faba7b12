import { isTag } from '../reference.js';

const LONGEST_TAG = 128;

/** What other images go by: versions and the shorter names that they move, the default branch, pull requests and commits. */
const OF_OTHERS = /^(v?\d+(\.\d+){0,2}|v?\d+\.\d+\.\d+[-+].*|latest|pr-\d+|sha-[0-9a-f]+)$/i;

/** The image tag that a branch or a Git tag gives, or why it gives none. */
export type RefName = { readonly tag: string } | { readonly why: string };

/**
 * A name whose characters a tag can't hold must not become another one's: without its first two, `版本1.2.3` would be version 1.2.3. Nor may a branch take the
 * name of a version, and of what else has a meaning here.
 */
export function nameOfRef(kind: 'heads' | 'tags', name: string): RefName {
  const tag = name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_TAG);
  const what = kind === 'heads' ? 'Branch' : 'Git tag';
  if (/[^\x20-\x7e]/.test(name) || !isTag(tag)) {
    return {
      why: `${what} "${name}" has characters that an image tag can't hold, so it gives the image no name but that of the commit.`,
    };
  }
  if ((kind === 'heads' || tag !== name) && OF_OTHERS.test(tag)) {
    return {
      why: `${what} "${name}" would take the image tag "${tag}", which is for something else here, so it gives no name but that of the commit.`,
    };
  }
  return { tag };
}
