import type { V1ConfigMap } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Release } from '../../../release/record/record.js';
import { lastOtherWriter } from '../api/ownership.js';
import { contentHash } from '../canary-objects/canary-config.js';
import { kubernetesOf, type OnPlatform } from '../memory.js';

const NOT_OVERWRITTEN =
  'Put the canary back with `weight: 0`, which leaves it as it is now, and release again with what it is to hold in the manifest; a step that has `take-over: true` does both. Stable has not been changed.';

/**
 * Whether a ConfigMap of stable's holds neither what it held when the release began nor what the release brings. A record of an earlier version does
 * not say what that was, and then nothing is known of it.
 */
export function isForeignConfig(release: OnPlatform, name: string, live: V1ConfigMap | undefined): boolean {
  const { manifest } = kubernetesOf(release);
  if (manifest?.contents === undefined) return false;
  const known = manifest.contents.find((each) => each.name === name);
  // One that is not on record held then what the manifest says.
  return known === undefined || ![known.before, known.after].includes(contentHash(live));
}

/** Who else changed it, for messages. */
export function describeForeignConfig(name: string, live: V1ConfigMap | undefined): string {
  const by = live && lastOtherWriter(live, ['f:data']);
  return live === undefined
    ? `ConfigMap ${name} is gone: somebody deleted it during the release`
    : `ConfigMap ${name} is not as the release left or found it: somebody changed it since${by === undefined ? '' : ` (${by})`}`;
}

/** @throws UserError when going on would overwrite what somebody has put into a ConfigMap of stable's meanwhile */
export function refuseForeignConfig(release: Release, name: string, live: V1ConfigMap | undefined): void {
  if (!isForeignConfig(release, name, live)) return;
  throw new UserError('stable-changed', `${describeForeignConfig(name, live)}. Promoting would overwrite it. ${NOT_OVERWRITTEN}`);
}
