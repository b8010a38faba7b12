import { UserError } from '../../kernel/errors.js';
import type { BuildEffects } from '../effects.js';
import { contentsInRegistry } from '../publish/publish.js';
import { Registries, SHORT_LIMITS } from '../publish/registries.js';
import { parseReference } from '../reference.js';
import { readManifest } from '../registry/manifest.js';
import { sameMachine, serves, wrongPlatform } from './compare.js';
import { contentsByPlatform, type PlatformContents } from './require-platforms.js';
import type { UsedBase } from './used-bases.js';

/** What a base image turned out to be. */
type Looked =
  /** An index: the engine takes the part for the platform of the stage, or fails. Its parts are read where that may be the wrong one. */
  | { readonly kind: 'several'; parts(): Promise<PlatformContents[]> }
  | { readonly kind: 'one'; readonly image: PlatformContents }
  | { readonly kind: 'unknown'; readonly why: string };

/** What was asked for, and what came out. */
interface Comparison {
  readonly asked: readonly string[];
  /** Empty when that cannot be looked at. */
  readonly built: readonly PlatformContents[];
  /** Whether a stage that ships is built for the builder's platform. */
  readonly ofBuilder: boolean;
}

/**
 * Compares the images that were built with the base images that they were built from. A base image of a single platform serves every platform its files, and
 * the result claims to be what it is not.
 * @throws UserError naming the base image
 */
export async function refuseForeignBases(
  bases: readonly UsedBase[],
  comparison: Comparison,
  effects: BuildEffects,
): Promise<void> {
  const registries = new Registries(effects);
  const problems = await Promise.all(
    [...Map.groupBy(bases, ({ image, digest }) => `${image}@${digest ?? ''}`).values()].map(async (uses) => {
      const [base] = uses as [UsedBase, ...UsedBase[]];
      const stages = uses.flatMap(({ platform }) => platform ?? []);
      return problemOf(base, stages, await look(base, registries, effects), comparison, effects);
    }),
  );
  const found = problems.flatMap((problem) => problem ?? []);
  if (found.length > 0) throw new UserError('image-of-wrong-platform', wrongPlatform(found));
}

async function look({ image, digest }: UsedBase, registries: Registries, effects: BuildEffects): Promise<Looked> {
  try {
    const { tag, ...name } = parseReference(image);
    const repository = await registries.repository(name, SHORT_LIMITS, 'pull');
    const manifest = await repository.manifest(digest ?? tag, effects.signal);
    if (manifest === undefined) return { kind: 'unknown', why: 'its registry does not have it' };
    const contents = contentsInRegistry(manifest, repository, effects.signal);
    if (readManifest(manifest).manifests !== undefined) return { kind: 'several', parts: () => contentsByPlatform(contents) };
    return { kind: 'one', image: await only(contents) };
  } catch (error) {
    return { kind: 'unknown', why: whyUnknown(error, effects.signal) };
  }
}

/** @throws what is no fault of a registry */
function whyUnknown(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (!(error instanceof UserError || error instanceof RangeError)) throw error;
  return error.message.split('\n')[0] ?? '';
}

const only = async (contents: Parameters<typeof contentsByPlatform>[0]): Promise<PlatformContents> =>
  (await contentsByPlatform(contents))[0] as PlatformContents;

async function problemOf(
  base: UsedBase,
  stages: readonly string[],
  looked: Looked,
  comparison: Comparison,
  { signal }: BuildEffects,
): Promise<string | undefined> {
  const { image } = base;
  const { built } = comparison;
  switch (looked.kind) {
    case 'several': {
      // Each part of a base image is another request, and Docker Hub counts them: only where the images look alike.
      const suspects = suspected(comparison);
      if (suspects.length === 0) return undefined;
      try {
        return wrongPart(image, suspects, await looked.parts());
      } catch (error) {
        return unknownBase(base, stages, whyUnknown(error, signal), comparison);
      }
    }
    case 'one': {
      const { platform, layers } = looked.image;
      if (platform === '') return undefined;
      // For which stages a named context was used is not said; what it left in the image tells.
      const using = stages.length > 0 ? stages : built.filter((one) => startsWith(one.layers, layers)).map((one) => one.platform);
      const foreign = [...new Set(using)].filter((one) => one !== '' && !serves(platform, one));
      return foreign.length === 0
        ? undefined
        : `Base image ${image} is for ${platform} alone, and it is built on for ${foreign.join(', ')}.`;
    }
    case 'unknown':
      return unknownBase(base, stages, looked.why, comparison);
  }
}

/** Images that may stand on the part of a base image that is for another platform. */
const suspected = ({ built, ofBuilder }: Comparison): readonly PlatformContents[] =>
  built.length === 1 && ofBuilder
    ? built
    : built.filter(({ platform }) => sharedLowest(built).some((group) => group.includes(platform)));

/** @param parts of the base image */
function wrongPart(image: string, suspects: readonly PlatformContents[], parts: readonly PlatformContents[]): string | undefined {
  const wrong = suspects.flatMap(({ platform, layers }) => {
    const under = parts.filter((part) => part.platform !== '' && startsWith(layers, part.layers));
    return under.length === 0 || under.some((part) => serves(part.platform, platform))
      ? []
      : [`the image for ${platform} stands on its part for ${under[0]?.platform}`];
  });
  return wrong.length === 0 ? undefined : `Base image ${image}: ${wrong.join(', and ')}.`;
}

function unknownBase(
  { image, ofStage }: UsedBase,
  stages: readonly string[],
  why: string,
  { asked, built, ofBuilder }: Comparison,
): string | undefined {
  const several = stages.length > 0 ? stages : asked;
  const [lowest] = sharedLowest(built.filter(({ platform }) => several.some((one) => sameMachine(one, platform))));
  const unlooked = `Base image ${image} could not be looked at (${why})`;
  if (lowest !== undefined) return `${unlooked}, and the images for ${lowest.join(' and ')} start with the same layer.`;
  return ofBuilder && ofStage && built.length === 1
    ? `${unlooked}, and a stage that ships is built for the builder's platform, whatever is asked for.`
    : undefined;
}

const startsWith = (layers: readonly string[], lower: readonly string[]): boolean =>
  lower.length > 0 && lower.every((layer, index) => layers[index] === layer);

/** Groups of platforms for different machines whose images have the lowest layer in common. */
function sharedLowest(built: readonly PlatformContents[]): string[][] {
  const groups = Map.groupBy(
    built.filter(({ layers }) => layers.length > 0),
    ({ layers }) => layers[0],
  );
  return [...groups.values()]
    .map((group) => group.map(({ platform }) => platform))
    .filter(([first = '', ...others]) => others.some((other) => !sameMachine(first, other)));
}
