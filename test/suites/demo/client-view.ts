import type { Sent } from '../../../testbed/load/outcome.js';
import type { Snapshot } from '../../../testbed/load/tally.js';

/** Requests by the version that answered. */
export type ByVersion = Readonly<Record<string, number>>;

/** From the first bad answer that the client saw to the last answer of the version that gave it. */
export interface Detection {
  readonly firstBadAnswerAt: string;
  readonly weightZeroAt: string;
  readonly seconds: number;
}

export const byVersion = ({ versions }: Pick<Snapshot, 'versions'>): ByVersion =>
  Object.fromEntries(Object.entries(versions).map(([version, { sent }]) => [version, sent]));

/** `v1 90.2 % · v2 9.8 %`; a dash where nothing was answered. */
export function describeSplit(counts: ByVersion): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return '–';
  const shares = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return shares.map(([version, count]) => `${version} ${((100 * count) / total).toFixed(1)} %`).join(' · ');
}

/** Notes when a version gave its first bad answer and its last answer of any kind. */
export class Watcher {
  readonly #version: string;
  #firstBadAt: number | undefined;
  #lastAt = 0;

  constructor(version: string) {
    this.#version = version;
  }

  see({ outcome, endedAt }: Sent): void {
    if (!('version' in outcome) || outcome.version !== this.#version) return;
    this.#lastAt = Math.max(this.#lastAt, endedAt);
    if (outcome.status >= 500) this.#firstBadAt ??= endedAt;
  }

  /** @returns null when no answer was bad */
  get detection(): Detection | null {
    if (this.#firstBadAt === undefined) return null;
    const time = (at: number) => new Date(at).toISOString();
    const seconds = Math.round(this.#lastAt - this.#firstBadAt) / 1000;
    return { firstBadAnswerAt: time(this.#firstBadAt), weightZeroAt: time(this.#lastAt), seconds };
  }
}
