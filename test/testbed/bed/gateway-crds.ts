import { fetchModuleFiles } from './definitions.js';

/** Traefik follows all of these kinds and serves nothing until it has seen each, even when there is none of it. */
const plurals = ['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'referencegrants', 'backendtlspolicies'];

/** Fetches the Gateway API's standard definitions from the Go module proxy, once. */
export function fetchGatewayCrds(): Promise<string[]> {
  return fetchModuleFiles({
    module: 'sigs.k8s.io/gateway-api@v1.5.1',
    directory: 'config/crd/standard',
    names: plurals.map((plural) => `gateway.networking.k8s.io_${plural}.yaml`),
  });
}
