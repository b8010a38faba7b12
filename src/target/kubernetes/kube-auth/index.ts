import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { AuthProviderEntry } from '../kubeconfig.js';

/**
 * The only code that runs @kubernetes/client-node. Bundled by itself as `dist/kube-auth/index.js`, shared by all actions; see credentials/auth-provider.ts.
 * @returns the header to send; refreshed tokens live as long as this process
 * @throws Error in the library's words when the provider can't give a token
 */
export async function authorize(provider: AuthProviderEntry): Promise<{ readonly headers: { readonly authorization: string } }> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'cluster', server: 'https://localhost', skipTLSVerify: false },
    // A copy, because the library writes the refreshed tokens into it.
    { name: 'user', authProvider: { name: provider.name, config: { ...provider.config } } },
  );
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const authorization = (options.headers as Record<string, string> | undefined)?.Authorization;
  if (authorization === undefined)
    throw new Error('it gave no token; it has expired, or the configuration lacks what is needed to renew it');
  return { headers: { authorization } };
}
