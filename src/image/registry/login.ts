import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { configKey, type DockerConfig, dockerConfigDirectory, findHelper, readDockerConfig } from './docker-config.js';

/** What a registry is logged in to with. */
export interface Login {
  /** As in a tag: host with optional port, or `docker.io`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Logs in for this step alone: the engine gets a Docker configuration of its own that has the login, and the user's own one is left as it is, so that no
 * other step can use or read the password. The registry is asked when the first request needs it.
 * @param directory where the configuration goes; made here, and removed by `logOut`
 * @returns the environment for the engine
 */
export function logIn(login: Login, directory: string, environment: Environment): Environment {
  const own = dockerConfigDirectory(environment);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const config = JSON.stringify(withLogin(readDockerConfig(environment), login));
  writeFileSync(join(directory, 'config.json'), config, { mode: 0o600 });
  // Contexts, plugins and builders stay where they are.
  for (const entry of existsSync(own) ? readdirSync(own) : []) {
    if (entry !== 'config.json') symlinkSync(join(own, entry), join(directory, entry));
  }
  const builders = environment.variables.BUILDX_CONFIG || join(own, 'buildx');
  return { ...environment, variables: { ...environment.variables, DOCKER_CONFIG: directory, BUILDX_CONFIG: builders } };
}

/** Removes what `logIn` left. May be called twice, and when there was no login. */
export const logOut = (directory: string): void => rmSync(directory, { recursive: true, force: true });

function withLogin(config: DockerConfig, { registry, username, password }: Login): DockerConfig {
  const { credsStore, credHelpers, ...rest } = config;
  const key = configKey(registry);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  // A credential store hides every login that is written in the file, so it is named for each registry that it has, and not for ours.
  const stored = Object.keys(config.auths ?? {}).flatMap((name) => {
    const helper = credsStore ? findHelper(config, name) : undefined;
    return helper === undefined ? [] : [[name, helper] as const];
  });
  const { [key]: _own, ...helpers } = { ...Object.fromEntries(stored), ...credHelpers };
  return {
    ...rest,
    auths: { ...config.auths, [key]: { auth } },
    ...(Object.keys(helpers).length > 0 ? { credHelpers: helpers } : {}),
  };
}
