import type { Log } from '../../kernel/log.js';
import type { Layout } from '../layout.js';
import type { Descriptor } from '../registry/manifest.js';
import type { Repository } from '../registry/repository.js';

const PARALLEL = 3;

/**
 * Brings an image into a repository by its digest; no tag is moved. What the registry has already is not sent again.
 * @throws RegistryRefusal, RegistryOutOfReach; the signal's reason when aborted
 */
export async function uploadLayout(layout: Layout, repository: Repository, log: Log, signal: AbortSignal): Promise<void> {
  const waiting = [...layout.blobs];
  const worker = async (): Promise<void> => {
    for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) {
      await uploadBlob(layout, blob, repository, log, signal);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  for (const manifest of [...layout.parts, layout.root]) await repository.put(manifest.digest, manifest, signal);
}

async function uploadBlob(layout: Layout, blob: Descriptor, repository: Repository, log: Log, signal: AbortSignal) {
  const short = `${blob.digest.slice(0, 19)} (${blob.size} bytes)`;
  if (await repository.hasBlob(blob.digest, signal)) {
    log.info(`${repository.name}: ${short} is there already`);
    return;
  }
  await repository.upload(blob.digest, layout.open(blob), signal);
  log.info(`${repository.name}: ${short} pushed`);
}
