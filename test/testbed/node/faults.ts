/** What is wrong with a version, or with some pods. */
export interface Faults {
  /** Share of answers that are 500, 0–100. */
  readonly errorPercent: number;
  readonly slowMs: number;
  /** Time from the container's start to Ready. */
  readonly startMs: number;
  /** Ends at once, again and again. */
  readonly crash: boolean;
  /** The image cannot be pulled. */
  readonly missing: boolean;
  readonly unready: boolean;
  /** /metrics answers 404. */
  readonly noData: boolean;
}

export const healthy: Faults = {
  errorPercent: 0,
  slowMs: 0,
  startMs: 200,
  crash: false,
  missing: false,
  unready: false,
  noData: false,
};

// A tag may hold words of its own around these, as in v2-errors-30-slow-200.
const word = /(?<![a-z0-9])(?:(errors|slow|start)-(\d+(?:\.\d+)?)|(crash|missing|unready|nodata))(?![a-z0-9])/g;

/** Finds fault words in a tag, a label or an order: `errors-N` (percent), `slow-N`, `start-N` (ms), `crash`, `missing`, `unready`, `nodata`. */
export function parseFaults(text: string): Faults {
  const found: { -readonly [K in keyof Faults]: Faults[K] } = { ...healthy };
  for (const [, measured, figure, flag] of text.matchAll(word)) {
    if (measured === 'errors') found.errorPercent = Number(figure);
    if (measured === 'slow') found.slowMs = Number(figure);
    if (measured === 'start') found.startMs = Number(figure);
    if (flag === 'crash') found.crash = true;
    if (flag === 'missing') found.missing = true;
    if (flag === 'unready') found.unready = true;
    if (flag === 'nodata') found.noData = true;
  }
  return found;
}

/** The part of `text` that is no fault word: a typing mistake in an order. */
export function unknownWords(text: string): string[] {
  return text
    .replace(word, ' ')
    .split(/[\s,]+/)
    .filter((rest) => rest !== '');
}
