import { openAsBlob } from 'node:fs';
import type { Document, Image } from './image.js';
import type { Layer } from './layer.js';

/** Where an image goes in a registry that speaks plain HTTP. */
export interface Destination {
  /** Host and port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** A repository of the same registry that may have some of the layers already. */
  readonly mountFrom?: string;
}

/**
 * Pushes an image; what the registry has already is not sent again (OCI distribution specification, "Pushing Blobs").
 * @throws Error with the registry's answer when it refuses
 */
export async function pushImage({ manifest, config, layers }: Image, destination: Destination): Promise<void> {
  for (const blob of [...layers, config]) await pushBlob(blob, destination);
  const { registry, repository, tag } = destination;
  const headers = { 'content-type': manifest.mediaType };
  await ask(201, 'PUT', `http://${registry}/v2/${repository}/manifests/${tag}`, { headers, body: manifest.content });
}

async function pushBlob(blob: Layer | Document, { registry, repository, mountFrom }: Destination): Promise<void> {
  const base = `http://${registry}/v2/${repository}/blobs`;
  const present = await fetch(`${base}/${blob.digest}`, { method: 'HEAD' });
  if (present.ok) return;
  const mount = mountFrom === undefined ? '' : `?${new URLSearchParams({ mount: blob.digest, from: mountFrom })}`;
  const upload = await ask([201, 202], 'POST', `${base}/uploads/${mount}`);
  if (upload.status === 201) return;
  const address = new URL(upload.headers.get('location') ?? '', base);
  address.searchParams.set('digest', blob.digest);
  const body = 'file' in blob ? await openAsBlob(blob.file) : blob.content;
  await ask(201, 'PUT', address, { headers: { 'content-type': 'application/octet-stream' }, body });
}

async function ask(
  expected: number | number[],
  method: string,
  address: URL | string,
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(address, { method, ...init });
  if ([expected].flat().includes(response.status)) {
    await response.body?.cancel();
    return response;
  }
  throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
}
