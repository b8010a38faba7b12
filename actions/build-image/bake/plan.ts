import { dirname, relative } from 'node:path';
import { readAttributes } from '../../../src/image/bake/attributes.js';
import { type BakeDefinition, type BakeTarget, unescapeTemplate, wantedTargets } from '../../../src/image/bake/definition.js';
import { dockerfileOfTarget, type FoundDockerfile } from '../../../src/image/bake/dockerfile.js';
import { hasProvenance, type Overrides, override } from '../../../src/image/bake/overrides.js';
import type { BakePlan, ContextPlan, TargetPlan } from '../../../src/image/bake/plan.js';
import { type Granted, missingPrivileges } from '../../../src/image/bake/privileges.js';
import { targetProblems } from '../../../src/image/bake/target-settings.js';
import { chooseTargets } from '../../../src/image/bake/which-targets.js';
import type { CheckedOut } from '../../../src/image/commit-time.js';
import { readEvent } from '../../../src/image/event.js';
import { gitTokens } from '../../../src/image/git-token.js';
import { inLowerCase } from '../../../src/image/names/lower-case.js';
import type { Naming } from '../../../src/image/names/naming.js';
import { parsePlatform, refuseRepeated } from '../../../src/image/platform.js';
import { formatReference, type ImageReference, parseGivenName, parseName, repositoryName } from '../../../src/image/reference.js';
import { ownLabels } from '../../../src/image/review/own-labels.js';
import type { ReviewedBuild } from '../../../src/image/review/stages.js';
import { annotationsIn, secretsInImage, secretValue } from '../../../src/image/secret-values.js';
import { sharedPlaces } from '../../../src/image/shared-places.js';
import { NO_OUTPUTS, sortOutputs, type WantedOutputs } from '../../../src/image/wanted-outputs.js';
import { hasPassword } from '../../../src/image/written-credentials.js';
import type { Inputs } from '../../../src/kernel/define.js';
import type { Environment } from '../../../src/kernel/environment.js';
import { Problems, UserError } from '../../../src/kernel/errors.js';
import { asSentence } from '../../../src/kernel/sentence.js';
import type { buildImage as definition } from '../action.js';
import { BY_TOKEN } from '../hidden.js';
import { askedOfAll, epochOf, givenSecrets, labelsFrom } from '../plan.js';
import { taggedByDigest, unpushedDigest, wantedBeside } from '../wanted.js';

type Given = Inputs<typeof definition>;

/** A target that others build on. */
export interface PlannedContext extends ContextPlan {
  /** All inputs are in it already. */
  readonly target: BakeTarget;
  readonly dockerfile: FoundDockerfile;
}

/** A target with what the action does with it. */
export interface PlannedTarget extends PlannedContext, TargetPlan {
  readonly publishes: boolean;
}

export interface PlannedBake extends BakePlan {
  readonly targets: readonly [PlannedTarget, ...PlannedTarget[]];
  readonly contexts: readonly PlannedContext[];
  /** What is to be said of targets that are left out. */
  readonly notes: readonly string[];
}

/** What the repository says besides the file. */
export interface BakeSurroundings {
  readonly directory: string;
  readonly environment: Environment;
  readonly commit: CheckedOut | undefined;
  readonly naming: Naming;
  /** Services of profiles that are not active. */
  readonly inactive: ReadonlySet<string>;
}

/**
 * What the file, the inputs and the event ask for.
 * @param resolved what buildx makes of the file
 * @throws UserError with everything that is wrong, target by target
 */
export function planBake(
  inputs: Given,
  resolved: BakeDefinition,
  { directory, environment, commit, naming, inactive }: BakeSurroundings,
): PlannedBake {
  const found = resolved.target ?? {};
  const { names, notes } = chooseTargets(wantedTargets(resolved), found, inactive);
  if (names.length === 0) throw new UserError('bake-nothing-to-build', nothingToBuild(inputs));
  const shared = {
    ...askedOfAll(inputs, environment),
    secrets: [...givenSecrets(inputs), ...gitTokens(inputs.githubToken, contextsIn(resolved), givenSecrets(inputs), environment)],
    sourceDateEpoch: inputs.reproducible ? epochOf(readEvent(environment, commit?.sha), commit, environment) : undefined,
  };
  const problems = new Problems();
  const surroundings = { inputs, naming, shared, directory, environment, problems };
  const targets = names.map((name) => planTarget(name, found[name] ?? {}, surroundings));
  const contexts = Object.entries(found)
    .filter(([name]) => !names.includes(name) && !isLeft(name, found, names, wantedTargets(resolved)))
    .map(([name, target]) => planContext(name, target, ofContexts(shared), surroundings));
  const places = targets.map(({ name, outputs: { others } }) => ({ by: `Target ${name}`, others }));
  for (const text of [...repeatedTags(targets), ...sharedCaches(inputs, targets), ...sharedPlaces(places, directory)])
    problems.add('targets-collide', text);
  const all = [...targets, ...contexts];
  const definition = { target: Object.fromEntries(all.map(({ name, target }) => [name, target])) };
  const hint = directoryHint(inputs, directory, environment);
  for (const text of privileges(all, { directory, environment, allow: shared.allow }))
    problems.add('bake-privilege-not-allowed', `${text}${hint}`);
  problems.throwIfAny();
  return {
    ...shared,
    directory,
    definition,
    provenance: targets.some(({ target }) => hasProvenance(target)) ? 'true' : 'false',
    targets: targets as [PlannedTarget, ...PlannedTarget[]],
    contexts,
    notes,
  };
}

/** A target that was wanted and is left out stays only where another one builds on it. */
function isLeft(
  name: string,
  found: Readonly<Record<string, BakeTarget>>,
  chosen: readonly string[],
  wanted: readonly string[],
): boolean {
  const isNeeded = Object.values(found).some(({ contexts = {} }) => Object.values(contexts).includes(`target:${name}`));
  return wanted.includes(name) && !chosen.includes(name) && !isNeeded;
}

/** What a bake or Compose file says of how a Dockerfile is to be read. */
export const reviewedTarget = ({ target, args = {}, contexts = {} }: BakeTarget): ReviewedBuild => ({
  target,
  buildArgs: Object.entries(args).map(([name, value]) => `${name}=${unescapeTemplate(value ?? '')}`),
  contexts: Object.keys(contexts),
});

/** What is about a published image is not for those that it is built on. */
const ofContexts = (shared: Omit<Overrides, 'labels'>): Overrides => ({
  ...shared,
  ...{ labels: [], annotations: [], attests: [], provenance: 'false', sbom: 'false' },
  cacheTo: shared.cacheTo.filter((cache) => cache.includes('{target}')),
});

const privileges = (targets: readonly PlannedContext[], granted: Granted): string[] =>
  targets.flatMap(({ name, target }) => {
    const missing = missingPrivileges(target, granted);
    if (missing.length === 0) return [];
    return [
      `Target ${name} asks for more than a build may do by itself: ${missing.join(', ')}. If that is meant, grant it with \`allow: ${missing.join(', ')}\`.`,
    ];
  });

/** Paths in a Compose file are meant from where it lies more often than from the workspace. */
function directoryHint({ file = [] }: Given, directory: string, { workspace }: Environment): string {
  const [own, ...others] = [...new Set(file.flatMap(({ path }) => (path === undefined ? [] : [dirname(path)])))];
  if (own === undefined || others.length > 0 || own === directory || relative(workspace, own).startsWith('..')) return '';
  return ` Paths in the file are relative to \`context\`; if they are meant from the file's own directory, set \`context: ${relative(workspace, own)}\`.`;
}

/** What every target is planned with. */
interface Surroundings {
  readonly inputs: Given;
  readonly naming: Naming;
  readonly shared: Omit<Overrides, 'labels'>;
  readonly directory: string;
  readonly environment: Environment;
  readonly problems: Problems;
}

function planTarget(name: string, found: BakeTarget, surroundings: Surroundings): PlannedTarget {
  const { inputs, naming, shared, directory, environment, problems } = surroundings;
  const sorted = attempt(name, problems, () => outputsOf(found)) ?? NO_OUTPUTS;
  const { outputs, pushes: publishes } = wantedBeside(sorted, inputs);
  const given = found.tags?.length ? found.tags : outputs.names;
  const tagsOf = () =>
    given.length > 0 ? given.map((text) => inLowerCase(text, parseGivenName)) : namesOf(name, naming, publishes);
  const tags = attempt(name, problems, tagsOf) ?? [];
  for (const text of publishes ? [...unowned(tags), ...taggedByDigest(tags, outputs)] : [])
    problems.add('image-name-invalid', `Target ${name}: ${text}`);
  for (const text of publishes || inputs.push !== undefined || inputs.call !== 'build' ? [] : unpushedDigest(outputs))
    problems.add('output-invalid', `Target ${name}: \`output\` ${text}`);
  const dockerfile = dockerfileOfTarget(name, found, directory, environment);
  const labels = inputs.labels ?? missingLabels(found, dockerfile, naming);
  const planned = planContext(name, found, { ...shared, labels }, surroundings);
  if (inputs.reproducible && hasProvenance(planned.target)) {
    problems.add(
      'not-reproducible',
      `Target ${name} asks for provenance, which holds the time of the build; \`reproducible\` excludes it.`,
    );
  }
  return { ...planned, tags, outputs, publishes };
}

function planContext(
  name: string,
  found: BakeTarget,
  given: Overrides,
  { inputs, naming, directory, environment, problems }: Surroundings,
): PlannedContext {
  const dockerfile = dockerfileOfTarget(name, found, directory, environment);
  if (dockerfile.kind === 'missing')
    problems.add('dockerfile-missing', `Target ${name}: there is no Dockerfile at ${dockerfile.path}.`);
  for (const platform of found.platforms ?? []) attempt(name, problems, () => parsePlatform(platform));
  attempt(name, problems, () => refuseRepeated(found.platforms ?? []));
  const target = override(name, found, given, environment.variables);
  for (const text of targetProblems(withoutReplaced(found, given), directory, environment))
    problems.add('bake-target-invalid', `Target ${name}: ${text}.`);
  for (const text of leaks(name, target, inputs, derivedLabels(naming), environment)) problems.add('secret-in-image', text);
  if (hasProvenance(target) && [target.context ?? '', ...Object.values(target.contexts ?? {})].some(hasPassword))
    problems.add(
      'secret-in-image',
      `Target ${name}: an address in it holds a password, and provenance would publish it. ${BY_TOKEN}`,
    );
  const shownAs = dockerfile.kind === 'file' || dockerfile.kind === 'inline' ? dockerfile.read.shownAs : undefined;
  return { name, target, dockerfile, shownAs };
}

/** Caches of the file count only where no input takes their place. */
const withoutReplaced = (target: BakeTarget, { cacheFrom, cacheTo }: Overrides): BakeTarget => ({
  ...target,
  ...(cacheFrom.length > 0 ? { 'cache-from': [] } : {}),
  ...(cacheTo.length > 0 ? { 'cache-to': [] } : {}),
});

/** @throws RangeError when two of the target's outputs contradict each other */
function outputsOf({ output = [] }: BakeTarget): WantedOutputs {
  try {
    return sortOutputs(output);
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`\`output\` ${error.message}`) : error;
  }
}

/** Takes a problem with what the file says down, and goes on to the next. */
function attempt<T>(target: string, problems: Problems, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.add('bake-target-invalid', `Target ${target}: ${asSentence(error.message)}`);
    return undefined;
  }
}

/** Names for a target that has none: the repository's, with the target's after it. */
function namesOf(target: string, naming: Naming, publishes: boolean): readonly ImageReference[] {
  if (!publishes) return [];
  const names = naming.repositories.map((name) => parseName(`${repositoryName(name)}/${target.toLowerCase()}`));
  const references = naming.references(names);
  if (references.length > 0) return references;
  const why = names.length > 0 ? ` (${naming.whyNoTag})` : naming.whyNone === undefined ? '' : ` (${naming.whyNone})`;
  throw new RangeError(
    `it has no tag to be pushed to. Give it \`tags\` (in a Compose file \`image\`), such as ghcr.io/owner/app:1.2.3, or the input \`images\`, or set \`push: false\`${why}`,
  );
}

const unowned = (tags: readonly ImageReference[]): string[] =>
  tags
    .filter(({ registry, repository }) => registry === 'docker.io' && repository.startsWith('library/'))
    .map(
      (tag) =>
        `the tag "${formatReference(tag).replace('docker.io/library/', '')}" names no registry and no owner, so it would go to Docker's own official images. Write it as ghcr.io/owner/name:tag.`,
    );

function missingLabels(target: BakeTarget, dockerfile: FoundDockerfile, naming: Naming): string[] {
  const own =
    dockerfile.kind === 'file' || dockerfile.kind === 'inline'
      ? ownLabels(dockerfile.read.content, reviewedTarget(target))
      : undefined;
  return labelsFrom(naming, { has: (name) => own?.has(name) === true || Object.hasOwn(target.labels ?? {}, name) });
}

/** All that the targets fetch, or read here. */
const contextsIn = ({ target = {} }: BakeDefinition): string[] =>
  Object.values(target).flatMap(({ context = '', contexts = {} }) => [context, ...Object.values(contexts)]);

/** What follows from the repository is public, and nobody wrote it. */
const derivedLabels = ({ labels }: Naming): Set<string> =>
  new Set(Object.entries(labels).map(([key, value]) => `${key}=${value}`));

function leaks(
  name: string,
  target: BakeTarget,
  inputs: Given,
  derived: ReadonlySet<string>,
  { variables }: Environment,
): string[] {
  const fromFile = (target.secret ?? []).map(readAttributes).flatMap(({ env = '' }) => variables[env] ?? []);
  const given = givenSecrets(inputs).map((secret) => secretValue(secret, variables));
  const known = [...fromFile, ...given, inputs.password ?? '', inputs.githubToken ?? ''];
  const pairs = (values: Readonly<Record<string, string | null>> = {}) =>
    Object.entries(values).map(([key, value]) => `${key}=${unescapeTemplate(value ?? '')}`);
  const readable = [
    { input: 'args', values: pairs(target.args) },
    { input: 'labels', values: pairs(target.labels).filter((label) => !derived.has(label)) },
    { input: 'annotations', values: (target.annotations ?? []).map(unescapeTemplate) },
    { input: 'output', values: annotationsIn(target.output ?? []) },
  ];
  return secretsInImage(readable, known, inputs.reviewIgnore ?? []).map((text) => text.replace('Input ', `Target ${name}, `));
}

function repeatedTags(targets: readonly PlannedTarget[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { name, tags, outputs, publishes } of targets) {
    for (const tag of new Set(publishes && !outputs.byDigest ? tags.map(formatReference) : []))
      owners.set(tag, [...(owners.get(tag) ?? []), name]);
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(
      ([tag, names]) =>
        `The targets ${names.join(' and ')} have the same tag ${tag}, so only one of them could have it. Give each its own, or name one with \`targets\`. What is one image has one \`build\`, word for word.`,
    );
}

/** What one target writes, the next one would overwrite. */
function sharedCaches({ cacheTo = [] }: Given, targets: readonly PlannedTarget[]): string[] {
  if (targets.length < 2) return [];
  return cacheTo
    .filter((cache) => !cache.includes('{target}') && !/^(type=)?inline$/.test(cache))
    .map(
      (cache) =>
        `Input \`cache-to\`: ${targets.length} targets would write "${cache}", each over the one before. Give each its own with {target}, such as type=gha,scope={target}.`,
    );
}

const nothingToBuild = ({ targets, file = [] }: Given): string => {
  const where = file.length === 0 ? 'The bake or Compose file' : file.map(({ given }) => given).join(', ');
  return targets === undefined
    ? `${where} names nothing to build: no target, or no service with \`build:\`.`
    : `\`targets: ${targets.join(', ')}\` is nothing to build in ${where}: the group is empty.`;
};
