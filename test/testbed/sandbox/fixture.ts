import { type ClusterFixture, createNamespace, deployRestaurant } from '../fixture.js';
import { startLoad } from '../load/load.js';
import { startSandbox } from './sandbox.js';

/** A sandbox, started and ended with the test file, in the bed's place. */
export async function sandboxFixture(): Promise<ClusterFixture> {
  const sandbox = await startSandbox();
  const { api, server, directory, kubeconfigs } = sandbox;
  return {
    bed: { server, directory, kubeconfigs, kubeconfig: kubeconfigs.admin },
    api,
    createNamespace: () => createNamespace(api),
    deployRestaurant: (namespace, options = {}) => deployRestaurant(api, namespace, { port: sandbox.podPort, ...options }),
    setFaults: async (order) => sandbox.setFaults(order),
    startLoad: (namespace, options) => startLoad({ kubeconfig: kubeconfigs.admin, namespace, ...options }),
    kubeconfigFor: async ({ token }) => sandbox.kubeconfigFor(token),
    close: () => sandbox.close(),
  };
}
