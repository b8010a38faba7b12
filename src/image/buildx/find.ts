import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { firstExecutable, searchPath } from '../executable.js';
import { dockerConfigDirectory } from '../registry/docker-config.js';

/** docker/cli, cli-plugins/manager/manager_unix.go. */
const SYSTEM_PLUGIN_DIRECTORIES = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Whether there is a buildx; if not, what is missing and how it is mended. */
export type FoundBuildx =
  | { readonly program: string }
  | { readonly program: undefined; readonly missing: string; readonly advice: string };

/**
 * Finds the buildx that `docker buildx` would run. It is called directly, as its makers allow (a plugin is a program of its own): the docker
 * command in between costs two processes a call, and reads the same configuration (contexts, credentials, builders).
 */
export function findBuildx(
  environment: Environment,
  systemDirectories: readonly string[] = SYSTEM_PLUGIN_DIRECTORIES,
): FoundBuildx {
  const directories = searchPath(environment.variables);
  const plugin = firstExecutable([...pluginDirectories(environment), ...systemDirectories], 'docker-buildx');
  const program = plugin ?? firstExecutable(directories, 'docker-buildx') ?? firstExecutable(directories, 'buildx');
  if (program !== undefined) return { program };

  const docker = firstExecutable(directories, 'docker');
  if (docker === undefined) {
    return {
      program,
      missing: 'There is no Docker on this runner: PATH has no docker command, and there is no buildx.',
      advice:
        'Use a runner with Docker (ubuntu-latest has it), or install docker-ce-cli and docker-buildx-plugin and set DOCKER_HOST.',
    };
  }
  return {
    program,
    missing: `Docker is at ${docker}, but its buildx plugin is missing.`,
    advice:
      "Install the package docker-buildx-plugin (from Docker's repository) or docker-buildx (Debian, Ubuntu), or add docker/setup-buildx-action before this step.",
  };
}

/** The user's own plugin directories, in the order in which docker searches them. */
function pluginDirectories(environment: Environment): string[] {
  const configuration = dockerConfigDirectory(environment);
  return [...extraDirectories(join(configuration, 'config.json')), join(configuration, 'cli-plugins')];
}

/** `cliPluginsExtraDirs` of Docker's configuration; a file that is absent or broken names none, and what needs its logins says so. */
function extraDirectories(file: string): string[] {
  try {
    const { cliPluginsExtraDirs: given } = JSON.parse(readFileSync(file, 'utf8')) as { cliPluginsExtraDirs?: unknown };
    return Array.isArray(given) ? given.filter((directory) => typeof directory === 'string') : [];
  } catch {
    return [];
  }
}
