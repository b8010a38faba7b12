/** A repository as `docker` understands it, in full: `app` alone becomes `docker.io/library/app`. */
export interface ImageName {
  /** Host with optional port, in lower case; `docker.io` when the text names none. */
  readonly registry: string;
  /** Path within the registry. */
  readonly repository: string;
}

/** A tagged image. */
export interface ImageReference extends ImageName {
  readonly tag: string;
  /** The text named no tag, and `latest` is what Docker takes it for. */
  readonly untagged?: true;
}

// Grammar: github.com/distribution/reference, regexp.go and normalize.go.
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;
const PATH_COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const AUTHORITY = /^(?<host>\[[0-9a-f:]+\]|[^:[\]]+)(:(?<port>\d{1,5}))?$/i;
const LONGEST_NAME = 255;

/**
 * Reads `[registry/]repository[:tag]`, as it is written after `docker push`.
 * @throws RangeError saying which part is wrong and what is allowed there
 */
export function parseReference(text: string): ImageReference {
  if (text.includes('@')) throw new RangeError(`"${text}" has a digest; a tag is a name to push to, and its digest is an output`);
  const { name, tag } = splitTag(text);
  const { registry, repository } = readName(name, text);
  if (!isTag(tag)) {
    throw new RangeError(
      `"${text}" has the tag "${tag}"; a tag is 1 to 128 letters, digits, "_", "." or "-", and does not start with "." or "-"`,
    );
  }
  return { registry, repository, tag };
}

/**
 * The same, with a mark on what has no tag of its own.
 * @throws RangeError as `parseReference`
 */
export function parseGivenName(text: string): ImageReference {
  const reference = parseReference(text);
  return splitTag(text).name === text ? { ...reference, untagged: true } : reference;
}

/**
 * Reads `[registry/]repository`.
 * @throws RangeError saying which part is wrong and what is allowed there
 */
export function parseName(text: string): ImageName {
  if (text.includes('@')) throw new RangeError(`"${text}" has a digest; write the name alone`);
  const { name, tag } = splitTag(text);
  if (name !== text) throw new RangeError(`"${text}" has the tag "${tag}"; write the name alone, or the whole of it in \`tags\``);
  return readName(name, text);
}

// Grammar: github.com/opencontainers/image-spec, descriptor.md, "Registered Algorithms".
const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/**
 * Reads `[registry/]repository[:tag][@sha256:…]`, as a pod names what it pulls. The API server takes any text, and only the node would object.
 * @throws RangeError saying which part is wrong and what is allowed there
 */
export function checkPullable(text: string): void {
  if (/\$\{|\{\{|\$\(/.test(text))
    throw new RangeError(
      `"${text}" still has a placeholder in it; give the value that it stands for (render the template first)`,
    );
  if (/^\s*(?:\{|\[\s*[{"\]])/.test(text))
    throw new RangeError(
      'it begins as JSON and is no image; take the `image` of one entry, such as `fromJSON(…)[0].image` or by a matrix over the list, or the output `image` of a build of one image',
    );
  const lines = text.trim().split(/\s*\n\s*/).length;
  if (lines > 1)
    throw new RangeError(`there are ${lines} lines, and it is one image; take one of them, best the one with the digest`);
  if (/\s/.test(text)) throw new RangeError(`"${text}" has a blank in it; an image is [registry/]repository[:tag][@sha256:…]`);
  if (DIGEST.test(text))
    throw new RangeError(`"${text}" is a digest alone; write the repository in front of it: REPOSITORY@${text.slice(0, 14)}…`);
  const [named = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    throw new RangeError(`"${text}" has no whole digest after "@"; it is sha256: and 64 of 0-9 and a-f`);
  }
  parseReference(named);
}

/**
 * Whether a text may as well be a tag alone: Docker Hub's own images are all that goes by one word, and nobody releases those without a tag.
 * @param text that `checkPullable` has accepted
 */
export const isOneWord = (text: string): boolean => !/[/:@]/.test(text);

export const isTag = (text: string): boolean => TAG.test(text);

/** The name without its tag, as it stands in front of `@sha256:…`. */
export const repositoryName = ({ registry, repository }: ImageName): string => `${registry}/${repository}`;

export const formatReference = (reference: ImageReference): string => `${repositoryName(reference)}:${reference.tag}`;

/** @throws RangeError for what is no name at all, but something else that was left in it */
function refuseLeftovers(text: string): void {
  if (/\$\{|\{\{|\$\(|\$[A-Za-z_]/.test(text)) {
    throw new RangeError(
      `"${text}" still has a placeholder in it, which nobody fills in here; write an expression of the workflow, such as $\{{ github.sha }}`,
    );
  }
  if (/\S\s+\S/.test(text)) throw new RangeError(`"${text}" has a blank in it; write one name per line, or commas between them`);
}

/** @param text what the user wrote, for messages */
function readName(name: string, text: string): ImageName {
  refuseLeftovers(text);
  const { registry, repository } = splitRegistry(name);
  refuseBadHost(text, registry);
  const badComponent = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (badComponent !== undefined) throw new RangeError(`"${text}" ${whyBadComponent(badComponent)}`);
  if (`${registry}/${repository}`.length > LONGEST_NAME) {
    throw new RangeError(`"${text}" is too long; registry and repository together have at most ${LONGEST_NAME} characters`);
  }
  return { registry, repository };
}

/** A colon after the last slash starts the tag; one before it belongs to the registry's port. */
function splitTag(text: string): { name: string; tag: string } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  return colon < 0 ? { name: text, tag: 'latest' } : { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** The first component is a registry when it could not be a path: it has a dot or a port, or is `localhost`. */
function splitRegistry(name: string): { registry: string; repository: string } {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first.toLowerCase() === 'localhost')) {
    return { registry: first.toLowerCase(), repository: rest.join('/') };
  }
  return { registry: 'docker.io', repository: rest.length > 0 ? name : `library/${name}` };
}

function refuseBadHost(text: string, registry: string): void {
  const { host, port = '443' } = AUTHORITY.exec(registry)?.groups ?? {};
  const goodHost = host !== undefined && (host.startsWith('[') || host.split('.').every((label) => HOST_LABEL.test(label)));
  if (!goodHost || Number(port) < 1 || Number(port) > 65_535) {
    throw new RangeError(`"${text}" has no valid registry in "${registry}"; write host or host:port, without https://`);
  }
}

function whyBadComponent(component: string): string {
  if (component === '') return 'has an empty part in its name';
  if (component !== component.toLowerCase()) return `has upper-case letters in "${component}"; repository names are lower case`;
  return `has "${component}" in its name; allowed are a-z and 0-9, joined by ".", "_", "__" or "-"`;
}
