import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Whether a file describes images, by its name: `docker-bake.hcl`, `bake.json`, `compose.yml`; `Dockerfile.json` is a Dockerfile, and so is what names a
 * frontend in its first line, whatever it is called (docs.docker.com/build/buildkit/frontend).
 * @param given as the user wrote it
 * @param path where it is; undefined when it is not here
 */
export const isBakeFile = (given: string, path?: string): boolean =>
  /\.(hcl|json|ya?ml)$/i.test(given) && !/^(Dockerfile|Containerfile)\b/i.test(basename(given)) && !namesFrontend(path);

const FIRST_LINE_BYTES = 512;

function namesFrontend(path: string | undefined): boolean {
  if (path === undefined) return false;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(FIRST_LINE_BYTES);
    return /^(#!.*\n)?\s*(#|\/\/)\s*syntax\s*=/.test(bytes.toString('utf8', 0, readSync(file, bytes)));
  } finally {
    closeSync(file);
  }
}
