import type { FailureKind, TransportFailure } from '../../../http/failure.js';
import { UserError } from '../../../kernel/errors.js';

/** The API server can't be reached, said in the user's terms. */
export class ServerUnreachable extends UserError {
  readonly kind: FailureKind;

  constructor(server: string, failure: TransportFailure) {
    super('api-server-unreachable', `Can't reach the API server ${server}: ${failure.message}.\n${advice(server, failure)}`, {
      cause: failure,
    });
    this.kind = failure.kind;
  }
}

const CHECK_SERVER =
  'Check the server in the kubeconfig, that the cluster is up, and that a firewall or an allow-list lets this runner in.';

function advice(server: string, { kind, code, proxy }: TransportFailure): string {
  if (proxy !== undefined && kind !== 'proxy') {
    return 'Check HTTPS_PROXY, NO_PROXY and the proxy-url of the kubeconfig, and that the proxy and the cluster are up.';
  }
  switch (kind) {
    case 'name':
      return 'Check the server in the kubeconfig, and whether this runner can resolve names of the private network that the cluster is in.';
    case 'proxy':
      return 'Check HTTPS_PROXY, NO_PROXY and the proxy-url of the kubeconfig.';
    case 'tls':
      if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
        return 'Check the server in the kubeconfig; tls-server-name says which name the certificate has.';
      if (/^ERR_SSL|EPROTO/.test(code))
        return 'Check that the server speaks HTTPS on this port, and that the client certificate is accepted by it.';
      return 'Check certificate-authority(-data) in the kubeconfig: was the cluster made anew since the kubeconfig was written?';
    case 'reset':
      if (server.startsWith('http://'))
        return 'The server in the kubeconfig begins with http://; API servers speak https://. Check that, and the port.';
      return CHECK_SERVER;
    case 'connect':
    case 'timeout':
      return CHECK_SERVER;
  }
}
