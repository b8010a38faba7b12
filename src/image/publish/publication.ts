import type { RetryLimits } from '../../http/retry.js';
import type { Delivery } from '../build-plan.js';
import type { BuiltImage } from '../engine.js';
import type { Descriptor, Manifest } from '../registry/manifest.js';
import type { Destination } from './registries.js';

/** One image that is to be brought out. */
export interface ImageToPublish {
  readonly destinations: readonly Destination[];
  /** Whether all its times are set to that of the commit, which Docker's own store cannot keep. */
  readonly timesRewritten: boolean;
  /** Whether it is looked at platform by platform before it gets a name: always, or only by an engine that can hand it over first. */
  readonly judged: 'first' | 'where possible' | 'not';
}

/** What is to be built and published, as one. */
export interface Publication {
  readonly images: readonly ImageToPublish[];
  /** Builds all images, one delivery for each; what was built before is found in the engine's cache. */
  build(deliveries: readonly Delivery[]): Promise<readonly BuiltImage[]>;
  /**
   * Looks whether the images are what they say.
   * @throws ImageRefused when not
   */
  judge(images: readonly ImageContents[]): Promise<void>;
  /**
   * Looks at the images once they are whole, before any tag is moved.
   * @throws UserError to have nothing published
   */
  inspect(images: readonly ImageContents[]): Promise<void>;
  /** Whether `inspect` may say no; nothing must get a name before. */
  readonly mayBeRefused: boolean;
  readonly limits: RetryLimits;
}

/** An image, wherever it lies. */
export interface ImageContents {
  readonly root: Manifest;
  /** One of the manifests that the root names. */
  part(digest: string): Promise<Manifest | undefined>;
  /** A small blob as text, such as an image's configuration. */
  text(blob: Descriptor): Promise<string>;
}

export interface PublishedImage {
  readonly built: BuiltImage;
  readonly digest: string;
  /** Undefined when the registry can't be reached from here. */
  readonly contents: ImageContents | undefined;
}

/** One for each image of the publication, which has at least one. */
export type Published = readonly [PublishedImage, ...PublishedImage[]];
