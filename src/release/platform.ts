import type { Check } from '../kernel/schema.js';

/** What a platform remembers of a release, as it stands on record; only the platform of that kind knows what is in it. */
export interface PlatformMemory {
  readonly kind: string;
  readonly memory: unknown;
}

/** A place where apps run, as far as the record has to know it. Costs nothing to load. */
export interface PlatformDescription {
  /** As it stands on record. */
  readonly kind: string;
  /** What may stand on record of it. Untrusted: whoever can write the record could have written it. */
  readonly memory: Check;
  /** What is left of a memory when its release is over. */
  ended(memory: unknown): unknown;
  /** Hash of what a release brings besides its image: releases of one image that differ in it are not the same. Undefined where nothing comes along. */
  besides(memory: unknown): string | undefined;
}
