import type { BuildSecret } from '../../src/image/build-plan.js';
import type { AskedTags } from '../../src/image/names/naming.js';
import { annotationsIn, secretsInImage, secretValue } from '../../src/image/secret-values.js';
import { hasPassword } from '../../src/image/written-credentials.js';
import type { Environment } from '../../src/kernel/environment.js';
import { asSentence } from '../../src/kernel/sentence.js';
import { asksForBake, bakeConflicts } from './bake/conflicts.js';
import { BY_TOKEN } from './hidden.js';
import { type GivenNames, namingConflicts } from './naming-conflicts.js';
import { type GivenOutputs, outputConflicts, pushesOf, unowned } from './output-conflicts.js';
import { type GivenSources, sourceConflicts } from './source-conflicts.js';

/** The inputs that have something to do with each other; those that did not parse are missing. */
interface Given extends GivenSources, Omit<GivenOutputs, 'tags'>, GivenNames {
  readonly tags?: AskedTags | undefined;
  readonly secrets?: readonly BuildSecret[] | undefined;
  readonly 'secret-envs'?: readonly BuildSecret[] | undefined;
  readonly 'secret-files'?: readonly BuildSecret[] | undefined;
  readonly 'build-args'?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly registry?: string | undefined;
  readonly 'github-token'?: string | undefined;
  readonly reproducible?: boolean;
  readonly set?: readonly string[] | undefined;
  readonly 'context-outside-workspace'?: boolean;
  readonly 'review-ignore'?: readonly string[] | undefined;
  readonly 'max-size'?: number | undefined;
  readonly 'max-growth'?: unknown;
}

/** What no single input can know. @returns one text per problem */
export const conflicts = (given: Given, environment: Environment): string[] => [
  ...(pushesOf(namesOnly(given)) ? unowned('tags', namesOnly(given).tags ?? []) : []),
  ...(asksForBake(given) ? bakeConflicts(given) : missingFiles(given)),
  ...outside(given),
  ...sourceConflicts(given, environment),
  ...settingsOfNothing(given),
  ...halfLogins(given),
  ...repeatedSecrets(given),
  ...leakedSecrets(given, environment),
  ...publishedPasswords(given),
  ...outputConflicts(namesOnly(given), environment.workspace),
  ...namingConflicts(given),
  ...contradictions(given),
];

/** What `tags` names; rules name nothing yet. */
const namesOnly = (given: Given) => ({ ...given, tags: given.tags?.kind === 'names' ? given.tags.names : undefined });

/** The Dockerfile of a remote context is there and not here. */
const missingFiles = ({ context, file = [] }: Given): string[] => {
  const problems = context?.kind === 'remote' ? [] : file.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const several = file.length > 1 ? ['one Dockerfile can be built at a time'] : [];
  return [...problems, ...several].map((problem) => `Input \`file\`: ${asSentence(problem)}`);
};

const settingsOfNothing = (given: Given): string[] =>
  given.set !== undefined && !asksForBake(given)
    ? ['Input `set` changes what a bake or Compose file says, and none is built: name it with `file`, or leave `set` out.']
    : [];

const outside = ({ context, 'context-outside-workspace': isMeant }: Given): string[] =>
  context?.kind === 'directory' && context.outside !== undefined && !isMeant
    ? [
        `Input \`context\`: "${context.outside}" lies outside the workspace, and everything in it can be copied into the image. Say \`context-outside-workspace: true\` if that is meant.`,
      ]
    : [];

const halfLogins = ({ username, password, registry }: Given): string[] => {
  if ((username === undefined) !== (password === undefined)) {
    return [
      `Inputs \`username\` and \`password\` go together; \`${username === undefined ? 'username' : 'password'}\` is missing.`,
    ];
  }
  return registry !== undefined && username === undefined ? ['Input `registry` needs `username` and `password`.'] : [];
};

const allSecrets = (given: Given): readonly BuildSecret[] => [
  ...(given.secrets ?? []),
  ...(given['secret-envs'] ?? []),
  ...(given['secret-files'] ?? []),
];

const repeatedSecrets = (given: Given): string[] => {
  const ids = allSecrets(given).map(({ id }) => id);
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...repeated].map((id) => `The secret "${id}" is given more than once.`);
};

const leakedSecrets = (given: Given, { variables }: Environment): string[] => {
  const values = allSecrets(given).map((secret) => secretValue(secret, variables));
  const known = [...values, given.password ?? '', given['github-token'] ?? ''];
  // A bare name takes its value from the environment.
  const buildArgs = (given['build-args'] ?? []).map((text) => (text.includes('=') ? text : `${text}=${variables[text] ?? ''}`));
  return secretsInImage(
    [
      { input: 'build-args', values: buildArgs },
      { input: 'labels', values: given.labels ?? [] },
      { input: 'annotations', values: given.annotations ?? [] },
      { input: 'outputs', values: annotationsIn(given.outputs ?? []) },
    ],
    known,
    given['review-ignore'] ?? [],
  );
};

/** Provenance holds the addresses that an image was built from, as they are written. */
const publishedPasswords = (given: Given): string[] => {
  const isAttested =
    (given.provenance ?? 'false') !== 'false' || (given.attests ?? []).some((one) => /\btype=provenance\b/.test(one));
  const { context } = given;
  const written = [
    ...(context?.kind === 'remote' && hasPassword(context.url) ? ['context'] : []),
    ...((given['build-contexts'] ?? []).some(hasPassword) ? ['build-contexts'] : []),
  ];
  return isAttested
    ? written.map(
        (input) => `Input \`${input}\`: an address in it holds a password, and \`provenance\` would publish it. ${BY_TOKEN}`,
      )
    : [];
};

/** The highest level of gzip, also where none is named (compress/flate); zstd goes further. */
const GZIP_LEVELS = 9;

const contradictions = (given: Given): string[] => [
  ...((given['compression-level'] ?? 0) > GZIP_LEVELS &&
  given.compression !== 'zstd' &&
  !(given.outputs ?? []).some((one) => /\bcompression=zstd\b/.test(one))
    ? [
        `Input \`compression-level\` is ${given['compression-level']}, and ${given.compression ?? 'gzip'} ends at ${GZIP_LEVELS}. Take a lower one, or \`compression: zstd\`.`,
      ]
    : []),
  ...(given.compression === 'uncompressed' && given['compression-level'] !== undefined
    ? ['Inputs `compression: uncompressed` and `compression-level` exclude each other: leave the level out.']
    : []),
  ...(given.reproducible && given.provenance !== undefined && given.provenance !== 'false'
    ? ['Inputs `reproducible` and `provenance` exclude each other: provenance holds the time of the build.']
    : []),
  ...(given.call !== undefined && given.call !== 'build' && (given.push || given.load || (given.outputs ?? []).length > 0)
    ? [`Input \`call: ${given.call}\` builds nothing, so there is nothing to push, load or write.`]
    : []),
  ...((given['max-size'] !== undefined || given['max-growth'] !== undefined) && pushesOf(namesOnly(given)) === false
    ? ['Inputs `max-size` and `max-growth` judge what is pushed, and nothing is: say `push: true`, or leave them out.']
    : []),
];
