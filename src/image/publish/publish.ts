import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '../../kernel/errors.js';
import type { Delivery } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage, Engine } from '../engine.js';
import { type Layout, readLayout } from '../layout.js';
import type { Manifest } from '../registry/manifest.js';
import type { Repository } from '../registry/repository.js';
import { CarriedImage, settlingCarriers } from './carriers.js';
import { buildUntilPushed, carriersOf } from './engine-push.js';
import { former, sayIfMoved, stoodFor } from './former.js';
import { untilServed } from './late.js';
import { moveTags, type TagMove } from './move-tags.js';
import type { ImageContents, ImageToPublish, Publication, Published, PublishedImage } from './publication.js';
import { confirm, type Destination } from './registries.js';
import { uploadLayout } from './upload.js';

/**
 * Builds images, brings them into their registries, and lets their tags stand for them: all tags together at the end, or none.
 * @throws BuildFailure, RegistryRefusal, RegistryOutOfReach, UserError; the signal's reason when cancelled
 */
export async function publish(engine: Engine, publication: Publication, effects: BuildEffects): Promise<Published> {
  const directory = await mkdtemp(join(effects.environment.temporary, 'd9-layout-'));
  try {
    // With several images, one that fails is a refusal of the others.
    const mayBeRefused = publication.mayBeRefused || publication.images.length > 1;
    const deliveries = publication.images.map((image, index) =>
      deliveryOf(image, engine, mayBeRefused, join(directory, String(index))),
    );
    await judgeBeforeAll(engine, publication, deliveries, directory);
    const carried = publication.images.map(
      ({ destinations }, index) => new CarriedImage(destinations, deliveries[index], effects.log),
    );
    const built = await buildUntilPushed(publication, deliveries, carried, effects);
    for (const [index, { digest }] of built.entries()) carried[index]?.pushed(digest);
    const { images, moves } = await settlingCarriers(carried, true, effects, () =>
      makeWhole(publication, deliveries, { built, carried }, effects),
    );
    await moveTags(moves, effects);
    for (const [index, { destinations }] of publication.images.entries()) {
      await confirm(destinations, (images[index] as PublishedImage).digest, effects);
    }
    return images as unknown as Published;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * An engine that pushes all tags by itself gives them to an image that nobody has looked at. So it hands the image over first; the second build is found in
 * its cache.
 */
async function judgeBeforeAll(engine: Engine, publication: Publication, deliveries: readonly Delivery[], directory: string) {
  const isBlind = publication.images.some(
    ({ judged, destinations }, index) =>
      judged !== 'not' && deliveries[index]?.to === 'tags' && destinations.some(({ unreachable }) => unreachable !== undefined),
  );
  if (!isBlind || !engine.layout.possible) return;
  const handedOver = deliveries.map((_, index) => join(directory, `judged-${index}`));
  await publication.build(handedOver.map((path): Delivery => ({ to: 'layout', directory: path })));
  await publication.judge((await Promise.all(handedOver.map(readLayout))).map(inLayout));
}

/** Looks at the images and brings what the engine has not pushed into the registries. @returns the tags that are to be moved then, of all images in one row */
async function makeWhole(
  publication: Publication,
  deliveries: readonly Delivery[],
  { built, carried }: { readonly built: readonly BuiltImage[]; readonly carried: readonly CarriedImage[] },
  effects: BuildEffects,
): Promise<{ readonly images: readonly PublishedImage[]; readonly moves: readonly TagMove[] }> {
  const layouts = await Promise.all(
    deliveries.map((delivery) => (delivery.to === 'layout' ? readLayout(delivery.directory) : undefined)),
  );
  const images = await Promise.all(
    publication.images.map((image, index) => describe(image, built[index] as BuiltImage, layouts[index], effects)),
  );
  const contents = images.flatMap((image) => image.contents ?? []);
  await publication.judge(contents);
  await publication.inspect(contents);
  await uploadAll(publication.images, layouts, effects);
  const moves = await Promise.all(
    publication.images.map((image, index) =>
      movesOf(image, images[index] as PublishedImage, carried[index] as CarriedImage, effects),
    ),
  );
  return { images, moves: moves.flat() };
}

/** @throws UserError when the engine can't do what the inputs ask for */
function deliveryOf(
  { destinations, timesRewritten, judged }: ImageToPublish,
  engine: Engine,
  mayBeRefused: boolean,
  directory: string,
): Delivery {
  const tags = destinations.flatMap(({ repository, tags }) =>
    tags.map((tag) => ({ registry: repository.registry.name, repository: repository.path, tag })),
  );
  const outOfReach = destinations.find(({ unreachable }) => unreachable !== undefined);
  const repositories = destinations.map(({ name }) => name);
  if (outOfReach !== undefined && !mayBeRefused) {
    if (tags.length > 0 && engine.pushes !== 'never') return { to: 'tags', tags };
    if (tags.length === 0 && engine.pushes === 'by-digest') return { to: 'digest', repositories };
  }
  if (outOfReach !== undefined) {
    throw new UserError(
      'registry-unreachable',
      `${outOfReach.repository.registry.name} can't be reached from this runner: ${outOfReach.unreachable}.\n` +
        (mayBeRefused
          ? 'A size budget, and several images whose tags move together, need a registry that it can ask.'
          : engine.pushes === 'never'
            ? `${engine.kind} runs here, so it can't push there either.`
            : 'This engine cannot push an image without a tag by itself.'),
    );
  }
  if (engine.pushes === 'by-digest') return { to: 'digest', repositories };
  const looksFirst = judged === 'first' || (judged === 'where possible' && engine.layout.possible);
  if (engine.pushes === 'by-tag' && tags.length > 0 && !timesRewritten && !mayBeRefused && !looksFirst) {
    return { to: 'tags', tags: carriersOf(destinations) };
  }
  if (!engine.layout.possible) {
    throw new UserError(
      'engine-keeps-no-image',
      `${engine.layout.why}\nA push by digest, a size budget, a reproducible image, several platforms, and several images whose tags move together need that.`,
    );
  }
  return { to: 'layout', directory };
}

async function describe(
  { destinations }: ImageToPublish,
  built: BuiltImage,
  layout: Layout | undefined,
  effects: BuildEffects,
): Promise<PublishedImage> {
  const digest = layout?.root.digest ?? requireDigest(built.digest, destinations);
  const [reachable] = destinations.filter(({ unreachable }) => unreachable === undefined);
  const contents =
    layout === undefined ? reachable && (await inRegistry(reachable.repository, digest, effects)) : inLayout(layout);
  return { built, digest, contents };
}

const inLayout = ({ root, parts, open }: Layout): ImageContents => ({
  root,
  part: async (digest) => parts.find((part) => part.digest === digest),
  text: (blob) => text(open(blob).open()),
});

export const contentsInRegistry = (root: Manifest, repository: Repository, signal: AbortSignal): ImageContents => ({
  root,
  part: (digest) => repository.manifest(digest, signal),
  text: (blob) => repository.blob(blob.digest, signal),
});

async function inRegistry(repository: Repository, digest: string, effects: BuildEffects): Promise<ImageContents> {
  const { signal } = effects;
  const manifest = (which: string) =>
    untilServed(
      () => repository.manifest(which, signal),
      (one) => one === undefined,
      effects,
    );
  const root = await manifest(digest);
  if (root === undefined || root.digest !== digest) {
    throw new UserError(
      'push-not-found',
      `${repository.name} was pushed as ${digest}, but the registry ${root === undefined ? 'does not have it' : `gives ${root.digest} for it`}.\nIs there a clean-up job or a proxy in front of it?`,
    );
  }
  return { ...contentsInRegistry(root, repository, signal), part: manifest };
}

async function uploadAll(
  images: readonly ImageToPublish[],
  layouts: readonly (Layout | undefined)[],
  { log, signal }: BuildEffects,
): Promise<void> {
  for (const [index, layout] of layouts.entries()) {
    if (layout === undefined) continue;
    for (const { repository } of images[index]?.destinations ?? []) await uploadLayout(layout, repository, log, signal);
  }
}

async function movesOf(
  { destinations }: ImageToPublish,
  { contents }: PublishedImage,
  carried: CarriedImage,
  { log, signal }: BuildEffects,
): Promise<TagMove[]> {
  const manifest = contents?.root;
  if (manifest === undefined) return [];
  const moves = destinations.flatMap((destination) =>
    destination.tags.map(async (tag): Promise<TagMove> => {
      const { repository, before } = destination;
      const { digest } = manifest;
      const pushed = carried.carries(destination, tag);
      // A build takes minutes; what is put back must be what stood there last.
      const last = pushed ? await carried.former(destination, tag) : former(await repository.digestOf(tag, signal));
      if (!pushed && !stoodFor(last, digest)) sayIfMoved(destination, tag, last, log);
      return {
        repository,
        tag,
        digest,
        manifest,
        pushed,
        shared: [...before.values()].includes(digest),
        before: last,
      };
    }),
  );
  return Promise.all(moves);
}

/** @throws UserError when the engine pushed without saying what */
function requireDigest(digest: string | undefined, destinations: readonly Destination[]): string {
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new UserError(
    'digest-unknown',
    `The engine pushed ${destinations.map(({ name }) => name).join(', ')} but did not say which digest it has.`,
  );
}
