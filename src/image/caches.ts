import type { Environment } from '../kernel/environment.js';
import { nearest } from '../kernel/nearest.js';
import { type Attributes, readAttributes } from './bake/attributes.js';
import { isTrue } from './output-attributes.js';

export type CacheDirection = 'from' | 'to';

interface CacheType {
  /** Without which the engine does nothing, or stops. */
  readonly needs: Readonly<Record<CacheDirection, readonly string[]>>;
  readonly knows: readonly string[];
}

const WRITING = [
  'mode',
  'ignore-error',
  'compression',
  'compression-level',
  'force-compression',
  'oci-mediatypes',
  'image-manifest',
];
const none = { from: [], to: [] };
const both = (...needs: string[]) => ({ from: needs, to: needs });

/** Where caches are kept (docs.docker.com/build/cache/backends). */
const TYPES: Readonly<Record<string, CacheType>> = {
  registry: { needs: both('ref'), knows: ['ref', 'registry.insecure', ...WRITING] },
  local: { needs: { from: ['src'], to: ['dest'] }, knows: ['src', 'dest', 'digest', 'tag', 'reset', ...WRITING] },
  inline: { needs: none, knows: [] },
  gha: {
    needs: none,
    knows: ['url', 'url_v2', 'token', 'scope', 'timeout', 'version', 'repository', 'ghtoken', 'mode', 'ignore-error'],
  },
  s3: {
    needs: both('region', 'bucket'),
    knows: [
      ...['region', 'bucket', 'name', 'prefix', 'blobs_prefix', 'manifests_prefix', 'endpoint_url', 'use_path_style', 'mode'],
      ...['access_key_id', 'secret_access_key', 'session_token', 'touch_refresh', 'upload_parallelism', 'ignore-error'],
    ],
  },
  azblob: {
    needs: both('account_url'),
    knows: [
      ...['account_url', 'name', 'prefix', 'blobs_prefix', 'manifests_prefix', 'container', 'secret_access_key', 'mode'],
      'ignore-error',
    ],
  },
};

/**
 * One of `cache-from` or `cache-to`, or of a target's. An attribute that nobody knows is let through, as engines learn new ones, unless it looks like a known
 * one: `mod=max` would be passed over.
 * @returns the same
 * @throws RangeError saying what is missing or misspelt, without values, which may be secret
 */
export function checkCache<T extends string | Attributes>(entry: T, direction: CacheDirection): T {
  // An image alone is a cache in a registry.
  if (typeof entry === 'string' && !entry.includes('=')) {
    if (Object.hasOwn(TYPES, entry))
      throw new RangeError(`has "${entry}" alone, which would be an image of that name; write type=${entry}`);
    return entry;
  }
  const attributes = readAttributes(entry);
  const { type, mode } = attributes;
  if (!type)
    throw new RangeError(`has no \`type=\` beside ${Object.keys(attributes).join(', ')}; write type=registry,ref=… or the like`);
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) {
    throw new RangeError(
      `has the type "${type}"${didYouMean(type, Object.keys(TYPES))}; there are ${Object.keys(TYPES).join(', ')}`,
    );
  }
  if (type === 'inline' && direction === 'from') {
    throw new RangeError('has type=inline, which is a way to write; read it from the image: type=registry,ref=IMAGE');
  }
  const missing = known.needs[direction].filter((name) => !attributes[name]);
  if (missing.length > 0)
    throw new RangeError(`has type=${type} without ${missing.join(' and ')}; write ${example(type, known.needs[direction])}`);
  for (const name of Object.keys(attributes).filter((one) => one !== 'type' && !known.knows.includes(one))) {
    const meant = nearest(name, known.knows);
    if (meant !== undefined) throw new RangeError(`has "${name}", which type=${type} does not know, did you mean "${meant}"`);
  }
  if (mode !== undefined && mode !== 'min' && mode !== 'max') throw new RangeError('has a mode that is neither min nor max');
  return entry;
}

const example = (type: string, needs: readonly string[]): string =>
  [`type=${type}`, ...needs.map((name) => `${name}=…`)].join(',');

/**
 * Whether a cache of GitHub's has nobody to talk to. buildx leaves such a one out without a word (util/buildflags/cache.go, IsActive), and the job is slow for good.
 * The runner gives both variables to actions; other runners of workflows may not.
 */
export function lacksGithub(
  entry: string | Attributes,
  { ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL, ACTIONS_CACHE_URL }: Environment['variables'],
): boolean {
  const { type, token, url, url_v2 } =
    typeof entry === 'string' && !entry.includes('=') ? ({} as Attributes) : readAttributes(entry);
  return type === 'gha' && !((token || ACTIONS_RUNTIME_TOKEN) && (url || url_v2 || ACTIONS_RESULTS_URL || ACTIONS_CACHE_URL));
}

export const NO_GITHUB =
  'has type=gha, and this runner has no cache of GitHub: ACTIONS_RUNTIME_TOKEN or ACTIONS_RESULTS_URL is not set';

/** @throws RangeError where a cache that is to be written could not be */
export function requireWritable(entry: string | Attributes, variables: Environment['variables']): void {
  if (!lacksGithub(entry, variables) || isTrue(readAttributes(entry)['ignore-error'])) return;
  throw new RangeError(
    `${NO_GITHUB}. Write type=registry,ref=… or another cache there, or add ignore-error=true to go on without it`,
  );
}

function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? '' : `, did you mean "${meant}"`;
}
