import path from 'node:path';
import { parseFlavours } from '../app/flavours.js';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory } from '../bed/places.js';
import { makeAppLayer } from './app-layer.js';
import { writeArchive } from './archive.js';
import { composeImage, type Image } from './image.js';
import type { Layer } from './layer.js';
import { makeNodeLayer } from './node-layer.js';
import { pushImage } from './push.js';

/** Name of the base image in an engine's own store: a `localhost` name is never looked for on the Internet. */
export const nodeImage = 'localhost/d9-testbed/node:24';
const nodeRepository = 'd9-testbed/node';

export interface AppVersion {
  /** What answers say in `x-app-version`. */
  readonly version: string;
  /** Fault words (docs/testbed.md). */
  readonly faults?: string;
}

export interface AppPush extends Partial<AppVersion> {
  /** Host and port of a registry that speaks plain HTTP. */
  readonly registry: string;
  readonly repository?: string;
  /** The version too, unless `version` says otherwise. */
  readonly tag: string;
}

/** The base image: Node 24 as /bin/node. */
export async function makeNodeImage(): Promise<Image> {
  return nodeImageOf(await makeNodeLayer());
}

/** The app's image. Versions differ in their configuration only, so that a further one costs no layer. */
export async function makeAppImage(version: AppVersion): Promise<Image> {
  return appImageOf(await makeNodeLayer(), await makeAppLayer(), version);
}

/**
 * Pushes a version of the app. The first push to a registry takes 48 MB, further ones two small documents.
 * @returns the image by its digest, as a Deployment takes it, and the digest
 */
export async function pushAppImage({ registry, repository = 'restaurant', tag, version = tag, ...rest }: AppPush) {
  parseFlavours(rest.faults ?? '');
  const base = await makeNodeLayer();
  await pushImage(nodeImageOf(base), { registry, repository: nodeRepository, tag: '24' });
  const image = appImageOf(base, await makeAppLayer(), { version, ...rest });
  await pushImage(image, { registry, repository, tag, mountFrom: nodeRepository });
  const { digest } = image.manifest;
  return { image: `${registry}/${repository}@${digest}`, digest };
}

const nodeImageOf = (layer: Layer): Image => composeImage([layer], { Env: ['PATH=/bin'], Entrypoint: ['/bin/node'] });

function appImageOf(base: Layer, app: Layer, { version, faults = '' }: AppVersion): Image {
  return composeImage([base, app], {
    Env: ['PATH=/bin', `APP_VERSION=${version}`, `FAULTS=${faults}`],
    Entrypoint: ['/bin/node', 'index.js'],
    WorkingDir: '/app',
    User: '65534:65534',
    ExposedPorts: { '8080/tcp': {} },
    Labels: { 'org.opencontainers.image.version': version, 'dev.d9.faults': faults },
  });
}

/**
 * Writes an image into a file of the cache for `ctr images import` or `docker load`, once.
 * @param name what it is called there, with its tag
 * @returns the file
 */
export async function archiveOf(image: Image, name: string): Promise<string> {
  const place = `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}-${image.manifest.digest.slice('sha256:'.length, 19)}`;
  const home = path.join(cacheDirectory(), 'image-archives', place);
  await cachedDirectory(home, (directory) => writeArchive(image, name, path.join(directory, 'image.tar')));
  return path.join(home, 'image.tar');
}
