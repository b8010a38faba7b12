import { UserError } from '../../action/errors.js';
import type { BuildEffects } from '../effects.js';
import { contentsInRegistry } from '../publish/publish.js';
import { Registries, SHORT_LIMITS } from '../publish/registries.js';
import { parseReference } from '../reference.js';
import { readManifest } from '../registry/manifest.js';
import { sameMachine, wrongPlatform } from './compare.js';
import { contentsByPlatform, type PlatformContents } from './require-platforms.js';
import type { UsedBase } from './used-bases.js';

/** What a base image turned out to be. */
type Looked =
  /** An index: the engine takes the part that it needs, or fails. */
  | { readonly kind: 'several' }
  | { readonly kind: 'one'; readonly image: PlatformContents }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Compares the images that were built with the base images that they were built from. A base image of a single platform serves every platform its files, and
 * the result claims to be what it is not.
 * @param asked platforms that were asked for
 * @param built what came out; empty when that cannot be looked at
 * @throws UserError naming the base image
 */
export async function refuseForeignBases(
  bases: readonly UsedBase[],
  asked: readonly string[],
  built: readonly PlatformContents[],
  effects: BuildEffects,
): Promise<void> {
  const registries = new Registries(effects);
  const problems = await Promise.all(
    [...Map.groupBy(bases, ({ image, digest }) => `${image}@${digest ?? ''}`).values()].map(async (uses) => {
      const [base] = uses as [UsedBase, ...UsedBase[]];
      const stages = uses.flatMap(({ platform }) => platform ?? []);
      return problemOf(base, stages, await look(base, registries, effects), { asked, built });
    }),
  );
  const found = problems.flatMap((problem) => problem ?? []);
  if (found.length > 0) throw new UserError(wrongPlatform(found));
}

async function look({ image, digest }: UsedBase, registries: Registries, effects: BuildEffects): Promise<Looked> {
  try {
    const { tag, ...name } = parseReference(image);
    const repository = await registries.repository(name, SHORT_LIMITS, 'pull');
    const manifest = await repository.manifest(digest ?? tag, effects.signal);
    if (manifest === undefined) return { kind: 'unknown', why: 'its registry does not have it' };
    if (readManifest(manifest).manifests !== undefined) return { kind: 'several' };
    return { kind: 'one', image: await only(contentsInRegistry(manifest, repository, effects.signal)) };
  } catch (error) {
    effects.signal.throwIfAborted();
    if (!(error instanceof UserError || error instanceof RangeError)) throw error;
    return { kind: 'unknown', why: error.message.split('\n')[0] ?? '' };
  }
}

const only = async (contents: Parameters<typeof contentsByPlatform>[0]): Promise<PlatformContents> =>
  (await contentsByPlatform(contents))[0] as PlatformContents;

function problemOf(
  { image }: UsedBase,
  stages: readonly string[],
  looked: Looked,
  { asked, built }: { readonly asked: readonly string[]; readonly built: readonly PlatformContents[] },
): string | undefined {
  switch (looked.kind) {
    case 'several':
      return undefined;
    case 'one': {
      const { platform, layers } = looked.image;
      if (platform === '') return undefined;
      // For which stages a named context was used is not said; what it left in the image tells.
      const using = stages.length > 0 ? stages : built.filter((one) => startsWith(one.layers, layers)).map((one) => one.platform);
      const foreign = [...new Set(using)].filter((one) => one !== '' && !sameMachine(one, platform));
      return foreign.length === 0
        ? undefined
        : `Base image ${image} is for ${platform} alone, and it is built on for ${foreign.join(', ')}.`;
    }
    case 'unknown': {
      const several = stages.length > 0 ? stages : asked;
      const [lowest] = sharedLowest(built.filter(({ platform }) => several.some((one) => sameMachine(one, platform))));
      return lowest === undefined
        ? undefined
        : `Base image ${image} could not be looked at (${looked.why}), and the images for ${lowest.join(' and ')} start with the same layer.`;
    }
  }
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
