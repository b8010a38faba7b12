import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Image, toDescriptor } from './image.js';
import { reproducibleTar } from './layer.js';

const execute = promisify(execFile);

/**
 * Writes an image as an OCI layout in one tar file, for `ctr images import` and `docker load`.
 * @param name what it is called there, with its tag
 */
export async function writeArchive({ manifest, config, layers }: Image, name: string, file: string): Promise<void> {
  const directory = await mkdtemp(path.join(path.dirname(file), 'archive-'));
  try {
    const blobs = path.join(directory, 'blobs/sha256');
    const place = (digest: string) => path.join(blobs, digest.slice('sha256:'.length));
    await mkdir(blobs, { recursive: true });
    for (const { digest, content } of [manifest, config]) await writeFile(place(digest), content);
    for (const layer of layers) await link(layer.file, place(layer.digest));
    const annotations = {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    };
    const entry = { ...toDescriptor(manifest), annotations, platform: { os: 'linux', architecture: 'amd64' } };
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [entry] };
    await writeFile(path.join(directory, 'index.json'), JSON.stringify(index));
    await writeFile(path.join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    await execute('tar', [...reproducibleTar, '-C', directory, '-cf', file, 'oci-layout', 'index.json', 'blobs']);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
