import { fetchModuleFiles } from './definitions.js';
import { definitionsPart } from './definitions-part.js';

/** Traefik follows all of these kinds and serves nothing until it has seen each, even when there is none of it. */
const plurals = ['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'referencegrants', 'backendtlspolicies'];

/** The Gateway API's kinds: its standard definitions, from the Go module proxy. */
export const gatewayDefinitions = definitionsPart({
  name: 'gateway-definitions',
  group: '/apis/gateway.networking.k8s.io/v1',
  plurals,
  fetch: () =>
    fetchModuleFiles({
      module: 'sigs.k8s.io/gateway-api@v1.5.1',
      directory: 'config/crd/standard',
      names: plurals.map((plural) => `gateway.networking.k8s.io_${plural}.yaml`),
    }),
});
