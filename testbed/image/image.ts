import { createHash } from 'node:crypto';
import type { Descriptor, Layer } from './layer.js';

/** What a container of the image is started with, in the words of the OCI image specification (config.md). */
export interface ContainerConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** A small document of an image, as it is stored. */
export interface Document extends Descriptor {
  readonly content: Buffer;
}

/** An image for linux/amd64: all that a registry or an archive must hold. */
export interface Image {
  readonly manifest: Document;
  readonly config: Document;
  readonly layers: readonly Layer[];
}

/** Puts layers, from the base up, and a configuration together; the same input gives the same digests. */
export function composeImage(layers: readonly Layer[], config: ContainerConfig): Image {
  const configuration = toDocument('application/vnd.oci.image.config.v1+json', {
    architecture: 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = toDocument(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: toDescriptor(configuration),
    layers: layers.map(toDescriptor),
  });
  return { manifest, config: configuration, layers };
}

/** The part of a blob's description that a manifest or an index holds. */
export function toDescriptor({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

function toDocument(mediaType: string, value: unknown): Document {
  const content = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { mediaType, digest, size: content.length, content };
}
