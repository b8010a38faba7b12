/** What a request is sent with to say who asks. Holds secrets: never logged. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly clientCertificate?: ClientCertificate;
  /** When it stops working, in milliseconds since the epoch, as far as it says. */
  readonly expiresAtMs?: number | undefined;
}

/** PEM. */
export interface ClientCertificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** One user's way to prove who they are. */
export interface Credentials {
  /** In words, for messages: `token of user ci`. */
  readonly description: string;
  /**
   * What the next request is sent with; fetched on first use and again before it expires.
   * @throws UserError when the credentials can't be had
   */
  authorization(signal: AbortSignal): Promise<Authorization>;
  /**
   * The API server answered 401 to `rejected`.
   * @returns true when the next `authorization` may differ, so that sending the request once more makes sense
   */
  reject(rejected: Authorization): boolean;
  /** When they end for good, in milliseconds since the epoch; undefined when they are renewed by themselves, don't say, or weren't fetched yet. */
  readonly expiresAtMs: number | undefined;
}

/** Credentials that are what they are: a token or a certificate in the kubeconfig, or none at all. */
export function fixedCredentials(description: string, authorization: Authorization): Credentials {
  return {
    description,
    authorization: async () => authorization,
    reject: () => false,
    expiresAtMs: authorization.expiresAtMs,
  };
}

/** Fetched when needed, kept until `refreshAtMs`, fetched by one caller at a time; the others wait for the same result. */
export class RenewedCredentials implements Credentials {
  readonly description: string;
  readonly #fetch: () => Promise<Fetched>;
  readonly #now: () => number;
  #current: Fetched | undefined;
  #flight: Promise<Fetched> | undefined;

  constructor(description: string, fetch: () => Promise<Fetched>, now: () => number) {
    this.description = description;
    this.#fetch = fetch;
    this.#now = now;
  }

  async authorization(signal: AbortSignal): Promise<Authorization> {
    if (this.#current !== undefined && this.#now() < this.#current.refreshAtMs) return this.#current.authorization;
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined;
    });
    this.#current = await abandonable(this.#flight, signal);
    return this.#current.authorization;
  }

  reject(rejected: Authorization): boolean {
    // Whoever comes second with the same rejected token finds it replaced already.
    if (this.#current?.authorization === rejected) this.#current = undefined;
    return true;
  }

  get expiresAtMs(): number | undefined {
    return this.#current?.endsAtMs;
  }
}

export interface Fetched {
  readonly authorization: Authorization;
  /** When nothing fresh can be fetched any more, in milliseconds since the epoch; left out where a fresh one comes each time. */
  readonly endsAtMs?: number | undefined;
  /** From here on a fresh one is fetched before the next request, in milliseconds since the epoch. */
  readonly refreshAtMs: number;
}

/** When to replace something that expires: half a minute before, or earlier in the last tenth of a short life. */
export function refreshTime(nowMs: number, expiresAtMs: number | undefined): number {
  if (expiresAtMs === undefined) return Number.POSITIVE_INFINITY;
  return expiresAtMs - Math.min(30_000, Math.max(0, expiresAtMs - nowMs) / 10);
}

/** Waits for `work` only as long as the caller wants to; the work itself goes on for others. */
function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abandon = () => reject(signal.reason);
    signal.addEventListener('abort', abandon, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}
