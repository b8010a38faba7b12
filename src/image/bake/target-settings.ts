import type { Environment } from '../../kernel/environment.js';
import { readSsh, requireContext, requireSsh, sshPaths } from '../build-sources.js';
import { checkCache, requireWritable } from '../caches.js';
import { refusePage } from '../git-address.js';
import { parseExtraHost, parseMemory, parseNetwork, parseRight, parseUlimit } from '../run-settings.js';
import { type BakeTarget, unescapeTemplate } from './definition.js';

/**
 * What is wrong with a target, and can be known before anything is built: the engine tells it without the name of the target or of the field.
 * @param directory that paths are relative to
 * @returns one text per problem, the field first
 */
export function targetProblems(target: BakeTarget, directory: string, { variables }: Environment): string[] {
  const { contexts = {}, ulimits = [], entitlements = [], ssh = [], network, context = '.' } = target;
  const hosts = Object.entries(target['extra-hosts'] ?? {}).map(([name, address]) => `${name}=${address ?? ''}`);
  const named = Object.entries(contexts).map(([name, source]) => [name, unescapeTemplate(source)] as const);
  const shm = target['shm-size'];
  return [
    ...problems('context', [unescapeTemplate(context)], (one) => refusePage(one, variables)),
    ...named.flatMap(([name, source]) =>
      problems(`contexts.${name}`, [source], (one) => requireContext(one, directory, variables)),
    ),
    ...problems('ulimits', ulimits, parseUlimit),
    ...problems('extra-hosts', hosts, parseExtraHost),
    ...problems('shm-size', shm === undefined ? [] : [shm], parseMemory),
    ...problems('network', network === undefined ? [] : [network], parseNetwork),
    ...problems('entitlements', entitlements, parseRight),
    ...problems('ssh', ssh, (one) => requireSsh(sshOf(one), directory, variables)),
    ...problems('cache-from', target['cache-from'] ?? [], (one) => checkCache(one, 'from')),
    ...problems('cache-to', target['cache-to'] ?? [], (one) => requireWritable(checkCache(one, 'to'), variables)),
  ];
}

const sshOf = (entry: NonNullable<BakeTarget['ssh']>[number]) =>
  typeof entry === 'string' ? readSsh(entry) : { id: entry.id ?? 'default', paths: sshPaths(entry.paths) };

function problems<T>(field: string, values: readonly T[], check: (value: T) => unknown): string[] {
  return values.flatMap((value) => {
    try {
      check(value);
      return [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [`\`${field}\`: ${error.message}`];
    }
  });
}
