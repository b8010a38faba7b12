import { type ClusterFixture, createNamespace, deployRestaurant } from '../fixture.js';
import { type Load, startLoad } from '../load/load.js';
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';

/** What only a sandbox can play. */
export interface SandboxFixture extends ClusterFixture, Pick<Sandbox, 'podPort' | 'rewriteImages' | 'setWebhook'> {}

/** A sandbox, started and ended with the test file, in the bed's place. */
export async function sandboxFixture(options: SandboxOptions = {}): Promise<SandboxFixture> {
  const sandbox = await startSandbox(options);
  const { api, server, directory, kubeconfigs } = sandbox;
  const loads: Load[] = [];
  return {
    bed: { server, directory, kubeconfigs, kubeconfig: kubeconfigs.admin },
    api,
    podPort: sandbox.podPort,
    createNamespace: () => createNamespace(api),
    deployRestaurant: (namespace, options = {}) => deployRestaurant(api, namespace, { port: sandbox.podPort, ...options }),
    setFaults: async (order) => sandbox.setFaults(order),
    setWebhook: (order) => sandbox.setWebhook(order),
    startLoad: async (namespace, options) => {
      const load = await startLoad({ kubeconfig: kubeconfigs.admin, namespace, ...options });
      loads.push(load);
      return load;
    },
    rewriteImages: sandbox.rewriteImages,
    kubeconfigFor: async ({ token }) => sandbox.kubeconfigFor(token),
    close: async () => {
      await Promise.all(loads.map((load) => load.stop()));
      await sandbox.close();
    },
  };
}
