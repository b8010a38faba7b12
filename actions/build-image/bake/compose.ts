import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Inputs } from '../../../src/action/define.js';
import type { Environment } from '../../../src/action/environment.js';
import type { Finding } from '../../../src/image/build-account.js';
import { reviewCompose } from '../../../src/image/review/compose.js';
import type { buildImage as definition } from '../action.js';

/** What buildx looks for where no file is named (github.com/docker/buildx, bake/bake.go, defaultFilenames). */
const DEFAULTS = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** What is found in the Compose files that are built from. */
export async function reviewComposeFiles(
  { file }: Pick<Inputs<typeof definition>, 'file'>,
  directory: string,
  { workspace }: Environment,
): Promise<Finding[]> {
  const named = file?.flatMap(({ path }) => path ?? []);
  const paths = named ?? DEFAULTS.map((name) => join(directory, name)).filter((path) => existsSync(path));
  const compose = paths.filter((path) => /\.ya?ml$/i.test(path));
  const found = await Promise.all(compose.map((path) => reviewCompose(path, relative(workspace, path))));
  return found.flat();
}
