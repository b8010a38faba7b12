import { type Configuration, type CustomFetch, customFetch, discovery, refreshTokenGrant } from 'openid-client';
import { Connection } from '../../../../http/connection.js';
import { chooseProxy } from '../../../../http/proxy.js';
import type { Environment } from '../../../../kernel/environment.js';
import { readPem } from '../credentials/material.js';
import { tokenExpiry } from '../credentials/token.js';

const TIMEOUT_MS = 15_000;
/** As early as `refreshTime` asks at most. */
const MARGIN_MS = 30_000;

/**
 * Puts a new id-token into an oidc user's configuration when there is none or it is about to expire, and the refresh token that came with it in place of the
 * one that was used up. Not by @kubernetes/client-node 2.0.1, which has the same but asks openid-client in a way that it refuses
 * (kubernetes-client/javascript#2202). Without a refresh token, client and issuer the configuration stays as it is.
 * @param config of the `auth-provider`, changed in place
 * @param nowMs milliseconds since the epoch
 * @throws Error in the library's words when the issuer gives no token
 */
export async function renewIdToken(config: Record<string, string>, nowMs: number, environment: Environment): Promise<void> {
  const expiresAtMs = tokenExpiry(config['id-token'] ?? '') ?? 0;
  const { 'refresh-token': refreshToken, 'client-id': clientId, 'idp-issuer-url': issuer } = config;
  if (expiresAtMs - nowMs > MARGIN_MS || !refreshToken || !clientId || !issuer) return;
  const renewed = await refreshTokenGrant(await discover(new URL(issuer), clientId, config, environment), refreshToken);
  if (renewed.id_token === undefined) throw new Error(`${issuer} gave no id_token for the refresh token`);
  config['id-token'] = renewed.id_token;
  if (renewed.refresh_token !== undefined) config['refresh-token'] = renewed.refresh_token;
}

/** A client without secret is a public one (RFC 6749 §2.1). */
function discover(
  issuer: URL,
  clientId: string,
  config: Record<string, string>,
  environment: Environment,
): Promise<Configuration> {
  const options = { [customFetch]: fetchThrough(issuer, config, environment) };
  return discovery(issuer, clientId, config['client-secret'] || undefined, undefined, options);
}

/** `fetch` by our own connection, which knows the issuer's authority and the runner's proxy. */
function fetchThrough(issuer: URL, config: Record<string, string>, { variables }: Environment): CustomFetch {
  const { 'idp-certificate-authority-data': base64, 'idp-certificate-authority': file } = config;
  const authority = base64 ? { base64 } : file ? { file } : undefined;
  const certificateAuthority = authority && readPem(authority, 'certificate authority of the identity provider');
  return async (address, { method, body, headers, signal }) => {
    const url = new URL(address);
    const connection = new Connection({
      url: new URL(url.origin),
      certificateAuthority,
      tlsServerName: undefined,
      insecureSkipTlsVerify: false,
      proxy: chooseProxy(issuer, undefined, variables),
    });
    const request = { method, path: url.pathname + url.search, timeoutMs: TIMEOUT_MS, ...(body ? { body: String(body) } : {}) };
    const answer = await connection.exchange(request, { headers }, signal ?? new AbortController().signal);
    return new Response(answer.body, {
      status: answer.status,
      headers: { 'content-type': answer.headers['content-type'] ?? '' },
    });
  };
}
