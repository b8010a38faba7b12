import { Api } from '../client/api.js';
import { applyDefinitions, fetchModuleFiles } from './definitions.js';
import { kubeconfigFile } from './identities.js';
import type { Part } from './part.js';

/** Traefik follows all of these kinds and serves nothing until it has seen each, even when there is none of it. */
const plurals = ['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'referencegrants', 'backendtlspolicies'];

/** Fetches the Gateway API's standard definitions from the Go module proxy, once. */
function fetchGatewayCrds(): Promise<string[]> {
  return fetchModuleFiles({
    module: 'sigs.k8s.io/gateway-api@v1.5.1',
    directory: 'config/crd/standard',
    names: plurals.map((plural) => `gateway.networking.k8s.io_${plural}.yaml`),
  });
}

/** The Gateway API's kinds: no server, only objects that the others need. */
export const gatewayDefinitions: Part = {
  name: 'gateway-definitions',
  prepare: fetchGatewayCrds,
  async start({ directory }) {
    const api = new Api(kubeconfigFile(directory, 'admin'));
    await applyDefinitions(api, await fetchGatewayCrds());
    api.close();
  },
  isRunning: () => true,
  async isHealthy({ directory }) {
    const api = new Api(kubeconfigFile(directory, 'admin'));
    const lists = plurals.map((plural) => api.get(`/apis/gateway.networking.k8s.io/v1/${plural}?limit=1`));
    const answers = await Promise.allSettled(lists);
    api.close();
    return answers.every(({ status }) => status === 'fulfilled');
  },
};
