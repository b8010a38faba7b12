import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedDirectory } from '../bed/cached-directory.js';
import { buildGoProgram } from '../bed/go-program.js';
import { cacheDirectory, testbedSource } from '../bed/places.js';
import { writeArchive } from '../image/archive.js';
import { composeImage } from '../image/image.js';
import { makeLayer } from '../image/layer.js';

/** Name of the image whose container holds a pod's namespaces; it is imported, never pulled. */
export const pauseImage = 'd9.dev/testbed/pause:1';

/**
 * Builds the image into the user's cache, once.
 * @returns path of its archive
 */
export async function buildPauseImage(): Promise<string> {
  const program = await buildGoProgram({ name: 'pause', module: testbedSource('real-node/pause'), package: '.' });
  const fill = (root: string) => copyFile(program, path.join(root, 'pause'));
  const image = composeImage([await makeLayer({ name: 'pause', key: program, fill })], { Entrypoint: ['/pause'] });
  const home = path.join(cacheDirectory(), 'pause-images', image.manifest.digest.slice('sha256:'.length, 19));
  await cachedDirectory(home, (directory) => writeArchive(image, pauseImage, path.join(directory, 'image.tar')));
  return path.join(home, 'image.tar');
}
