import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory, pauseModule } from '../bed/places.js';
import { run } from '../bed/run.js';

/** Name of the image whose container holds a pod's namespaces; it is imported, never pulled. */
export const pauseImage = 'd9.dev/testbed/pause:1';

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

/**
 * Builds the image into the user's cache, once.
 * @returns path of its archive, an OCI image layout as a tar
 */
export async function buildPauseImage(): Promise<string> {
  const hash = createHash('sha256').update(`${pauseImage} ${architecture}`);
  for (const source of ['go.mod', 'main.go']) hash.update(readFileSync(path.join(pauseModule, source)));
  const archive = path.join(cacheDirectory(), 'pause', `${hash.digest('hex').slice(0, 12)}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(path.dirname(archive), { recursive: true });
  const directory = await mkdtemp(`${archive}.`);
  try {
    await writeImage(directory);
    await pack(path.join(directory, 'image'), path.join(directory, 'image.tar'));
    await rename(path.join(directory, 'image.tar'), archive);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return archive;
}

/** Writes an OCI image layout of one layer with one program to `image` (opencontainers/image-spec, image-layout.md). */
async function writeImage(directory: string): Promise<void> {
  const [root, image] = [path.join(directory, 'root'), path.join(directory, 'image')];
  const blobs = path.join(image, 'blobs', 'sha256');
  await mkdir(root);
  await mkdir(blobs, { recursive: true });
  const build = ['build', '-trimpath', '-ldflags', '-s -w', '-o', path.join(root, 'pause'), '.'];
  await run('go', build, { cwd: pauseModule, env: { ...process.env, CGO_ENABLED: '0' } });
  await pack(root, path.join(directory, 'layer.tar'));

  const layer = { mediaType: `${oci}.image.layer.v1.tar`, ...describe(readFileSync(path.join(directory, 'layer.tar'))) };
  await copyFile(path.join(directory, 'layer.tar'), path.join(blobs, layer.digest.slice('sha256:'.length)));
  const add = async (mediaType: string, content: object) => {
    const text = Buffer.from(JSON.stringify(content));
    const { digest, size } = describe(text);
    await writeFile(path.join(blobs, digest.slice('sha256:'.length)), text);
    return { mediaType, digest, size };
  };
  const config = await add(`${oci}.image.config.v1+json`, {
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/pause'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const mediaType = `${oci}.image.manifest.v1+json`;
  const manifest = await add(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] });
  const annotations = { 'io.containerd.image.name': pauseImage };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations, platform: { os: 'linux', architecture } }] };
  await writeFile(path.join(image, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(path.join(image, 'index.json'), JSON.stringify(index));
}

const oci = 'application/vnd.oci';

function describe(content: Buffer): { digest: string; size: number } {
  return { digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: content.length };
}

function pack(directory: string, archive: string): Promise<string> {
  return run('tar', [
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--sort=name',
    '-C',
    directory,
    '-cf',
    archive,
    '.',
  ]);
}
