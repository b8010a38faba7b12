import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../action/environment.js';
import { UserError } from '../action/errors.js';

/** docker/cli, cli-plugins/manager/manager_unix.go. */
const SYSTEM_PLUGIN_DIRECTORIES = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/**
 * Finds the buildx that `docker buildx` would run. It is called directly, as its makers allow (a plugin is a program of its own): the docker
 * command in between costs two processes a call, and reads the same configuration (contexts, credentials, builders).
 * @returns the absolute path of the executable
 * @throws UserError when there is no Docker, or a Docker without buildx
 */
export function findBuildx(environment: Environment, systemDirectories: readonly string[] = SYSTEM_PLUGIN_DIRECTORIES): string {
  const searchPath = (environment.variables.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  const plugin = firstExecutable([...pluginDirectories(environment), ...systemDirectories], 'docker-buildx');
  const buildx = plugin ?? firstExecutable(searchPath, 'docker-buildx') ?? firstExecutable(searchPath, 'buildx');
  if (buildx !== undefined) return buildx;

  const docker = firstExecutable(searchPath, 'docker');
  if (docker === undefined) {
    throw new UserError(
      'There is no Docker on this runner: PATH has no docker command, and there is no buildx.\n' +
        'Use a runner with Docker (ubuntu-latest has it), or install docker-ce-cli and docker-buildx-plugin and set DOCKER_HOST.',
    );
  }
  throw new UserError(
    `Docker is at ${docker}, but its buildx plugin is missing.\n` +
      "Install the package docker-buildx-plugin (from Docker's repository) or docker-buildx (Debian, Ubuntu), or add docker/setup-buildx-action before this step.",
  );
}

/** The user's own plugin directories, in the order in which docker searches them. */
function pluginDirectories({ variables }: Environment): string[] {
  const configuration = variables.DOCKER_CONFIG || join(variables.HOME ?? '/', '.docker');
  return [...extraDirectories(join(configuration, 'config.json')), join(configuration, 'cli-plugins')];
}

/** `cliPluginsExtraDirs` of Docker's configuration; a file that is absent or broken names none, and buildx reports a broken one itself. */
function extraDirectories(file: string): string[] {
  try {
    const { cliPluginsExtraDirs: given } = JSON.parse(readFileSync(file, 'utf8')) as { cliPluginsExtraDirs?: unknown };
    return Array.isArray(given) ? given.filter((directory) => typeof directory === 'string') : [];
  } catch {
    return [];
  }
}

function firstExecutable(directories: readonly string[], name: string): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
