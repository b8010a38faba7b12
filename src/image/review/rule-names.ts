import { nearest } from '../../kernel/nearest.js';
import { WRONG_PLATFORM } from '../platforms/compare.js';
import { SECRET_IN_INPUT } from '../secret-values.js';
import { LITERAL_SECRET } from './literal-secrets.js';

/** Our own rules, of Dockerfiles and of Compose files. */
export const OWN_RULES = [
  ...['AptListsKept', 'BaseImageEndOfLife', 'BaseImageInvalid', 'BaseImageLatest', 'BaseImageWithoutDigest', 'BuildToolsInImage'],
  ...['CertificatesInContext', 'DatabasePortPublished', 'DependsOnWithoutHealth', 'DevDependenciesInImage', 'FloatingTag'],
  ...['InstallPastLock', 'KeyInContext', 'LiteralPassword', 'NoCacheMount', 'NoDockerignore', 'NoHealthcheck'],
  ...['PublicVariableAtRunTime', 'RootUser', 'SourceBeforeInstall', 'UnknownStage', 'UnusedBuildArg'],
  ...[LITERAL_SECRET, SECRET_IN_INPUT],
];

/** docs.docker.com/reference/build-checks. */
const BUILDKIT_CHECKS = [
  ...['ConsistentInstructionCasing', 'CopyIgnoredFile', 'DuplicateStageName', 'ExposeInvalidFormat', 'ExposeProtoCasing'],
  ...['FromAsCasing', 'FromPlatformFlagConstDisallowed', 'InvalidDefaultArgInFrom', 'InvalidDefinitionDescription'],
  ...['JSONArgsRecommended', 'LegacyKeyValueFormat', 'MaintainerDeprecated', 'MultipleInstructionsDisallowed'],
  ...['NoEmptyContinuation', 'RedundantTargetPlatform', 'ReservedStageName', 'SecretsUsedInArgOrEnv', 'StageNameCasing'],
  ...['UndefinedArgInFrom', 'UndefinedVar', 'WorkdirRelativePath', WRONG_PLATFORM],
];

/** hadolint's own, and those of ShellCheck. */
const OF_HADOLINT = /^(DL|SC)\d{4}$/;

/** @returns what is said of a rule that none of the reviews has; undefined when one has it */
export function unknownRule(ignored: string): string | undefined {
  const [rule = ''] = ignored.split(':', 1);
  const known = [...OWN_RULES, ...BUILDKIT_CHECKS];
  if (known.includes(rule) || OF_HADOLINT.test(rule)) return undefined;
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]));
  const meant = byLowerCase.get(nearest(rule, [...byLowerCase.keys()]) ?? '');
  return `"${rule}" is no rule of this review, of BuildKit's checks or of hadolint${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
