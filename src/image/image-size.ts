import type { ImageContents } from './publish/publication.js';
import { type Descriptor, isAttestation, type Manifest, platformOf, readJson, readManifest } from './registry/manifest.js';
import { formatSize, type Growth } from './size.js';

/** A layer, in the order in which it was made. */
export interface Layer {
  readonly digest: string;
  /** As it is transferred: compressed. */
  readonly bytes: number;
  /** What made it, in the words of the Dockerfile; empty when the image does not say. */
  readonly instruction: string;
}

/** An image for one platform. */
export interface PlatformImage {
  /** `linux/amd64`; empty when the image does not say. */
  readonly platform: string;
  readonly layers: readonly Layer[];
  /** What a pull transfers: all layers and the configuration. */
  readonly bytes: number;
}

/** The parts of an image's configuration that we read (image-spec, config.md). */
interface ImageConfig {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly history?: ReadonlyArray<{ readonly created_by?: string; readonly empty_layer?: boolean }>;
}

/** How a layer is called where people read: images that were imported say nothing of what made them. */
export const layerName = ({ instruction, digest }: Pick<Layer, 'instruction' | 'digest'>): string =>
  instruction === '' ? digest.slice(0, 19) : instruction;

/** Everything that the image holds for those who run it; attestations are left out. */
export async function platformImages(contents: ImageContents): Promise<PlatformImage[]> {
  const { manifests } = readManifest(contents.root);
  if (manifests === undefined) return [await platformImage(contents, contents.root, undefined)];
  const images = manifests.filter((descriptor) => !isAttestation(descriptor));
  return await Promise.all(
    images.map(async (descriptor) => {
      const manifest = await contents.part(descriptor.digest);
      if (manifest === undefined) throw new Error(`${contents.root.digest} names ${descriptor.digest}, which is not there.`);
      return platformImage(contents, manifest, descriptor);
    }),
  );
}

async function platformImage(
  contents: ImageContents,
  manifest: Manifest,
  descriptor: Descriptor | undefined,
): Promise<PlatformImage> {
  const { config, layers = [] } = readManifest(manifest);
  const { history = [], ...about } = config === undefined ? {} : (readJson(await contents.text(config)) as ImageConfig);
  const instructions = history.filter((step) => !step.empty_layer).map((step) => readable(step.created_by ?? ''));
  const own = [about.os, about.architecture, about.variant].filter(Boolean).join('/');
  return {
    platform: (descriptor && platformOf(descriptor)) ?? own,
    layers: layers.map(({ digest, size }, index) => ({ digest, bytes: size, instruction: instructions[index] ?? '' })),
    bytes: (config?.size ?? 0) + layers.reduce((sum, { size }) => sum + size, 0),
  };
}

/** BuildKit and the classic builder dress an instruction up. */
const readable = (createdBy: string): string =>
  createdBy
    .replace(/\s*# buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(RUN )?\/bin\/sh -c /, 'RUN ')
    .trim();

/** How much an instruction's layer has grown. */
export interface LayerGrowth extends Layer {
  /** Undefined when the image before had no such layer. */
  readonly before: number | undefined;
}

/** The layers that are larger than before or new, most growth first. Layers are matched by what made them. */
export function grownLayers(now: PlatformImage, before: PlatformImage): LayerGrowth[] {
  const kept = new Set(now.layers.map(({ digest }) => digest));
  const gone = before.layers.filter(({ digest }) => !kept.has(digest));
  const old = new Set(before.layers.map(({ digest }) => digest));
  return now.layers
    .filter(({ digest }) => !old.has(digest))
    .map((layer) => {
      const index = gone.findIndex(({ instruction }) => instruction === layer.instruction);
      const [former] = index < 0 ? [] : gone.splice(index, 1);
      return { ...layer, before: former?.bytes };
    })
    .filter(({ bytes, before: former = 0 }) => bytes > former)
    .sort((a, b) => b.bytes - (b.before ?? 0) - (a.bytes - (a.before ?? 0)));
}

/** Limits of an image's size. */
export interface SizeBudget {
  readonly maxBytes: number | undefined;
  readonly maxGrowth: Growth | undefined;
}

/**
 * Compares sizes with the budget, platform by platform.
 * @param before the image to compare with; platforms that it does not have are judged by `maxBytes` alone
 * @returns one text for each platform that is too large, with the layers that make it so; none when all are within the budget
 */
export function overBudget(now: readonly PlatformImage[], before: readonly PlatformImage[], budget: SizeBudget): string[] {
  return now.flatMap((image) => {
    const former = before.find(({ platform }) => platform === image.platform);
    const problems = [tooLarge(image, budget.maxBytes), former && grownTooMuch(image, former, budget.maxGrowth)].flatMap(
      (problem) => problem ?? [],
    );
    if (problems.length === 0) return [];
    const grown = former === undefined ? [] : grownLayers(image, former).map(describeGrowth);
    const culprits = grown.length > 0 ? grown : largest(image);
    return [[...problems, ...culprits.slice(0, 5).map((line) => `  ${line}`)].join('\n')];
  });
}

const tooLarge = ({ platform, bytes }: PlatformImage, maxBytes: number | undefined): string | undefined =>
  maxBytes !== undefined && bytes > maxBytes
    ? `The image for ${platform} has ${formatSize(bytes)}, more than \`max-size\` allows (${formatSize(maxBytes)}).`
    : undefined;

function grownTooMuch(now: PlatformImage, before: PlatformImage, limit: Growth | undefined): string | undefined {
  if (limit === undefined) return undefined;
  const allowed = 'bytes' in limit ? limit.bytes : (before.bytes * limit.percent) / 100;
  const grown = now.bytes - before.bytes;
  if (grown <= allowed) return undefined;
  const stated = 'bytes' in limit ? formatSize(limit.bytes) : `${limit.percent} %`;
  const share = before.bytes === 0 ? '' : ` (${((100 * grown) / before.bytes).toFixed(1)} %)`;
  return `The image for ${now.platform} has grown by ${formatSize(grown)}${share} to ${formatSize(now.bytes)}, more than \`max-growth\` allows (${stated}).`;
}

const largest = ({ layers }: PlatformImage): string[] =>
  layers.toSorted((a, b) => b.bytes - a.bytes).map((layer) => `${formatSize(layer.bytes)}  ${layerName(layer)}`);

const describeGrowth = (layer: LayerGrowth): string =>
  layer.before === undefined
    ? `+${formatSize(layer.bytes)}  ${layerName(layer)} (new)`
    : `+${formatSize(layer.bytes - layer.before)}  ${layerName(layer)} (${formatSize(layer.before)} → ${formatSize(layer.bytes)})`;
