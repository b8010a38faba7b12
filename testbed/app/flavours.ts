/** How an app's metrics differ from those of the plain one, as those of real frameworks do. */
export interface Flavours {
  /** Counts what it answers to scrapes and probes too. */
  readonly countsAll: boolean;
  /** Label that has the path; undefined for none. */
  readonly pathLabel: 'path' | 'uri' | 'handler' | undefined;
  readonly statusLabel: 'status' | 'code' | 'status_code' | 'http_status';
  /** `2xx` for 200. */
  readonly hasClasses: boolean;
  readonly metric: string;
  /** /metrics answers 406 to whoever takes JSON only. */
  readonly negotiates: boolean;
  /** Neither HELP nor TYPE nor series before the first request. */
  readonly isBare: boolean;
  /** No label at all; errors are in a counter of their own, which is not there before the first of them. */
  readonly countsErrorsApart: boolean;
  /** Processes behind the port, each with counters of its own; each scrape meets the next. */
  readonly workers: number;
  /** All pods of the namespace share one set of counters (played pods only). */
  readonly isShared: boolean;
  /** A page is made anew only so often. */
  readonly cachedMs: number;
  readonly unit: 'seconds' | 'milliseconds';
  /** TYPE gauge: what goes on now, up and down around 30. */
  readonly isGauge: boolean;
  /** Counters begin anew at each read. */
  readonly forgets: boolean;
  /** A series whose value is written `Nan`, as prom-client does. */
  readonly hasNan: boolean;
  readonly isOpenMetrics: boolean;
  /** Has what the process itself uses, which changes from page to page. */
  readonly isLively: boolean;
  /** Names with dots, in quotes. */
  readonly isUtf8: boolean;
  /** Where the page is instead of /metrics, which then answers with a word. */
  readonly pagePath: string | undefined;
}

export const plain: Flavours = {
  countsAll: false,
  pathLabel: undefined,
  statusLabel: 'status',
  hasClasses: false,
  metric: 'http_requests_total',
  negotiates: false,
  isBare: false,
  countsErrorsApart: false,
  workers: 1,
  isShared: false,
  cachedMs: 0,
  unit: 'seconds',
  isGauge: false,
  forgets: false,
  hasNan: false,
  isOpenMetrics: false,
  isLively: false,
  isUtf8: false,
  pagePath: undefined,
};

/** docs/testbed.md says what each stands for. */
const flavours: Readonly<Record<string, Partial<Flavours>>> = {
  counting: { countsAll: true },
  paths: { countsAll: true, pathLabel: 'path' },
  spring: { countsAll: true, pathLabel: 'uri', metric: 'http_server_requests_seconds_count', negotiates: true, isBare: true },
  fastapi: { countsAll: true, pathLabel: 'handler', hasClasses: true },
  negotiating: { negotiates: true },
  code: { statusLabel: 'code' },
  statuscode: { statusLabel: 'status_code' },
  httpstatus: { statusLabel: 'http_status' },
  classes: { hasClasses: true },
  renamed: { metric: 'http_server_requests_total' },
  bare: { isBare: true },
  errorscounter: { countsErrorsApart: true },
  workers: { workers: 3 },
  shared: { isShared: true },
  cached15: { cachedMs: 15_000 },
  cached60: { cachedMs: 60_000 },
  milliseconds: { unit: 'milliseconds' },
  gauge: { isGauge: true },
  forgetful: { forgets: true },
  nan: { hasNan: true },
  openmetrics: { isOpenMetrics: true },
  lively: { isLively: true },
  elsewhere: { pagePath: '/internal/prom' },
  utf8: { isUtf8: true, metric: 'http.server.requests', statusLabel: 'http_status' },
};

export const flavourWord = /(?<![a-z0-9])flavour-([a-z0-9]*)/g;

/**
 * Finds the flavours in a tag, a label or an order: `v2-flavour-code-flavour-cached15`. Undefined for the plain app.
 * @throws Error naming a flavour that there is not
 */
export function parseFlavours(text: string): Flavours | undefined {
  const names = [...text.matchAll(flavourWord)].map(([, name = '']) => name);
  const unknown = names.filter((name) => !Object.hasOwn(flavours, name));
  if (unknown.length > 0) {
    throw new Error(
      `No such flavour of the app: ${unknown.map((name) => `"${name}"`).join(', ')} in "${text}". There are: ${Object.keys(flavours).join(', ')}.`,
    );
  }
  return names.length === 0 ? undefined : Object.assign({}, plain, ...names.map((name) => flavours[name]));
}
