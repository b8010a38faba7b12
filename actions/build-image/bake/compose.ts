import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Finding } from '../../../src/image/build-account.js';
import { inactiveServices, reviewCompose } from '../../../src/image/review/compose.js';
import type { Inputs } from '../../../src/kernel/define.js';
import type { Environment } from '../../../src/kernel/environment.js';
import type { buildImage as definition } from '../action.js';

type Given = Inputs<typeof definition>;

/** What buildx looks for where no file is named (github.com/docker/buildx, bake/bake.go, defaultFilenames). */
const DEFAULTS = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** Absolute paths of the Compose files that are built from. */
function composeFiles({ file }: Pick<Given, 'file'>, directory: string): string[] {
  const named = file?.flatMap(({ path }) => path ?? []);
  const paths = named ?? DEFAULTS.map((name) => join(directory, name)).filter((path) => existsSync(path));
  return paths.filter((path) => /\.ya?ml$/i.test(path));
}

/** What is found in the Compose files that are built from. */
export async function reviewComposeFiles(
  given: Pick<Given, 'file'>,
  directory: string,
  { workspace }: Environment,
): Promise<Finding[]> {
  const found = composeFiles(given, directory).map((path) => reviewCompose(path, relative(workspace, path)));
  return (await Promise.all(found)).flat();
}

/** Services that nobody asked for: of profiles that are not active, where `targets` names none. */
export async function leftOut(
  given: Pick<Given, 'file' | 'targets'>,
  directory: string,
  { variables }: Environment,
): Promise<Set<string>> {
  if (given.targets !== undefined) return new Set();
  const active = (variables.COMPOSE_PROFILES ?? '').split(',').map((profile) => profile.trim());
  const services = await Promise.all(composeFiles(given, directory).map((path) => inactiveServices(path, active)));
  return new Set(services.flat());
}
