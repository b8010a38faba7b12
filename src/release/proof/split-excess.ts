import type { Clock } from '../../kernel/clock.js';
import type { SplitEstimate } from './split-proof.js';
import { type Besides, besidesShare } from './split-words.js';

/** More than the share for this long are testers or a leak, and not a proxy that is late. */
const BESIDES_MS = 15_000;

export interface ExcessOptions {
  /** What sends requests to the canary whatever its weight; asked for once the canary has more than its share. */
  readonly leaks?: (signal: AbortSignal) => Promise<readonly string[]>;
  readonly clock: Clock;
}

/** More than the canary's share, which testers or another way to its pods explain, and the router does not. */
export class Excess {
  readonly #hasTesters: boolean;
  readonly #options: ExcessOptions;
  #leaking: readonly string[] | undefined;
  #sinceMs: number | undefined;

  constructor(hasTesters: boolean, options: ExcessOptions) {
    this.#hasTesters = hasTesters;
    this.#options = options;
  }

  /** @returns what explains these counts, where they are too many for the share */
  async of({ state, low }: SplitEstimate, asked: number, signal: AbortSignal): Promise<Besides | undefined> {
    if (state !== 'contradicted' || low <= asked) return undefined;
    this.#leaking ??= (await this.#options.leaks?.(signal)) ?? [];
    const besides = besidesShare(this.#hasTesters, this.#leaking);
    if (besides) this.#sinceMs ??= this.#options.clock.now();
    return besides;
  }

  /** What leads to the canary whatever its weight, once there was reason to ask. Whether more than the share was seen last is chance then. */
  get leak(): Besides | undefined {
    return besidesShare(false, this.#leaking ?? []);
  }

  /** For longer than a late proxy would. */
  get isLasting(): boolean {
    return this.#sinceMs !== undefined && this.#options.clock.now() - this.#sinceMs >= BESIDES_MS;
  }
}
