/** What is known of a registry's no: from its own answer, or from the engine's words for it, which leave out one or the other. */
export interface Refused {
  readonly status: number | undefined;
  /** As the distribution specification writes it: `DENIED`. */
  readonly code: string | undefined;
  readonly message: string;
}

interface Kind {
  readonly statuses?: readonly number[];
  readonly codes?: readonly string[];
  readonly words?: RegExp;
  readonly meaning: (name: string, what: string) => string;
}

/**
 * What registries refuse for good, so that asking again is no use. The first that fits counts. Wordings: ECR "cannot be overwritten because the tag is immutable",
 * Harbor "configured as immutable", Artifact Registry "Image tags are immutable", Quay "tag is immutable", Nexus "does not allow updating assets", Alibaba Cloud
 * "already exists and cannot be overwritten"; Harbor's quota "will exceed the configured upper limit"; distribution as a pull-through cache: UNSUPPORTED.
 */
const KINDS: readonly Kind[] = [
  {
    words:
      /immutab|overwrit|\b(tag|image|manifest|asset|digest)s?\b[^.]*already.?exists(?! in another)|does not allow updating|\btags? .*\b(locked|protected)\b|\b(locked|protected) tag/i,
    meaning: (name, what) =>
      `${name}: the registry did not let this step ${what}, because the tag exists and tags are immutable there.\n` +
      'Give each build a tag of its own (the commit or a new version), or push new names only; the digest is what should be deployed.',
  },
  {
    statuses: [402, 507],
    words:
      /quota|upper limit|storage (limit|resource)|insufficient (storage|space)|(storage|space).*exceed|exceed.*\b(storage|limit of [\d.]+ ?[kmgt]i?b)\b|no space left/i,
    meaning: (name, what) =>
      `The registry has no room left for ${name}, so it did not let this step ${what}.\nDelete images that nobody needs, or have its quota raised.`,
  },
  {
    statuses: [413],
    codes: ['SIZE_INVALID'],
    words: /too large|^(?!.*\bname\b).*(exceeds?|larger than) (the )?(max|allowed|limit)/is,
    meaning: (name, what) =>
      `Something of the image is larger than the registry of ${name}, or a proxy in front of it, takes at once (413), so this step could not ${what}.\n` +
      'Raise its limit (nginx: client_max_body_size), push past the proxy, or split the large step of the Dockerfile into several layers.',
  },
  {
    statuses: [415],
    codes: ['MANIFEST_INVALID', 'MANIFEST_UNVERIFIED'],
    words: /manifest invalid|media ?types?\b|unsupported manifest|manifest .*(not supported|unsupported|unrecogni[sz]ed)/i,
    meaning: (name, what) =>
      `The registry of ${name} does not take an image of this form, so it did not let this step ${what}.\n` +
      "Older ones know only Docker's own media types: set `oci-mediatypes: false`, `compression: gzip`, and leave `provenance` and `sbom` off.",
  },
  {
    statuses: [405],
    codes: ['UNSUPPORTED'],
    words:
      /^unsupported$|operation is unsupported|pull.?through|proxy (cache|project|repository)|read.?only (?!access|role|permission|account|user|token)|read.?only$/i,
    meaning: (name, what) =>
      `${name} takes no pushes, so this step could not ${what}: it is a pull-through cache, a mirror, or read-only at the moment.\nPush to the repository behind it.`,
  },
  {
    statuses: [412],
    words: /vulnerab|not signed|signature|content.?trust|polic(y|ies)\b/i,
    meaning: (name, what) =>
      `A policy of the registry of ${name} (a scan, a signature) did not let this step ${what}.\nAsk those who run it which one, or change what it found.`,
  },
  {
    codes: ['NAME_UNKNOWN'],
    words: /name (is )?(unknown|not known)|(repository|project) .*(does not exist|not found)|no such (repository|project)/i,
    meaning: (name) =>
      `${name.split('/')[0]} has no repository ${name.slice(name.indexOf('/') + 1)}, and does not make one on a push.\nCreate it first, or correct the name in \`tags\`.`,
  },
];

/**
 * @param name of the repository, with its registry
 * @param what was to be done, in words: `push the tag 1.2.3`
 * @returns what the refusal means for the one who reads it; undefined when that is not known
 */
export function meaningOf({ status, code, message }: Refused, name: string, what: string): string | undefined {
  const fits = ({ statuses = [], codes = [], words }: Kind) =>
    (status !== undefined && statuses.includes(status)) || (code !== undefined && codes.includes(code)) || words?.test(message);
  return KINDS.find(fits)?.meaning(name, what);
}
