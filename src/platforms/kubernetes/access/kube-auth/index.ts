import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Environment } from '../../../../kernel/environment.js';
import { renewIdToken } from './renew-id-token.js';

/** An `auth-provider` of a kubeconfig, of which the configuration may be written to. */
export interface OwnProvider {
  readonly name: string;
  readonly config: Record<string, string>;
}

/**
 * The only code that runs @kubernetes/client-node, in a part of the bundle that is loaded when it is needed; see credentials/auth-provider.ts.
 * @param provider keeps the tokens that are renewed: a refresh token may be good for one use
 * @param nowMs milliseconds since the epoch
 * @returns the header to send
 * @throws Error in the library's words when the provider can't give a token
 */
export async function authorize(
  provider: OwnProvider,
  nowMs: number,
  environment: Environment,
): Promise<{ readonly headers: { readonly authorization: string } }> {
  if (provider.name === 'oidc') await renewIdToken(provider.config, nowMs, environment);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'cluster', server: 'https://localhost', skipTLSVerify: false },
    { name: 'user', authProvider: provider },
  );
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const authorization = (options.headers as Record<string, string> | undefined)?.Authorization;
  if (authorization === undefined)
    throw new Error('it gave no token; it has expired, or the configuration lacks what is needed to renew it');
  return { headers: { authorization } };
}
