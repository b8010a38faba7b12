/** The digest of an image that is named by it, as `repository@sha256:…`, or as a container runtime reports it. */
export const digestOf = (image: string): string | undefined => /(?:^|[@/])(sha256:[0-9a-f]{64})$/.exec(image)?.[1];

/**
 * Whether two names are of one image. The digest decides where both have one, whatever the repository: mirrors, staging copies and a node that has
 * pulled the same content under another name differ in nothing else.
 */
export function isSameImage(a: string, b: string): boolean {
  const [one, other] = [digestOf(a), digestOf(b)];
  if (one !== undefined && other !== undefined) return one === other;
  return normalized(a) === normalized(b);
}

/** As a container runtime reads it (github.com/distribution/reference, normalize.go): Docker Hub and `latest` need not be said. */
function normalized(image: string): string {
  const [name = '', digest] = image.split('@', 2);
  const [, repository = name, tag = digest === undefined ? 'latest' : ''] = /^(.+):([\w][\w.-]{0,127})$/.exec(name) ?? [];
  const [first = '', ...rest] = repository.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const [host, path] = isHost ? [first.toLowerCase(), rest.join('/')] : ['docker.io', repository];
  const registry = host === 'index.docker.io' ? 'docker.io' : host;
  const full = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return `${registry}/${full}:${tag}@${digest ?? ''}`;
}
