import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { cachedDirectory } from '../bed/cached-directory.js';
import { cacheDirectory } from '../bed/places.js';

const execute = promisify(execFile);

/** What makes `tar` write the same bytes for the same files, whoever made them and when. */
export const reproducibleTar = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];

/** An OCI content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** A compressed layer in a file. */
export interface Layer extends Descriptor {
  readonly file: string;
  /** Digest of the layer before it was compressed, for the image's configuration. */
  readonly diffId: string;
}

export interface LayerSource {
  /** Part of the layer's place in the cache. */
  readonly name: string;
  /** Stands for all that the layer is made of: an equal key is an equal layer. */
  readonly key: string;
  /** Puts the layer's files into a directory that stands for `/`. */
  readonly fill: (root: string) => Promise<void>;
}

/** Makes a layer, or finds it in the user's cache. */
export async function makeLayer({ name, key, fill }: LayerSource): Promise<Layer> {
  const directory = path.join(
    cacheDirectory(),
    'layers',
    `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`,
  );
  await cachedDirectory(directory, async (unfinished) => {
    const root = path.join(unfinished, 'root');
    const tar = path.join(unfinished, 'layer.tar');
    const file = path.join(unfinished, 'layer.tar.gz');
    await mkdir(root);
    await fill(root);
    await execute('tar', [...reproducibleTar, '-C', root, '-cf', tar, '.']);
    await pipeline(createReadStream(tar), createGzip(), createWriteStream(file));
    const description = { digest: await digestOf(file), size: (await stat(file)).size, diffId: await digestOf(tar) };
    await writeFile(path.join(unfinished, 'layer.json'), JSON.stringify(description));
    await Promise.all([rm(root, { recursive: true }), rm(tar)]);
  });
  const description = JSON.parse(await readFile(path.join(directory, 'layer.json'), 'utf8')) as Omit<Layer, 'file' | 'mediaType'>;
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return { ...description, mediaType, file: path.join(directory, 'layer.tar.gz') };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}`;
}
