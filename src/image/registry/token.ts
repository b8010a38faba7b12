import type { HttpAnswer } from '../../http/connection.js';
import { TransportFailure } from '../../http/failure.js';
import { UserError } from '../../kernel/errors.js';

/**
 * The access token that a token server gave (distribution-spec, token authentication).
 * @returns undefined when it gave none
 * @throws UserError when it answers something else than a token server does
 */
export function readToken({ status, headers, body }: HttpAnswer, registry: string, realm: URL): string | undefined {
  try {
    const { token, access_token: accessToken } = JSON.parse(body) as { token?: string; access_token?: string };
    return token ?? accessToken;
  } catch (cause) {
    throw new UserError(
      'no-registry-answered',
      `${realm.host}, where ${registry} sends those who want to log in, answered something else than JSON (HTTP ${status}, ${headers['content-type'] ?? 'no content type'}).\n` +
        'Is it a page for people, or is there a proxy in between? Run the job again once it gives tokens.',
      { cause },
    );
  }
}

/** The failure of another server than the one that was asked. */
export const ofTokenServer = (failure: TransportFailure, { host }: URL): TransportFailure =>
  new TransportFailure(failure.kind, failure.code, failure.maybeProcessed, `its token server ${host}: ${failure.message}`, {
    cause: failure,
    proxy: failure.proxy,
  });
