import type { InputDefinition } from '../action/define.js';
import { type CacheDirection, checkCache, requireWritable } from './caches.js';
import { listOf } from './inputs.js';

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
