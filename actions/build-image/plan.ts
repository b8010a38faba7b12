import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readAttributes } from '../../src/image/bake/attributes.js';
import type { BuildPlan, BuildSecret } from '../../src/image/build-plan.js';
import { withBuilderId } from '../../src/image/builder-id.js';
import type { CheckedOut } from '../../src/image/commit-time.js';
import { type BuildEvent, readEvent } from '../../src/image/event.js';
import { gitTokens } from '../../src/image/git-token.js';
import { type Naming, nameImages } from '../../src/image/names/naming.js';
import { ofCheckout } from '../../src/image/names/of-checkout.js';
import { type ImageReference, parseGivenName } from '../../src/image/reference.js';
import type { OwnLabels } from '../../src/image/review/own-labels.js';
import type { WantedOutputs } from '../../src/image/wanted-outputs.js';
import type { Inputs } from '../../src/kernel/define.js';
import type { Environment } from '../../src/kernel/environment.js';
import { UserError } from '../../src/kernel/errors.js';
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
  /** Labels that the Dockerfile sets itself. */
  readonly labelled: OwnLabels;
  readonly commit: CheckedOut | undefined;
  readonly naming: Naming;
}

/**
 * What the inputs and the event ask for.
 * @throws UserError when there is no name for the image
 */
export function planBuild(inputs: Given, environment: Environment, { file, labelled, commit, naming }: Surroundings): BuildPlan {
  const { context } = inputs;
  const { outputs, pushes } = wantedOf(inputs);
  const own = new Set(namesOf(inputs.labels));
  const given = inputs.tags?.kind === 'names' ? inputs.tags.names : namesIn(outputs, pushes);
  return {
    context,
    file,
    target: inputs.target,
    ...askedOfAll(inputs, environment),
    labels: [...labelsFrom(naming, { has: (name) => labelled.has(name) || own.has(name) }), ...(inputs.labels ?? [])],
    tags: given ?? namesFrom(naming, pushes),
    secrets: [...givenSecrets(inputs), ...gitTokens(inputs.githubToken, urlsOf(inputs), givenSecrets(inputs), environment)],
    cgroupParent: inputs.cgroupParent,
    outputs,
    pushes,
    sourceDateEpoch: inputs.reproducible ? epochOf(readEvent(environment, commit?.sha), commit, environment) : undefined,
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
    'dockerfile-missing',
    `There is no Dockerfile in ${relative(workspace, context) || 'the root of the workspace'}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`,
  );
}

const namesOf = (assignments: readonly string[] = []): string[] => assignments.map((text) => text.slice(0, text.indexOf('=')));

/** @param labelled labels that the image has already */
export const labelsFrom = ({ labels }: Naming, labelled: OwnLabels): string[] =>
  Object.entries(labels)
    .filter(([name]) => !labelled.has(name))
    .map(([name, value]) => `${name}=${value}`);

/**
 * How the images of the step are called, by the inputs and the event.
 * @throws UserError when a rule of `tags` or `flavor` cannot be applied
 */
export function namingOf(inputs: Given, commit: CheckedOut | undefined, nowMs: number, environment: Environment): Naming {
  try {
    const event = readEvent(environment, commit?.sha);
    // What the engine fetches is of the event, whatever lies in the workspace.
    const built = inputs.context.kind === 'directory' ? ofCheckout(event, commit) : { event, notes: [] };
    const naming = nameImages(inputs, { event: built.event, commit, nowMs });
    return { ...naming, notes: [...built.notes, ...naming.notes] };
  } catch (error) {
    throw error instanceof RangeError ? new UserError('tag-rule-invalid', `Input \`tags\`: ${error.message}.`) : error;
  }
}

/** The names that `outputs` gives to the image. Where nothing is pushed, those of archives count too, and none is derived beside them. */
function namesIn({ names, others }: WantedOutputs, pushes: boolean): readonly ImageReference[] | undefined {
  if (names.length > 0) return names.map(parseGivenName);
  return !pushes && others.some((one) => readAttributes(one).name !== undefined) ? [] : undefined;
}

/** @throws UserError when the event gives no name or no tag */
function namesFrom(naming: Naming, pushes: boolean): readonly ImageReference[] {
  const references = naming.references(naming.repositories);
  if (references.length > 0 || !pushes) return references;
  if (naming.repositories.length > 0) {
    throw new UserError(
      'image-name-missing',
      `The image has no name to be pushed to: ${naming.whyNoTag}.\n` +
        'Give `tags` a name such as ghcr.io/owner/app:1.2.3, or rules that this event has something for, such as type=ref,event=branch or type=sha.',
    );
  }
  throw new UserError(
    'image-name-missing',
    `The image has no name to be pushed to: \`tags\` names none, and ${naming.whyNone ?? '`images` names none'}.\n` +
      'Give `tags`, such as ghcr.io/owner/app:1.2.3, or `images`.',
  );
}

/** @throws UserError when SOURCE_DATE_EPOCH is set to something else than a time */
export function epochOf({ committedAt }: BuildEvent, commit: CheckedOut | undefined, { variables }: Environment): number {
  const given = variables.SOURCE_DATE_EPOCH;
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  if (given)
    throw new UserError(
      'source-date-epoch-invalid',
      `SOURCE_DATE_EPOCH is "${given}"; it must be a number of seconds since 1970.`,
    );
  return commit?.committedAt ?? committedAt ?? 0;
}
