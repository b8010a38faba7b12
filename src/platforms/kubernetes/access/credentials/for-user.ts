import { UserError } from '../../../../kernel/errors.js';
import { type Authorization, type ClientCertificate, type Credentials, fixedCredentials } from '../../api/credentials.js';
import type { Access } from '../context.js';
import type { Impersonation, UserEntry } from '../kubeconfig.js';
import { authProviderCredentials } from './auth-provider.js';
import { type ExecEffects, execCredentials } from './exec.js';
import { readPem } from './material.js';
import { tokenCredentials, tokenFileCredentials } from './token.js';

/**
 * The credentials that a context's user stands for; a context without user has none and is served as anonymous.
 * Order as in client-go: what is given directly before what has to be fetched; a token file before a token.
 * @throws UserError when the user entry asks for what isn't supported, or its files can't be read
 */
export function credentialsFor(access: Access, effects: ExecEffects): Credentials {
  const { user, userName } = access;
  if (user === undefined) return fixedCredentials('request without credentials (the context names no user)', { headers: {} });
  if (user.impersonate !== undefined && user.impersonate.user === undefined) {
    // The API server would refuse each request, without a word of where the kubeconfig is wrong (client-go, clientcmd/validation.go).
    throw new UserError(
      'kubeconfig-incomplete',
      `User ${userName} of the kubeconfig has as-uid, as-groups or as-user-extra without \`as\`; Kubernetes wants the user to act as.`,
    );
  }
  const own = withoutExtras(user, `credentials of user ${userName}`, access, effects);
  return withExtras(own, clientCertificate(user, userName), user.impersonate);
}

function withoutExtras(user: UserEntry, description: string, access: Access, effects: ExecEffects): Credentials {
  if (user.tokenFile !== undefined) {
    return tokenFileCredentials(description, user.tokenFile, effects.clock, (secret) => effects.log.mask(secret));
  }
  if (user.token !== undefined) return tokenCredentials(description, user.token);
  if (user.exec !== undefined) return execCredentials(description, user.exec, access, effects);
  if (user.authProvider !== undefined) return authProviderCredentials(description, user.authProvider, effects);
  if (user.basic) {
    throw new UserError(
      'kubeconfig-login-unsupported',
      `User ${access.userName} has a user name and password; Kubernetes dropped them in 1.19. Use a token or a client certificate.`,
    );
  }
  return fixedCredentials(description, { headers: {} });
}

function clientCertificate(user: UserEntry, userName: string | undefined): ClientCertificate | undefined {
  const { clientCertificate: cert, clientKey: key } = user;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UserError(
      'kubeconfig-incomplete',
      `User ${userName} has a client ${cert ? 'certificate without its key' : 'key without its certificate'}.`,
    );
  }
  return {
    cert: readPem(cert, `client certificate of user ${userName}`),
    key: readPem(key, `client key of user ${userName}`),
  };
}

/** Adds what goes along with any kind of credentials: the kubeconfig's own certificate and the impersonation headers. */
function withExtras(
  own: Credentials,
  certificate: ClientCertificate | undefined,
  impersonation: Impersonation | undefined,
): Credentials {
  if (certificate === undefined && impersonation === undefined) return own;
  const headers = impersonation ? impersonationHeaders(impersonation) : {};
  const originals = new WeakMap<Authorization, Authorization>();
  return {
    description: own.description,
    async authorization(signal) {
      const original = await own.authorization(signal);
      const complete = {
        ...original,
        ...(certificate && !original.clientCertificate ? { clientCertificate: certificate } : {}),
        headers: { ...original.headers, ...headers },
      };
      originals.set(complete, original);
      return complete;
    },
    reject: (rejected) => own.reject(originals.get(rejected) ?? rejected),
    get expiresAtMs() {
      return own.expiresAtMs;
    },
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationHeaders(impersonation: Impersonation): Record<string, string | readonly string[]> {
  const { user, uid, groups, extra } = impersonation;
  return {
    ...(user ? { 'impersonate-user': user } : {}),
    ...(uid ? { 'impersonate-uid': uid } : {}),
    ...(groups.length > 0 ? { 'impersonate-group': groups } : {}),
    ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`impersonate-extra-${escapeHeaderKey(key)}`, values])),
  };
}

/** Percent-encodes what a header name can't hold, in UTF-8 (client-go, transport/round_trippers.go headerKeyEscape). */
const escapeHeaderKey = (key: string): string =>
  encodeURIComponent(key).replace(/[()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Everything in a user entry that must never be printed; masked before the first line that could hold it. */
export function secretsOf(user: UserEntry): string[] {
  const keyData = user.clientKey !== undefined && 'base64' in user.clientKey ? [user.clientKey.base64] : [];
  const providerSecrets = Object.entries(user.authProvider?.config ?? {}).flatMap(([name, value]) =>
    /token|secret|password/.test(name) ? [value] : [],
  );
  const execSecrets = Object.entries(user.exec?.env ?? {}).flatMap(([name, value]) =>
    /token|secret|password|key/i.test(name) ? [value] : [],
  );
  return [...(user.token ? [user.token] : []), ...keyData, ...providerSecrets, ...execSecrets].filter(
    (secret) => secret.length >= 8,
  );
}
