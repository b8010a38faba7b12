import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyStream } from '../http/connection.js';
import { type Descriptor, type Manifest, readManifest } from './registry/manifest.js';

/** An image as an engine wrote it to a directory (image-spec, image-layout.md). */
export interface Layout {
  /** What stands for the whole image: its manifest, or its index when there are several platforms or attestations. */
  readonly root: Manifest;
  /** Manifests that the root names, each after those that it names itself. */
  readonly parts: readonly Manifest[];
  readonly blobs: readonly Descriptor[];
  open(blob: Descriptor): BodyStream;
}

/** @throws Error when the directory holds no image, or more than one */
export async function readLayout(directory: string): Promise<Layout> {
  const { manifests } = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as { manifests: readonly Descriptor[] };
  const [first, ...others] = manifests;
  if (first === undefined || others.length > 0) throw new Error(`${directory} holds ${manifests.length} images, not one.`);

  const parts = new Map<string, Manifest>();
  const blobs = new Map<string, Descriptor>();
  const visit = async (descriptor: Descriptor): Promise<Manifest> => {
    const content = await readFile(blobPath(directory, descriptor), 'utf8');
    const manifest = { mediaType: descriptor.mediaType, digest: descriptor.digest, content };
    const { manifests: children = [], config, layers = [] } = readManifest(manifest);
    for (const child of children) parts.set(child.digest, await visit(child));
    for (const blob of config === undefined ? layers : [config, ...layers]) blobs.set(blob.digest, blob);
    return manifest;
  };
  const root = await visit(first);
  return {
    root,
    parts: [...parts.values()],
    blobs: [...blobs.values()],
    open: (blob) => ({ length: blob.size, open: () => createReadStream(blobPath(directory, blob)) }),
  };
}

const blobPath = (directory: string, { digest }: Descriptor): string => join(directory, 'blobs', digest.replace(':', '/'));
