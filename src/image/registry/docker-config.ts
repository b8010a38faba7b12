import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';

/** The parts of Docker's `config.json` that say who logs in where (github.com/docker/cli, cli/config/configfile/file.go). */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  /** Suffix of the helper program for one registry: `docker-credential-<suffix>`. */
  readonly credHelpers?: Readonly<Record<string, string>>;
  /** Suffix of the helper program for all registries. */
  readonly credsStore?: string;
  readonly [other: string]: unknown;
}

export interface AuthEntry {
  /** `user:password`, base64. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  /** Refresh token of an OAuth2 login, as `az acr login` leaves it. */
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** Docker Hub is the one registry whose login is kept under another name than its host (github.com/docker/cli, IndexServer). */
const HUB_KEY = 'https://index.docker.io/v1/';

export const dockerConfigDirectory = ({ variables }: Environment): string =>
  variables.DOCKER_CONFIG || join(variables.HOME ?? '/', '.docker');

/**
 * @returns the user's configuration; an empty one when there is none
 * @throws UserError when there is one that can't be read
 */
export function readDockerConfig(environment: Environment): DockerConfig {
  const file = join(dockerConfigDirectory(environment), 'config.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DockerConfig;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const why = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
    throw new UserError(
      'docker-config-unreadable',
      `Docker's configuration ${file} can't be read: ${why}.\nLog in again, or remove the file.`,
      { cause },
    );
  }
}

/** The key of a registry's login. */
export const configKey = (registry: string): string => (registry === 'docker.io' ? HUB_KEY : registry);

/** Every spelling under which a login may have been stored: with scheme, with path, as Docker Hub's older hosts. */
export function findAuth({ auths = {} }: DockerConfig, registry: string): AuthEntry | undefined {
  const key = configKey(registry);
  if (Object.hasOwn(auths, key)) return auths[key];
  const wanted = registry === 'docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry];
  const found = Object.keys(auths).find((name) => wanted.includes(hostOf(name)));
  return found === undefined ? undefined : auths[found];
}

const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').split('/')[0] ?? '';

/** The helper program that keeps a registry's login, without its prefix `docker-credential-`. */
export function findHelper({ credHelpers = {}, credsStore }: DockerConfig, registry: string): string | undefined {
  const key = configKey(registry);
  const own = Object.keys(credHelpers).find((name) => name === key || hostOf(name) === registry);
  return own === undefined ? credsStore || undefined : credHelpers[own];
}
