import { readFields } from './csv-fields.js';
import { hideTokens, tokensIn } from './secret-values.js';

/** Attributes of caches that hold a secret (docs.docker.com/build/cache/backends: gha, s3, azblob). */
const SECRET_ATTRIBUTE = /^(token|secret_access_key|session_token|password)=(.+)$/s;

/** `user:password@`, or a token alone, in front of a host. A user without a password, such as `git` or `x-access-token`, is none; nor is an image's tag in front of its digest. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)(?:([^\s/@:]*):([^\s/@]+)|((?=[^\s/@:]*\d)[^\s/@:]{20,}))@(?!sha(?:256|512):)/gi;

/** Whether an address holds a password or a token. */
export const hasPassword = (url: string): boolean => [...url.matchAll(USER_INFO)].length > 0;

/** @returns what is secret in an address or in attributes as they stand in an input, to be masked */
export function credentialsIn(text: string): string[] {
  const fromUrls = [...text.matchAll(USER_INFO)].flatMap(([, , , password = '', token = '']) => withDecoded(password || token));
  const fromAttributes = readFields(text).flatMap((field) => SECRET_ATTRIBUTE.exec(field)?.[2] ?? []);
  return [...new Set([...fromUrls, ...fromAttributes, ...tokensIn(text)])];
}

/** The same text for the log. */
export function withoutCredentials(text: string): string {
  const known = credentialsIn(text);
  return hideTokens(known.reduce((left, secret) => left.replaceAll(secret, '…'), text));
}

/** The engine may print it as it stands in the address, or as it is sent. */
function withDecoded(text: string): string[] {
  try {
    return [text, decodeURIComponent(text)];
  } catch {
    return [text];
  }
}
