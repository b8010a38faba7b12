import type { InputDefinition } from '../kernel/define.js';
import { nearest } from '../kernel/nearest.js';
import { readAttributes } from './bake/attributes.js';
import { type CacheDirection, checkCache, requireWritable } from './caches.js';
import { assignments, listOf } from './inputs.js';

type Options = { readonly text: string };
type Kind<T, P extends Options> = P & InputDefinition<T>;

/** Caches in the words of the engine, one per line; what is to be written must be possible here. */
export const caches = <const P extends Options & { readonly direction: CacheDirection }>(
  options: P,
): Kind<readonly string[], P> => ({
  ...options,
  type: 'attributes, one list per line',
  parse: (raw, { variables }) =>
    listOf((entry) => {
      checkCache(entry, options.direction);
      if (options.direction === 'to') requireWritable(entry, variables);
      return entry;
    }, 'attributes')(raw),
});

/** What `parseItem` makes of each line or, with `words`, of what stands between commas too. */
export const listed = <const P extends Options>(
  options: P,
  parseItem: (item: string) => string,
  kind: 'values' | 'words',
): Kind<readonly string[], P> => ({
  ...options,
  type: kind === 'words' ? 'list, one per line or with commas' : 'list, one per line',
  parse: listOf(parseItem, kind),
});

const ATTESTATIONS = ['sbom', 'provenance'];

/** Attestations in the words of the engine, one per line; it stops at one without a type. */
export const attestations = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'attributes, one list per line',
  parse: listOf((entry) => {
    const { type } = readAttributes(entry);
    if (!type || !entry.includes('type=')) throw new RangeError('has no `type=`; write type=sbom or type=provenance,mode=max');
    const meant = ATTESTATIONS.includes(type) ? undefined : nearest(type, ATTESTATIONS);
    if (meant !== undefined) throw new RangeError(`has the type "${type}", did you mean "${meant}"`);
    return entry;
  }, 'attributes'),
});

/** Where an annotation may go (docs.docker.com/build/metadata/annotations). */
const PARTS = ['manifest', 'manifest-descriptor', 'index', 'index-descriptor'];

/** Annotations as `[part:]NAME=value`; the engine stops at a part that it does not know. */
export const annotations = <const P extends Options>(options: P): Kind<readonly string[], P> => {
  const { parse, type } = assignments({ ...options, names: 'any', bare: 'refused' });
  return {
    ...options,
    type,
    async parse(raw, environment) {
      const given = await parse(raw, environment);
      const problems = given.flatMap((one) => partProblem(one.slice(0, one.indexOf('='))) ?? []);
      if (problems.length > 0) throw new RangeError(problems.join('\n'));
      return given;
    },
  };
};

function partProblem(name: string): string | undefined {
  const [, parts] = /^([^:]*):/.exec(name) ?? [];
  const unknown = parts?.split(',').find((part) => !PARTS.includes(part.replace(/\[.*/, '')));
  if (unknown === undefined) return undefined;
  const meant = nearest(unknown, PARTS);
  return `"${name}" is for "${unknown}"${meant === undefined ? '' : `, did you mean "${meant}"`}; in front of the colon stands ${PARTS.join(', ')}`;
}
