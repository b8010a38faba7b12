/** What is known of a registry's no: from its own answer, or from the engine's words for it, which leave out one or the other. */
export interface Refused {
  readonly status: number | undefined;
  /** As the distribution specification writes it: `DENIED`. */
  readonly code: string | undefined;
  readonly message: string;
}

interface Kind {
  readonly fits?: (refused: Refused) => boolean;
  readonly statuses?: readonly number[];
  readonly codes?: readonly string[];
  readonly words?: RegExp;
  readonly meaning: (name: string, what: string) => string;
}

/**
 * What is about who pushes, and not about the image, whatever other words stand in it. AWS names its policies, Artifactory the tag that may not be overwritten.
 * Wordings: ECR "authorization token has expired", ACR "client with IP '…' is not allowed access", Docker Hub "access token has insufficient scopes", ghcr.io
 * "does not match expected scopes" and "installation not allowed to Write organization package", Artifactory "needs DELETE permission" and MANIFEST_INVALID with 403.
 */
const OF_USERS: readonly Kind[] = [
  {
    words: /token (has )?expired|credentials? (has |have )?expired/i,
    meaning: (name, what) =>
      `The login for ${registryOf(name)} has ended, so this step could not ${what}.\nLog in right before this step: tokens of cloud registries hold for hours at most.`,
  },
  {
    words: /client with ip|aka\.ms\/acr\/firewall|\bip (address )?\S+ .*not (allowed|permitted)/i,
    meaning: (name, what) =>
      `${registryOf(name)} lets only certain networks in, and this runner is in none of them, so this step could not ${what}.\nAdd the runner's address to its rules, or use a runner inside.`,
  },
  {
    words: /insufficient scopes|match expected scopes/i,
    meaning: (name, what) =>
      `The token for ${registryOf(name)} has not the scope that it takes to ${what} in ${name}.\nMake one that may write (Docker Hub: Read & Write; ghcr.io: write:packages, or github.token with \`permissions: packages: write\`).`,
  },
  {
    words: /installation not allowed to (create|write)|permission_denied: (write|create)_package/i,
    meaning: (name, what) =>
      `The token of this job may not ${what} in ${name}.\nThe job needs \`permissions: packages: write\`, and the package's settings must let this repository write (Manage Actions access); a GitHub App's token can't.`,
  },
  {
    fits: ({ status, code, message }) =>
      /needs delete permission|permissions? to (delete\/)?overwrite/i.test(message) ||
      (code === 'MANIFEST_INVALID' && status === 403),
    meaning: (name, what) =>
      `${name}: the registry did not let this step ${what}: the tag exists, and this user may not overwrite it.\nGive each build a tag of its own, or let the user delete and overwrite there.`,
  },
  {
    codes: ['REGISTRY_DISALLOWED_OPERATION'],
    words: /operation is disallowed/i,
    meaning: (name, what) =>
      `${name}: the registry does not let anybody ${what} at the moment: the tag, the repository or the whole registry is locked.\nGive each build a tag of its own, or take the lock off (\`az acr repository update --write-enabled true\`).`,
  },
];

/** Said of rights in words that other refusals have too. */
const IS_OF_RIGHTS = /is not authorized to perform|not permitted to (deploy|push|write)|permission "?[\w.]+"? denied/i;

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
      /quota|upper limit|contains \d+ repositories, limit is|maximum allowed package|storage (limit|resource)|insufficient (storage|space)|(storage|space).*exceed|exceed.*\b(storage|limit of [\d.]+ ?[kmgt]i?b)\b|no space left/i,
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
      /^unsupported$|operation is unsupported|pull.?through|proxy (cache|project|repository)|virtual repository|default deployment|repository configured for deployment|\b(is|as) a mirror\b|mirrored\b|read.?only(?! ?(access|role|permission|account|user|token))/i,
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
    codes: ['NAME_INVALID'],
    words: /invalid repository name|repository path/i,
    meaning: (name, what) =>
      `${registryOf(name)} takes no repository called ${name.slice(name.indexOf('/') + 1)}, so this step could not ${what}.\n` +
      'Docker Hub takes OWNER/NAME and no deeper path, GitLab the path of a project first. Correct the name in `tags` or `images`.',
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
  const fits = ({ fits: own, statuses = [], codes = [], words }: Kind) =>
    own?.({ status, code, message }) ||
    (status !== undefined && statuses.includes(status)) ||
    (code !== undefined && codes.includes(code)) ||
    words?.test(message);
  const kinds = IS_OF_RIGHTS.test(message) ? OF_USERS : [...OF_USERS, ...KINDS];
  return kinds.find(fits)?.meaning(name, what);
}

/** What is wrong with a login that the registry has read: 401 says no more than that it was not enough. */
export const meaningOfLogin = (message: string, name: string, what: string): string | undefined =>
  OF_USERS.find(({ words }) => words?.test(message))?.meaning(name, what);

const registryOf = (name: string): string => name.split('/')[0] ?? name;
