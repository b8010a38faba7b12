import type { ProblemCode } from '../kernel/errors.js';

/** What kind of fault it is, a text of the engine's, and what it means for the one who reads it. */
export type KnownFailure = readonly [ProblemCode, RegExp, (...groups: string[]) => string];

/** Flags of the engine whose inputs are called otherwise. */
const INPUTS: Readonly<Record<string, string>> = {
  'add-host': 'add-hosts',
  'build-arg': 'build-args',
  'build-context': 'build-contexts',
  platform: 'platforms',
  label: 'labels',
  annotation: 'annotations',
  output: 'outputs',
  secret: 'secrets',
  attest: 'attests',
  'no-cache-filter': 'no-cache-filters',
};

const inputOf = (flag: string): string => INPUTS[flag] ?? flag;

/**
 * What the engine does not take of what it is told. What can be known earlier is refused earlier. Flags, the SSH agent, contexts, caches, an empty Dockerfile and an
 * address that can't be fetched are in the words of buildx 0.29; the others were not seen on an engine.
 */
export const SETTING_FAILURES: readonly KnownFailure[] = [
  [
    'build-setting-refused',
    /invalid argument ".*" for "(?:-\w, )?--([\w-]+)" flag: (.*?) *$/,
    (flag, why) =>
      `The engine does not take what input \`${inputOf(flag)}\` says: ${why}.\nCorrect it; docs/reference.md has an example of each input.`,
  ],
  [
    'build-setting-refused',
    /granting entitlement (\S+) is not allowed/,
    (right) =>
      `BuildKit does not grant \`allow: ${right}\`: its own configuration must permit it.\nMake the builder with \`buildkitd-flags: --allow-insecure-entitlement ${right}\` (docker/setup-buildx-action), or leave it out.`,
  ],
  [
    'build-setting-refused',
    /unknown entitlement (\S+)/,
    (right) => `Input \`allow\`: this engine knows no right "${right}".\nCorrect it, or update buildx.`,
  ],
  [
    'build-setting-refused',
    /invalid empty ssh agent socket/,
    () =>
      'Input `ssh` means the SSH agent of this job, and there is none (SSH_AUTH_SOCK is not set).\nStart one in a step before this one, or write `default=path` of a key.',
  ],
  [
    'build-context-missing',
    /failed to get build context (\S+): stat (\S+): no such file/,
    (name, path) =>
      `The context "${name}" (\`build-contexts\`, \`contexts\`) is ${path}, and there is no such directory.\nWrite it in a step before this one.`,
  ],
  [
    'build-setting-refused',
    /(\w+) cache (exporter|importer) requires (\S+)/,
    (type, way, missing) =>
      `Input \`cache-${way === 'exporter' ? 'to' : 'from'}\`: type=${type} needs ${missing}=….\nAdd it, such as type=registry,ref=ghcr.io/owner/app:cache.`,
  ],
  [
    'build-setting-refused',
    /unknown cache (exporter|importer):? "?([\w-]+)"?/,
    (way, type) =>
      `Input \`cache-${way === 'exporter' ? 'to' : 'from'}\`: this engine knows no type=${type}.\nTake type=registry, or another builder.`,
  ],
  [
    'build-setting-refused',
    /[Cc]ache export is not supported for the docker driver/,
    () =>
      "Docker's own builder with the classic image store writes no cache (`cache-to`).\nAdd docker/setup-buildx-action before this step, turn on the containerd image store, or write type=inline.",
  ],
  [
    'dockerfile-empty',
    /(?:the Dockerfile cannot be empty|file with no instructions)/,
    () => 'The Dockerfile is empty.\nDoes a step before this one write it, or does `file` name another one?',
  ],
  [
    'dockerfile-unreadable',
    /no build stage in current context/,
    () => 'The Dockerfile has an instruction before its first FROM; only ARG may stand there.\nBegin with FROM.',
  ],
  [
    'dockerfile-unreadable',
    /base name \((.*)\) should not be blank/,
    (base) =>
      `FROM ${base} names no image: its ARG has no value.\nGive it with \`build-args\`, or give the ARG a default in front of the FROM.`,
  ],
  [
    'build-setting-refused',
    /network mode "?([^" ]+)"? not supported/,
    (mode) =>
      `Input \`network\`: BuildKit has no "${mode}".\nIt is default, none or host; a network of your own is set where the builder is made.`,
  ],
  [
    'build-context-missing',
    /failed to fetch remote (\S+?):? (?:git stderr|exit status)/,
    (address) =>
      `The repository ${address} could not be fetched; what git says stands below.\nCorrect its address or, if it needs a login, give a token that may read it: \`github-token\`, or \`secrets: GIT_AUTH_TOKEN.HOST=…\`.`,
  ],
  [
    'build-context-missing',
    /repository does not contain ref (\S+?),? /,
    (ref) =>
      `The repository of the context has no branch, tag or commit "${ref}".\nCorrect what stands behind the # of its address.`,
  ],
  [
    'build-context-missing',
    /failed to read downloaded context: .*Get "([^"?]+)[^"]*": (.*?) *$/,
    (address, why) =>
      `The context ${address} could not be fetched: ${why}.\nA Git repository ends in .git; anything else is fetched as an archive.`,
  ],
];
