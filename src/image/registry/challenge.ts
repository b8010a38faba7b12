/** How a registry wants to be asked: the `WWW-Authenticate` of its 401 (RFC 9110 §11.6.1; distribution-spec, token authentication). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

/** @returns the bearer challenge when there is one, else the basic one; undefined for schemes that registries don't use */
export function readChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined) return undefined;
  const bearer = /\bBearer\s+(.*)$/is.exec(header)?.[1];
  const parameters = Object.fromEntries(
    [...(bearer ?? '').matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)].map(
      ([, name = '', quoted, bare]) => [name.toLowerCase(), (quoted ?? bare ?? '').replaceAll(/\\(.)/g, '$1')] as const,
    ),
  );
  if (parameters.realm && URL.canParse(parameters.realm)) {
    return { scheme: 'bearer', realm: parameters.realm, service: parameters.service };
  }
  return /\bBasic\b/i.test(header) ? { scheme: 'basic' } : undefined;
}
