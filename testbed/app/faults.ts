import { type Flavours, flavourWord, parseFlavours } from './flavours.js';

/** What is wrong with a version, with some pods, or with the answer to one request. */
export interface Faults {
  /** Share of the answers that are 500, 0–100. */
  readonly errorPercent: number;
  /** Share of the requests whose connection is reset instead of an answer, 0–100. */
  readonly resetPercent: number;
  /** Time that an answer takes. */
  readonly slowMs: number;
  /** Time from the container's start to Ready; undefined leaves it to whoever runs the app. */
  readonly startMs: number | undefined;
  /** Shortest time that the app serves on after it was asked to stop; undefined leaves it to whoever runs the app. */
  readonly stopMs: number | undefined;
  /** How it ends when it is asked to: once nobody calls any more, at once and in the middle of answers, or not at all. */
  readonly ending: 'drained' | 'abrupt' | 'never';
  /** Ends at once, again and again. */
  readonly crash: boolean;
  /** What it writes before that holds commands to the runner, as an outsider's request may have brought them in. */
  readonly hostile: boolean;
  /** Memory that it takes and never gives back, in MB (10⁶ bytes) per second. */
  readonly leakPerSecond: number;
  /** The image cannot be pulled. */
  readonly missing: boolean;
  readonly unready: boolean;
  /** /metrics answers 404. */
  readonly noData: boolean;
  /** What its metrics are like; undefined for the plain app's. */
  readonly flavours: Flavours | undefined;
}

export const healthy: Faults = {
  errorPercent: 0,
  resetPercent: 0,
  slowMs: 0,
  startMs: undefined,
  stopMs: undefined,
  ending: 'drained',
  crash: false,
  hostile: false,
  leakPerSecond: 0,
  missing: false,
  unready: false,
  noData: false,
  flavours: undefined,
};

type Effect = (figure: number) => Partial<Faults>;

const measured: Readonly<Record<string, Effect>> = {
  errors: (errorPercent) => ({ errorPercent }),
  resets: (resetPercent) => ({ resetPercent }),
  slow: (slowMs) => ({ slowMs }),
  start: (startMs) => ({ startMs }),
  stop: (stopMs) => ({ stopMs }),
  leak: (leakPerSecond) => ({ leakPerSecond }),
};

const flags: Readonly<Record<string, Partial<Faults>>> = {
  abrupt: { ending: 'abrupt' },
  nostop: { ending: 'never' },
  crash: { crash: true },
  hostile: { hostile: true },
  missing: { missing: true },
  unready: { unready: true },
  nodata: { noData: true },
};

const perRequest = new Set(['errors', 'resets', 'slow']);

// A tag may hold words of its own around these, as in v2-errors-30-slow-200.
const word = new RegExp(
  `(?<![a-z0-9])(?:(${Object.keys(measured).join('|')})-(\\d+(?:\\.\\d+)?)|(${Object.keys(flags).join('|')}))(?![a-z0-9])`,
  'g',
);

/**
 * Finds fault words and flavours in a tag, a label or an order; docs/testbed.md lists them.
 * @throws Error naming a flavour that there is not
 */
export function parseFaults(text: string): Faults {
  let found: Faults = { ...healthy, flavours: parseFlavours(text) };
  for (const [, name = '', figure, flag = ''] of text.matchAll(word)) {
    found = { ...found, ...(measured[name]?.(Number(figure)) ?? flags[flag]) };
  }
  return found;
}

/** The part of `text` that is no fault word: a typing mistake in an order. */
export function unknownWords(text: string): string[] {
  return text
    .replace(word, ' ')
    .replace(flavourWord, ' ')
    .split(/[\s,]+/)
    .filter((rest) => rest !== '');
}

/**
 * Reads the faults of one request.
 * @returns undefined when the text holds anything else than `errors-N`, `resets-N` and `slow-N`
 */
export function parseRequestFaults(text: string): Faults | undefined {
  const isOther = [...text.matchAll(word)].some(([, name = '']) => !perRequest.has(name));
  return isOther || text.includes('flavour-') || unknownWords(text).length > 0 ? undefined : parseFaults(text);
}
