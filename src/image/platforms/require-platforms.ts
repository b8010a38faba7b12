import { UserError } from '../../kernel/errors.js';
import type { ImageContents } from '../publish/publication.js';
import { isAttestation, platformOf, readJson, readManifest } from '../registry/manifest.js';
import { normalized, sameMachine, serves } from './compare.js';

/** An image of one platform, as far as it tells what it is for. */
export interface PlatformContents {
  readonly platform: string;
  /** Digests of the unpacked layers, the lowest first (image-spec, config.md). */
  readonly layers: readonly string[];
}

/**
 * What an image holds, by the configurations of its parts and not by what its index says of them.
 * @throws UserError when the two contradict each other
 */
export async function contentsByPlatform(contents: ImageContents): Promise<PlatformContents[]> {
  const { manifests } = readManifest(contents.root);
  if (manifests === undefined) return [await read(contents, contents.root, undefined)];
  const images = manifests.filter((descriptor) => !isAttestation(descriptor));
  return await Promise.all(
    images.map(async (descriptor) => {
      const manifest = await contents.part(descriptor.digest);
      if (manifest === undefined) throw new Error(`${contents.root.digest} names ${descriptor.digest}, which is not there.`);
      return read(contents, manifest, platformOf(descriptor));
    }),
  );
}

/** The parts of an image's configuration that we read (image-spec, config.md). */
interface ImageConfig {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
}

async function read(
  contents: ImageContents,
  manifest: ImageContents['root'],
  listed: string | undefined,
): Promise<PlatformContents> {
  const { config } = readManifest(manifest);
  const about = config === undefined ? {} : (readJson(await contents.text(config)) as ImageConfig);
  const own = [about.os, about.architecture, about.variant].filter(Boolean).join('/');
  if (listed !== undefined && own !== '' && !serves(own, listed)) {
    throw new UserError(
      'image-of-wrong-platform',
      `The image that the engine lists for ${listed} says of itself that it is for ${own}.\nBuild each platform by itself, or use another engine.`,
    );
  }
  return { platform: listed ?? own, layers: about.rootfs?.diff_ids ?? [] };
}

/**
 * Compares what was asked for with what is there.
 * @throws UserError naming the platforms that are missing
 */
export function requirePlatforms(asked: readonly string[], built: readonly PlatformContents[]): void {
  const found = built.map(({ platform }) => platform).filter((platform) => platform !== '');
  const missing = asked.filter((platform) => platform !== 'local' && !found.some((one) => answers(platform, one)));
  // An image without platform is what some exporters write of `FROM scratch`.
  if (missing.length === 0 || found.length === 0) return;
  throw new UserError(
    'platform-not-built',
    `The engine built no image for ${missing.join(', ')}, without saying why; there is one for ${found.join(', ')}.\n` +
      'Does each platform have a base image of its own? Else build each on its own runner.',
  );
}

/** Not every engine writes the variant down. */
const answers = (asked: string, found: string): boolean =>
  normalized(asked) === normalized(found) || (sameMachine(asked, found) && found.split('/').length === 2);
