/** Requests of one pod between two looks. */
export interface PodLook {
  readonly uid: string;
  readonly elapsedMs: number;
  readonly requests: number;
}

/** What is heard of one side. */
export interface PacedSide {
  readonly looks?: readonly PodLook[] | undefined;
  /** Of the requests since the last look; `''` where no label tells. */
  readonly paths?: readonly string[] | undefined;
}

/** Many proxies may each check in a rhythm of their own: what is no steady pace in a second may be one in ten. */
const WIDTHS_MS = [1000, 2000, 5000, 10_000, 20_000, 40_000];
/** So many stretches at least, with so many requests in each, or chance makes a steady pace as well. */
const STRETCHES = 21;
const PER_STRETCH = 2;
/**
 * Requests of users who know nothing of each other vary by as much as there are (Poisson), so the index is about 1; a split by chance of a load that is
 * sent at an even pace comes to a half at least where two pods share it. χ² with 20 degrees of freedom is below 0.3 of its mean once in 800 times.
 */
const MOST_VARIANCE = 0.3;

interface Stretch {
  readonly elapsedMs: number;
  readonly requests: number;
}

/**
 * Finds out whether all requests come to every pod of both sides alike and at an even pace, as health checks of a load balancer or a mesh do, whatever
 * the weight.
 */
export class Pace {
  readonly #looks = new Map<string, Stretch[]>();
  readonly #paths = new Set<string>();
  readonly #sides = new Set<string>();

  hear(poll: { readonly canary: PacedSide; readonly stable: PacedSide }): void {
    for (const name of ['canary', 'stable'] as const) {
      const { looks = [], paths = [] } = poll[name];
      for (const path of paths) this.#paths.add(path);
      for (const { uid, ...look } of looks) {
        this.#sides.add(name);
        this.#looks.set(uid, [...(this.#looks.get(uid) ?? []), look]);
      }
    }
  }

  /** What is to be said of it; undefined where the requests are like those of users, or too few to tell. */
  get caution(): string | undefined {
    if (this.#sides.size < 2 || this.#paths.size > 1) return undefined;
    if (!WIDTHS_MS.some((width) => isSteady([...this.#looks.values()].flatMap((looks) => joined(looks, width)))))
      return undefined;
    const all = [...this.#looks.values()].flat();
    const [requests, pods] = [sum(all, 'requests'), this.#looks.size];
    const rate = Number(((1000 * requests) / sum(all, 'elapsedMs')).toPrecision(2));
    const [path = ''] = this.#paths;
    const where = path === '' ? '' : ` to ${path}`;
    const remedy =
      path === '' ? "the app's metrics would have to tell them apart by path" : `leave them out with \`upkeep-paths: ${path}\``;
    return (
      `all ${requests} requests${where} came to each of ${pods} pods of both versions at the same even pace, ${rate} a second, whatever its share: ` +
      `so come the health checks of a load balancer or a mesh, and not users. If they are, ${remedy}; if it is a test with an even load, nothing is wrong`
    );
  }
}

/** Looks of one pod that follow each other, put together to stretches of this length at least. */
function joined(looks: readonly Stretch[], widthMs: number): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch = { elapsedMs: 0, requests: 0 };
  for (const { elapsedMs, requests } of looks) {
    open = { elapsedMs: open.elapsedMs + elapsedMs, requests: open.requests + requests };
    // Looks come a little early or late.
    if (open.elapsedMs < 0.9 * widthMs) continue;
    stretches.push(open);
    open = { elapsedMs: 0, requests: 0 };
  }
  return stretches;
}

/** The index of dispersion about one common rate (R. A. Fisher, Statistical Methods for Research Workers, § 16). */
function isSteady(stretches: readonly Stretch[]): boolean {
  const rate = sum(stretches, 'requests') / sum(stretches, 'elapsedMs');
  if (stretches.length < STRETCHES || sum(stretches, 'requests') < PER_STRETCH * stretches.length) return false;
  const squares = stretches.reduce(
    (total, { elapsedMs, requests }) => total + (requests - rate * elapsedMs) ** 2 / (rate * elapsedMs),
    0,
  );
  return squares / (stretches.length - 1) <= MOST_VARIANCE;
}

const sum = (stretches: readonly Stretch[], field: keyof Stretch): number =>
  stretches.reduce((total, each) => total + each[field], 0);
