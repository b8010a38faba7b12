import type { HttpAnswer } from '../../http/connection.js';
import { TransportFailure } from '../../http/failure.js';

/** How a registry is spoken to. */
export interface Speech {
  readonly root: URL;
  readonly skipVerify: boolean;
}

/** A server that wants TLS says so in its own words: Go's net/http, nginx. */
const WANTS_TLS = /HTTP request (was sent )?to (an )?HTTPS/i;
/** What a server that speaks no TLS looks like to one who does. */
const NO_TLS = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE))/;
/** What a server that speaks only TLS looks like to one who does not. */
const ONLY_TLS = /^(ECONNRESET|EPIPE|HPE_)/;

/**
 * Finds out whether a registry speaks TLS, as Docker does: one of the own machine may speak either, and so may one that the engine's configuration calls insecure; all
 * others must, with a certificate that is trusted here.
 */
export class Scheme {
  readonly #isOwn: boolean;
  readonly #mayBeInsecure: () => Promise<boolean>;
  #speech: Speech;
  #isSettled = false;

  /** @param host with optional port @param mayBeInsecure asked only where TLS has failed */
  constructor(host: string, mayBeInsecure: () => Promise<boolean>) {
    const { hostname } = new URL(`http://${host}`);
    this.#isOwn = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
    this.#mayBeInsecure = mayBeInsecure;
    this.#speech = { root: new URL(`${this.#isOwn ? 'http' : 'https'}://${host}`), skipVerify: this.#isOwn };
  }

  get root(): URL {
    return this.#speech.root;
  }

  /**
   * Sends in the way that the registry is known to understand; the first time, in the other one too.
   * @throws TransportFailure
   */
  async exchange(send: (speech: Speech) => Promise<HttpAnswer>): Promise<HttpAnswer> {
    if (this.#isSettled) return send(this.#speech);
    const first = await send(this.#speech).catch(failureOrThrow);
    const other = this.#other(first);
    if (other === undefined) return this.#settle(first, this.#speech);
    if (!this.#isOwn && !(await this.#mayBeInsecure())) throw plainHttp(first as TransportFailure, other);
    const second = await send(other).catch(failureOrThrow);
    // What failed in both ways is told as it failed first.
    const isBetter = !(second instanceof TransportFailure) && !WANTS_TLS.test(second.body);
    return isBetter ? this.#settle(second, other) : this.#settle(first, this.#speech);
  }

  #settle(outcome: HttpAnswer | TransportFailure, speech: Speech): HttpAnswer {
    if (outcome instanceof TransportFailure) throw outcome;
    this.#isSettled = true;
    this.#speech = speech;
    return outcome;
  }

  /** @returns the way that is worth trying after such an outcome */
  #other(outcome: HttpAnswer | TransportFailure): Speech | undefined {
    const { root } = this.#speech;
    if (root.protocol === 'http:') {
      const wantsTls =
        outcome instanceof TransportFailure
          ? ONLY_TLS.test(outcome.code)
          : outcome.status === 400 && WANTS_TLS.test(outcome.body);
      return wantsTls ? { root: new URL(`https://${root.host}`), skipVerify: this.#isOwn } : undefined;
    }
    if (!(outcome instanceof TransportFailure)) return undefined;
    if (NO_TLS.test(outcome.code)) return { root: new URL(`http://${root.host}`), skipVerify: false };
    return outcome.kind === 'tls' ? { root, skipVerify: true } : undefined;
  }
}

function failureOrThrow(error: unknown): TransportFailure {
  if (error instanceof TransportFailure) return error;
  throw error;
}

function plainHttp(failure: TransportFailure, { root }: Speech): TransportFailure {
  if (root.protocol === 'https:') return failure;
  return new TransportFailure(
    'tls',
    failure.code,
    false,
    `it speaks plain HTTP and no TLS (${failure.code}); if that is meant, name it under \`insecure-registries\` of the Docker daemon, or say \`registry.insecure=true\` in \`outputs\``,
    { cause: failure },
  );
}
