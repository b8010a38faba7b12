import { createHash } from 'node:crypto';
import { type Faults, parseFaults } from '../app/faults.js';
import { fetchManifest, type ImageConfig } from './registry.js';

/** What a container of this image is like. */
export interface Image {
  /** What its answers say in `x-app-version`. */
  readonly version: string;
  readonly faults: Faults;
  /** REPOSITORY@DIGEST, as a kubelet reports it. */
  readonly imageId: string;
}

export interface ImageReference {
  readonly registry: string | undefined;
  readonly repository: string;
  /** Tag or digest. */
  readonly version: string;
}

/** Takes an image reference apart: [REGISTRY/]REPOSITORY[:TAG][@DIGEST]. */
export function parseReference(reference: string): ImageReference {
  const [tagged = '', digest] = reference.split('@');
  const slash = tagged.lastIndexOf('/');
  const colon = tagged.indexOf(':', slash + 1);
  const name = colon === -1 ? tagged : tagged.slice(0, colon);
  const tag = colon === -1 ? 'latest' : tagged.slice(colon + 1);
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const version = digest ?? tag;
  return isRegistry
    ? { registry: first, repository: rest.join('/'), version }
    : { registry: undefined, repository: name, version };
}

/**
 * "Pulls" an image. One in a registry on 127.0.0.1 is looked up there, over plain HTTP; any other is what its tag says.
 * @returns undefined when the registry has no such image
 */
export async function pullImage(reference: string): Promise<Image | undefined> {
  const { registry, repository, version } = parseReference(reference);
  if (registry === undefined || !/^127\.0\.0\.1:\d+$/.test(registry)) return imagine(reference, version);
  const manifest = await fetchManifest(registry, repository, version);
  if (manifest === undefined) return undefined;
  return { ...describe(manifest.config, version), imageId: `${registry}/${repository}@${manifest.digest}` };
}

function imagine(reference: string, version: string): Image {
  const digest = version.startsWith('sha256:') ? version : `sha256:${createHash('sha256').update(reference).digest('hex')}`;
  const tagged = reference.split('@')[0] ?? reference;
  const name = tagged.slice(0, tagged.indexOf(':', tagged.lastIndexOf('/') + 1)) || tagged;
  return { version, faults: parseFaults(version), imageId: `${name}@${digest}` };
}

function describe({ config = {} }: ImageConfig, version: string): Pick<Image, 'version' | 'faults'> {
  const labels = config.Labels ?? {};
  return { version: labels['org.opencontainers.image.version'] ?? version, faults: parseFaults(labels['dev.d9.faults'] ?? '') };
}
