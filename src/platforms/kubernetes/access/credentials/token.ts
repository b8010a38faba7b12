import { readFileSync } from 'node:fs';
import type { Clock } from '../../../../kernel/clock.js';
import { UserError } from '../../../../kernel/errors.js';
import {
  type Authorization,
  type Credentials,
  type Fetched,
  fixedCredentials,
  RenewedCredentials,
  refreshTime,
} from '../../api/credentials.js';

/** How long a token file is trusted before it is read again; projected service account tokens are replaced in place (client-go does the same). */
const REREAD_MS = 60_000;
/** The same of a file that is empty or missing for a moment. */
const RETRY_MS = 1000;

const bearer = (token: string): Authorization => ({
  headers: { authorization: `Bearer ${token}` },
  expiresAtMs: tokenExpiry(token),
});

export const tokenCredentials = (description: string, token: string): Credentials => fixedCredentials(description, bearer(token));

/**
 * A token in a file that somebody else keeps fresh.
 * @param mask called with each token before it is used
 */
export function tokenFileCredentials(
  description: string,
  path: string,
  clock: Clock,
  mask: (secret: string) => void,
): Credentials {
  let last: Authorization | undefined;
  const read = async (): Promise<Fetched> => {
    const now = clock.now();
    try {
      const token = readToken(path);
      mask(token);
      last = bearer(token);
    } catch (error) {
      // Whoever renews it may not be done: the one before goes on for as long as it is valid (client-go does the same).
      if (last === undefined || now >= (last.expiresAtMs ?? Number.POSITIVE_INFINITY)) throw error;
      return { authorization: last, refreshAtMs: now + RETRY_MS };
    }
    return { authorization: last, refreshAtMs: Math.min(now + REREAD_MS, refreshTime(now, last.expiresAtMs)) };
  };
  return new RenewedCredentials(description, read, () => clock.now());
}

function readToken(path: string): string {
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new UserError(
      'token-file-unreadable',
      `The token file ${path} can't be read (${(cause as NodeJS.ErrnoException).code}).`,
      { cause },
    );
  }
  if (token === '') throw new UserError('token-file-unreadable', `The token file ${path} is empty.`);
  return token;
}

/** The `exp` claim of a JWT (RFC 7519 §4.1.4), in milliseconds since the epoch; undefined for any other token. */
export function tokenExpiry(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
