import type { RequestOptions } from 'node:https';
import { AzureAuth } from '@kubernetes/client-node/dist/azure_auth.js';
import { GoogleCloudPlatformAuth } from '@kubernetes/client-node/dist/gcp_auth.js';
import type { Environment } from '../../../../kernel/environment.js';
import { tokenExpiry } from '../credentials/token.js';
import { renewIdToken } from './renew-id-token.js';

/** An `auth-provider` of a kubeconfig, of which the configuration may be written to. */
export interface OwnProvider {
  readonly name: string;
  readonly config: Record<string, string>;
}

/**
 * The only code that runs @kubernetes/client-node, in a part of the bundle that is loaded when it is needed; see credentials/auth-provider.ts.
 * Its classes one by one: its KubeConfig brings a third of a megabyte of HTTP, proxies and addresses with it.
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
  const authorization =
    provider.name === 'oidc' ? await byIdToken(provider.config, nowMs, environment) : await byCommand(provider);
  if (authorization === undefined)
    throw new Error('it gave no token; it has expired, or the configuration lacks what is needed to renew it');
  return { headers: { authorization } };
}

/** The id-token is what is sent: a JWT that says until when it is good (OpenID Connect Core 1.0 §2); API servers refuse any other. */
async function byIdToken(config: Record<string, string>, nowMs: number, environment: Environment): Promise<string | undefined> {
  await renewIdToken(config, nowMs, environment);
  const { 'id-token': token = '' } = config;
  const expiresAtMs = tokenExpiry(token) ?? 0;
  return nowMs <= expiresAtMs ? `Bearer ${token}` : undefined;
}

/** A token of `gcp` or `azure` that has expired is asked of the command that their configuration names. */
async function byCommand(provider: OwnProvider): Promise<string | undefined> {
  const library = provider.name === 'gcp' ? new GoogleCloudPlatformAuth() : new AzureAuth();
  const options: RequestOptions = { headers: {} };
  await library.applyAuthentication({ name: 'user', authProvider: provider }, options);
  return (options.headers as Record<string, string>).Authorization;
}
