import { createHash } from 'node:crypto';

/** A manifest or an index, byte for byte as it is stored. */
export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: string;
}

/** A thing that a manifest names (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes, as it is transferred. */
  readonly size: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image of one platform, or an index of several; which one is told by what it has (image-spec, manifest.md, image-index.md). */
export interface ManifestContent {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

const INDEX_TYPES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const IMAGE_TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];

/** For `Accept`: every kind of manifest that an image can be. */
export const MANIFEST_TYPES = [...INDEX_TYPES, ...IMAGE_TYPES].join(', ');

export const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** An image without layers has `null` for them (BuildKit 0.25); to a reader that is the same as none. */
export const readManifest = ({ content }: Manifest): ManifestContent => readJson(content) as ManifestContent;

/** What is `null` is left out. */
export const readJson = (text: string): unknown => JSON.parse(text, (_, value: unknown) => value ?? undefined);

/** Attestations hang on an index as manifests of no platform (BuildKit, attestation-storage.md). */
export const isAttestation = ({ annotations = {} }: Descriptor): boolean =>
  annotations['vnd.docker.reference.type'] === 'attestation-manifest';

/** `linux/arm/v7`; undefined when it says none. */
export const platformOf = ({ platform }: Descriptor): string | undefined =>
  platform?.os === undefined || platform.architecture === undefined
    ? undefined
    : [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
