import type { Clock } from '../../../../kernel/clock.js';
import type { Environment } from '../../../../kernel/environment.js';
import { UserError } from '../../../../kernel/errors.js';
import type { Log } from '../../../../kernel/log.js';
import { type Credentials, type Fetched, RenewedCredentials, refreshTime } from '../../api/credentials.js';
import type { AuthProviderEntry } from '../kubeconfig.js';
import { tokenExpiry } from './token.js';

/** What the chunk understands; azure and gcp were removed from kubectl in 1.26, so nothing else will come. */
const PROVIDERS = ['oidc', 'gcp', 'azure'];

/**
 * Credentials from a kubeconfig's `auth-provider`, by way of @kubernetes/client-node. Few have one, and the library costs 50 ms to load,
 * so it is loaded on first use.
 */
export function authProviderCredentials(
  description: string,
  provider: AuthProviderEntry,
  { clock, log, environment }: { readonly clock: Clock; readonly log: Log; readonly environment: Environment },
): Credentials {
  if (!PROVIDERS.includes(provider.name)) {
    throw new UserError(
      'kubeconfig-login-unsupported',
      `The ${description} uses auth-provider "${provider.name}"; supported: ${PROVIDERS.join(', ')}. Use an exec plugin instead.`,
    );
  }
  // A copy, because renewed tokens are written into it.
  const own = { name: provider.name, config: { ...provider.config } };
  const fetch = async (): Promise<Fetched> => {
    const { authorize } = await import('../kube-auth/index.js');
    const { headers } = await authorize(own, clock.now(), environment).catch((cause: Error) => {
      throw new UserError(
        'credentials-not-renewed',
        `The ${description} could not be had from auth-provider ${provider.name}: ${cause.message}`,
        { cause },
      );
    });
    const token = headers.authorization.replace(/^Bearer /, '');
    for (const secret of [token, own.config['refresh-token']]) if (secret) log.mask(secret);
    const expiresAtMs = tokenExpiry(token);
    const endsAtMs = provider.name === 'oidc' && !own.config['refresh-token'] ? expiresAtMs : undefined;
    return { authorization: { headers, expiresAtMs }, endsAtMs, refreshAtMs: refreshTime(clock.now(), expiresAtMs) };
  };
  return new RenewedCredentials(description, fetch, () => clock.now());
}
