import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Inputs } from '../../src/action/define.js';
import type { Environment } from '../../src/action/environment.js';
import { UserError } from '../../src/action/errors.js';
import { readAttributes } from '../../src/image/bake/attributes.js';
import type { BuildPlan, BuildSecret } from '../../src/image/build-plan.js';
import { withBuilderId } from '../../src/image/builder-id.js';
import { deriveLabels, deriveName, deriveTags, withTags } from '../../src/image/derive-names.js';
import { type BuildEvent, readEvent } from '../../src/image/event.js';
import { gitTokens } from '../../src/image/git-token.js';
import { type ImageReference, parseGivenName, parseName } from '../../src/image/reference.js';
import type { WantedOutputs } from '../../src/image/wanted-outputs.js';
import type { buildImage as definition } from './action.js';
import { wantedOf } from './wanted.js';

type Given = Inputs<typeof definition>;

/**
 * The Dockerfile to build.
 * @returns its absolute path, or its path within a remote context; undefined for the default of that
 * @throws UserError when the context has none
 */
export function dockerfileOf({ context, file: [file] = [] }: Given, environment: Environment): string | undefined {
  return context.kind === 'directory' ? (file?.path ?? dockerfileIn(context.path, environment)) : file?.given;
}

/** What the repository says besides the inputs. */
export interface Surroundings {
  /** From `dockerfileOf`. */
  readonly file: string | undefined;
  /** Names of labels that the Dockerfile sets itself. */
  readonly labelled: ReadonlySet<string>;
  /** Of the commit that is checked out, in seconds since the epoch. */
  readonly commitTime: number | undefined;
}

/**
 * What the inputs and the event ask for.
 * @throws UserError when there is no name for the image
 */
export function planBuild(inputs: Given, environment: Environment, { file, labelled, commitTime }: Surroundings): BuildPlan {
  const event = readEvent(environment);
  const { context } = inputs;
  const { outputs, pushes } = wantedOf(inputs);
  const derived = inputs.tags === undefined ? deriveTags(event) : [];
  const version = derived.find((tag) => !tag.startsWith('sha-'));
  return {
    context,
    file,
    target: inputs.target,
    ...askedOfAll(inputs, environment),
    labels: inputs.labels ?? labelsFrom(event, version, labelled),
    tags: inputs.tags ?? namesIn(outputs, pushes) ?? namesFrom(inputs, event, derived, pushes),
    secrets: [...givenSecrets(inputs), ...gitTokens(inputs.githubToken, urlsOf(inputs), givenSecrets(inputs), environment)],
    cgroupParent: inputs.cgroupParent,
    outputs,
    pushes,
    sourceDateEpoch: inputs.reproducible ? epochOf(event, commitTime, environment) : undefined,
  };
}

/** What the inputs say of every image that is built. */
export const askedOfAll = (inputs: Given, environment: Environment) => ({
  platforms: inputs.platforms ?? [],
  buildArgs: inputs.buildArgs ?? [],
  buildContexts: inputs.buildContexts ?? [],
  annotations: inputs.annotations ?? [],
  ssh: inputs.ssh ?? [],
  cacheFrom: inputs.cacheFrom ?? [],
  cacheTo: inputs.cacheTo ?? [],
  noCache: inputs.noCache,
  noCacheFilters: inputs.noCacheFilters ?? [],
  pull: inputs.pull,
  network: inputs.network,
  shmSize: inputs.shmSize,
  ulimit: inputs.ulimit ?? [],
  addHosts: inputs.addHosts ?? [],
  allow: inputs.allow ?? [],
  builder: inputs.builder,
  provenance: withBuilderId(inputs.provenance, environment),
  sbom: inputs.sbom,
  attests: inputs.attests ?? [],
  load: inputs.load,
  ignoredRules: inputs.reviewIgnore ?? [],
});

export const givenSecrets = ({ secrets = [], secretEnvs = [], secretFiles = [] }: Given): BuildSecret[] => [
  ...secrets,
  ...secretEnvs,
  ...secretFiles,
];

/** All that is fetched by the engine. */
const urlsOf = ({ context, buildContexts = [] }: Given): string[] => [
  ...(context.kind === 'remote' ? [context.url] : []),
  ...buildContexts.map((assignment) => assignment.slice(assignment.indexOf('=') + 1)),
];

/** As BuildKit looks for it, and then as buildah does. */
const DOCKERFILES = ['Dockerfile', 'dockerfile', 'Containerfile'];

/** @throws UserError when the context has no Dockerfile */
function dockerfileIn(context: string, { workspace }: Environment): string {
  const file = DOCKERFILES.map((name) => join(context, name)).find(existsSync);
  if (file !== undefined) return file;
  throw new UserError(
    `There is no Dockerfile in ${relative(workspace, context) || 'the root of the workspace'}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`,
  );
}

/** @param labelled names of labels that the Dockerfile sets itself */
export function labelsFrom(event: BuildEvent, version: string | undefined, labelled: ReadonlySet<string>): string[] {
  return Object.entries(deriveLabels(event, version))
    .filter(([name]) => !labelled.has(name))
    .map(([name, value]) => `${name}=${value}`);
}

/** The names that `outputs` gives to the image. Where nothing is pushed, those of archives count too, and none is derived beside them. */
function namesIn({ names, others }: WantedOutputs, pushes: boolean): readonly ImageReference[] | undefined {
  if (names.length > 0) return names.map(parseGivenName);
  return !pushes && others.some((one) => readAttributes(one).name !== undefined) ? [] : undefined;
}

/** @throws UserError when the event gives no name or no tag */
function namesFrom(inputs: Given, event: BuildEvent, derived: readonly string[], pushes: boolean): readonly ImageReference[] {
  const named = deriveName(event);
  const names = inputs.images ?? (named === undefined ? [] : [parseName(named)]);
  if (names.length > 0 && derived.length > 0) return withTags(names, derived);
  if (!pushes) return [];
  throw new UserError(
    `The image has no name to be pushed to: \`tags\` is not given, and ${names.length === 0 ? 'only on github.com does a name follow from the repository' : 'the event has no branch, tag, pull request or commit to name it after'}.\n` +
      'Give `tags`, such as ghcr.io/owner/app:1.2.3.',
  );
}

/** @throws UserError when SOURCE_DATE_EPOCH is set to something else than a time */
export function epochOf({ committedAt }: BuildEvent, commitTime: number | undefined, { variables }: Environment): number {
  const given = variables.SOURCE_DATE_EPOCH;
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  if (given) throw new UserError(`SOURCE_DATE_EPOCH is "${given}"; it must be a number of seconds since 1970.`);
  return commitTime ?? committedAt ?? 0;
}
