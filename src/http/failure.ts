/** Where a request broke that got no complete answer. */
export type FailureKind = 'name' | 'connect' | 'tls' | 'proxy' | 'reset' | 'timeout';

/** A request that got no complete answer. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly kind: FailureKind;
  /** Whether the server may have got the request and acted on it. */
  readonly maybeProcessed: boolean;
  /** Node's own code: ECONNRESET, CERT_HAS_EXPIRED, … */
  readonly code: string;
  /** `host:port` of the proxy, when the way through it is what broke. */
  readonly proxy: string | undefined;

  constructor(
    kind: FailureKind,
    code: string,
    maybeProcessed: boolean,
    message: string,
    options?: ErrorOptions & { readonly proxy?: string | undefined },
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.maybeProcessed = maybeProcessed;
    this.proxy = options?.proxy;
  }
}

/** An error of Node's; what a proxy answered when it was asked for a tunnel stands beside ERR_PROXY_TUNNEL. */
type NodeError = NodeJS.ErrnoException & { readonly statusCode?: number };

/**
 * @param connected whether the connection was ready, so that the request went out
 * @param proxy `host:port` of the proxy that the connection goes through
 */
export function classify(error: NodeError, connected: boolean, proxy?: string): TransportFailure {
  const code = error.code ?? 'UNKNOWN';
  const kind = kindOf(code, error, connected);
  // Until there is a tunnel, it is the proxy that was not found or did not answer; a name or address of the server's is looked up by the proxy.
  const atProxy = connected || kind === 'tls' ? undefined : proxy;
  const words = `${plainWords(kind, code, connected)} (${code}${detail(kind, error)})`;
  const message = atProxy === undefined || isTunnel(code) ? words : `the proxy ${atProxy}: ${words}`;
  return new TransportFailure(kind, code, connected, message, { cause: error, proxy: atProxy });
}

/** @param timeoutMs how long was waited */
export function timedOut(timeoutMs: number, connected: boolean, proxy?: string): TransportFailure {
  const atProxy = connected ? undefined : proxy;
  const through = atProxy === undefined ? '' : ` through the proxy ${atProxy}`;
  const message = `${connected ? 'no answer' : 'no connection'} within ${timeoutMs / 1000} s${through}`;
  return new TransportFailure('timeout', 'ETIMEDOUT', connected, message, { proxy: atProxy });
}

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

const isTunnel = (code: string): boolean => code === 'ERR_PROXY_TUNNEL';

function kindOf(code: string, { message, statusCode = 0 }: NodeError, connected: boolean): FailureKind {
  if (code === 'ENOTFOUND') return 'name';
  // A proxy that refuses says 4xx. One that could not reach the server says 5xx, and one that is restarted says nothing: both pass.
  if (code.startsWith('ERR_PROXY')) return statusCode >= 400 && statusCode < 500 ? 'proxy' : 'connect';
  if (TLS_CODE.test(code)) return 'tls';
  // A server that hangs up during the handshake, such as one that speaks plain HTTP.
  if (/before secure TLS connection/.test(message)) return 'connect';
  return connected ? 'reset' : 'connect';
}

function plainWords(kind: FailureKind, code: string, connected: boolean): string {
  if (kind === 'name') return 'its name is not known';
  if (kind === 'proxy') return 'the proxy did not let the request through';
  if (kind === 'tls') return tlsWords(code);
  if (isTunnel(code)) return 'the proxy could not connect';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return connected ? 'the connection broke' : 'no connection';
}

function tlsWords(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (/SELF_SIGNED|UNABLE_TO/.test(code)) return 'its certificate is not signed by a certificate authority that is trusted here';
  return 'the TLS handshake failed';
}

function detail(kind: FailureKind, error: NodeError): string {
  if (error.statusCode !== undefined) return `: HTTP ${error.statusCode}`;
  return kind === 'tls' && /ALTNAME|ERR_SSL|EPROTO/.test(error.code ?? '') ? `: ${firstLine(error.message)}` : '';
}

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 200) ?? '';
