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

  constructor(kind: FailureKind, code: string, maybeProcessed: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.maybeProcessed = maybeProcessed;
  }
}

/** @param connected whether the connection was ready, so that the request went out */
export function classify(error: NodeJS.ErrnoException, connected: boolean): TransportFailure {
  const code = error.code ?? 'UNKNOWN';
  const kind = kindOf(code, error.message, connected);
  return new TransportFailure(kind, code, connected, `${plainWords(kind, code, connected)} (${code}${detail(kind, error)})`, {
    cause: error,
  });
}

/** @param timeoutMs how long was waited */
export const timedOut = (timeoutMs: number, connected: boolean): TransportFailure =>
  new TransportFailure(
    'timeout',
    'ETIMEDOUT',
    connected,
    connected ? `no answer within ${timeoutMs / 1000} s` : `no connection within ${timeoutMs / 1000} s`,
  );

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

function kindOf(code: string, message: string, connected: boolean): FailureKind {
  if (code === 'ENOTFOUND') return 'name';
  if (code.startsWith('ERR_PROXY')) return 'proxy';
  if (TLS_CODE.test(code)) return 'tls';
  // A server that hangs up during the handshake, such as one that speaks plain HTTP.
  if (/before secure TLS connection/.test(message)) return 'connect';
  return connected ? 'reset' : 'connect';
}

function plainWords(kind: FailureKind, code: string, connected: boolean): string {
  if (kind === 'name') return 'its name is not known';
  if (kind === 'proxy') return 'the proxy did not let the request through';
  if (kind === 'tls') return tlsWords(code);
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return connected ? 'the connection broke' : 'no connection';
}

function tlsWords(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (/SELF_SIGNED|UNABLE_TO/.test(code)) return 'its certificate is not signed by a certificate authority that is trusted here';
  return 'the TLS handshake failed';
}

const detail = (kind: FailureKind, error: Error): string =>
  kind === 'tls' && /ALTNAME|ERR_SSL|EPROTO/.test((error as NodeJS.ErrnoException).code ?? '')
    ? `: ${firstLine(error.message)}`
    : '';

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 200) ?? '';
