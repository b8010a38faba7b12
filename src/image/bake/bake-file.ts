import { basename } from 'node:path';

/**
 * Whether a file describes images, by its name: `docker-bake.hcl`, `bake.json`, `compose.yml`; `Dockerfile.json` is a Dockerfile.
 * @param path as the user wrote it
 */
export const isBakeFile = (path: string): boolean =>
  /\.(hcl|json|ya?ml)$/i.test(path) && !/^(Dockerfile|Containerfile)\b/i.test(basename(path));
