/** Requests to a pod that are no user's: what asks it for metrics, the kubelet's probes by HTTP, and health checks from elsewhere. */
export interface Upkeep {
  readonly metricsPath: string;
  readonly probes: readonly Probe[];
  /** What load balancers, meshes and other machines ask for. */
  readonly paths?: readonly string[];
}

export interface Probe {
  readonly path: string;
  readonly periodMs: number;
}

export const NO_UPKEEP: Upkeep = { metricsPath: '/metrics', probes: [] };

/** Whose requests a series counts; `mixed` where its labels don't tell. */
export type Caller = 'users' | 'upkeep' | 'mixed';

/** Labels that frameworks put a path or a route into; a value that begins with a slash is taken for a path under any name. */
const PATH_LABELS: ReadonlySet<string> = new Set(
  'path uri route handler endpoint url target pathname http_route http_target http_path http_url url_path http.route http.target url.path request_path path_template'.split(
    ' ',
  ),
);
/** Nobody's users go there, whoever asks: another Prometheus, a load balancer, a watcher from outside. */
const WELL_KNOWN: readonly string[] = [
  '/metrics',
  '/actuator/prometheus',
  '/actuator/health',
  '/actuator/health/liveness',
  '/actuator/health/readiness',
  '/healthz',
  '/livez',
  '/readyz',
  '/-/healthy',
  '/-/ready',
];
/** The service that is asked by gRPC probes, of the kubelet and of proxies (github.com/grpc/grpc, doc/health-checking.md). */
const GRPC_HEALTH = /(?:^|\/)grpc\.health\.v1\.Health(?:\/|$)/;
const METHOD = /^(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)[ :]+/i;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i;

/** Whose requests a series with these labels counts. */
export function callerOf(labels: ReadonlyMap<string, string>, { metricsPath, probes, paths: ofMachines = [] }: Upkeep): Caller {
  if ([...labels.values()].some((value) => GRPC_HEALTH.test(value))) return 'upkeep';
  const paths = [...labels].flatMap(([label, value]) => pathIn(label, value) ?? []);
  if (paths.length === 0) return 'mixed';
  const asked = [metricsPath, ...probes.map(({ path }) => path), ...ofMachines].map(normalised);
  if (paths.some((path) => WELL_KNOWN.includes(path) || asked.some((own) => isThePath(path, own)))) return 'upkeep';
  return paths.some((path) => asked.some((own) => mayHold(path, own))) ? 'mixed' : 'users';
}

/** The first path among a series' labels, as it was asked for; empty where no label has one. */
export const pathOf = (labels: ReadonlyMap<string, string>): string =>
  [...labels].flatMap(([label, value]) => pathIn(label, value) ?? [])[0] ?? '';

/** @returns undefined for a label that has no path, and for a value that names a route in a way of its own */
function pathIn(label: string, value: string): string | undefined {
  const text = value.replace(METHOD, '').replace(ORIGIN, '');
  if (!text.startsWith('/')) return undefined;
  return PATH_LABELS.has(label) || value === text || METHOD.test(value) || ORIGIN.test(value) ? normalised(text) : undefined;
}

const normalised = (path: string): string => {
  const [bare = ''] = path.split(/[?#]/, 1);
  return `/${bare.split('/').filter(Boolean).join('/')}`;
};

/** `/` is where users go too. A context path may stand before what the framework knows: `/shop/actuator/prometheus`. */
const isThePath = (path: string, own: string): boolean => path !== '/' && (own === path || own.endsWith(path));

/** Whether a template or the root may hold requests to `own` beside those of users. */
function mayHold(path: string, own: string): boolean {
  if (path === '/') return own === '/';
  const [templates, parts] = [path.slice(1).split('/'), own.slice(1).split('/')];
  if (!templates.some(isVariable)) return false;
  const rest = templates.findIndex((template) => /^\*|\*\*|:path\}|\.\.\.|\*$/.test(template));
  const compared = rest === -1 ? templates : templates.slice(0, rest);
  if (rest === -1 ? templates.length !== parts.length : parts.length < rest) return false;
  return compared.every((template, i) => isVariable(template) || template === parts[i]);
}

/** `{id}`, `:id`, `<id>`, `[id]`, `*`, `#val`. */
const isVariable = (template: string): boolean => /[{}<>[\]*#]|^:/.test(template);

/** What is known of whether an app counts the looks that are taken at it. */
export type CountsLooks = 'unknown' | 'yes' | 'no';

/** Fewer by so much than there were looks: the app doesn't count them. A page may be made before or after its own look is counted. */
const FEWER = 3;
/**
 * An app that counts its scrapes and tells nobody apart counts those of others too: two Prometheus servers, a load balancer's checks.
 * So many a second are taken to be theirs before a pass.
 */
const OTHERS_PER_SECOND = 1;
const MOST_IN_A_ROW = 8;

/** What one look at a pod brought. */
export interface LookSeen {
  /** By how much the series that may hold upkeep have grown since the look before. */
  readonly grown: number;
  readonly looks: number;
  readonly elapsedMs: number;
  readonly probes: readonly Probe[];
  /** How far the moment at which the page was made may be from when it is taken to have been. */
  readonly unsureMs?: number;
  /** Two middlewares count each request twice, and so each look and each probe. */
  readonly timesCounted?: number;
}

/** In any time there may be one probe more than its period makes, and one that was already on its way at the beginning: once, and not again and again. */
const EARLY_PROBES = 2;

/** Part of one pod's requests that may be upkeep: how many are due, and how many have been taken off. */
export class UpkeepLedger {
  #looks = 0;
  #grown = 0;
  #growths: number[] = [];
  #due = { looks: 0, probes: 0, others: 0 };
  /** Probes that are ahead of those that are due: how unsure the beginning was, how many there may be, and how many have been taken off. */
  #early: { readonly fromMs?: number; readonly most: number; readonly taken: number } = { most: 0, taken: 0 };
  #probed = 0;
  /** An app that counts each request twice shows no odd growth. */
  #isEven = true;

  /** Takes note of one look. */
  note(seen: LookSeen): void {
    const { grown, looks, elapsedMs, probes, timesCounted = 1, unsureMs = 0 } = seen;
    const { fromMs = unsureMs, most, taken } = this.#early;
    const early = probes.reduce((sum, { periodMs }) => sum + EARLY_PROBES + (fromMs + unsureMs) / periodMs, 0);
    this.#early = { fromMs, most: Math.max(most, early), taken };
    const probed = probes.reduce((sum, { periodMs }) => sum + elapsedMs / periodMs, 0);
    this.#looks += looks;
    this.#probed += probed;
    this.#isEven &&= grown % 2 === 0;
    this.#grown += grown;
    this.#growths = [...this.#growths.slice(1 - MOST_IN_A_ROW), grown];
    this.#due.looks += looks;
    this.#due.probes += probed;
    this.#due.others += timesCounted * ((OTHERS_PER_SECOND * elapsedMs) / 1000) + (timesCounted - 1) * (looks + probed);
  }

  /** Whether the pod has counted less than an app would that counts its looks; only a page that has been made anew can tell. */
  get countsFewer(): boolean {
    return this.#grown <= this.#looks - FEWER;
  }

  /** By how much the pod's count has grown with each of the last few looks. */
  lastGrowths(looks: number): readonly number[] {
    return this.#growths.slice(-looks);
  }

  /**
   * Takes off what is due.
   * @param mixed good requests that may be upkeep
   * @returns how many of them are, and how many more may be
   */
  take(mixed: number, counts: CountsLooks): { readonly surely: number; readonly maybe: number } {
    if (counts === 'no') this.#due.looks = 0;
    if (counts !== 'yes') this.#due.others = 0;
    const taken = (most: number, from: 'looks' | 'probes' | 'others'): number => {
      const whole = Math.min(Math.floor(this.#due[from]), most);
      this.#due[from] -= whole;
      return whole;
    };
    const own = taken(mixed, 'looks');
    const probes = taken(mixed - own, 'probes');
    const others = taken(mixed - own - probes, 'others');
    const maybe = others + this.#takeUnsure(mixed - own - probes - others, counts);
    return counts === 'yes' ? { surely: own + probes, maybe } : { surely: 0, maybe: own + probes + maybe };
  }

  /** What is beyond that and may be upkeep all the same: what came early, and all of it once more where there is no more than that. */
  #takeUnsure(most: number, counts: CountsLooks): number {
    const { most: early, taken } = this.#early;
    const all = early + this.#probed + (counts === 'no' ? 0 : this.#looks);
    const isTwice = counts !== 'yes' && this.#isEven && this.#grown <= 2 * all;
    const whole = Math.max(0, Math.min(Math.floor(isTwice ? early + all : early) - taken, most));
    this.#early = { ...this.#early, taken: taken + whole };
    return whole;
  }
}
