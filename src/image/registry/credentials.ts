import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';
import type { BuildEffects } from '../effects.js';
import { firstExecutable, searchPath } from '../executable.js';
import type { Run } from '../process.js';
import { configKey, dockerConfigDirectory, findAuth, findHelper, readDockerConfig } from './docker-config.js';

/** Who asks a registry. Holds secrets: never logged. */
export type RegistryCredentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string; readonly origin: string }
  /** A refresh token that an access token is got with. */
  | { readonly kind: 'identity-token'; readonly token: string; readonly origin: string }
  /** An access token that is sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly origin: string }
  | { readonly kind: 'none'; readonly origin: string };

/** User name under which a helper hands out a refresh token (github.com/docker/docker-credential-helpers). */
const TOKEN_USER = '<token>';

/**
 * Finds the login of a registry: what the step was given, else as Docker does, in the helper that the configuration names for it or in the configuration.
 * @throws UserError when a helper is missing or fails for another reason than not having the login
 */
export async function findCredentials(
  registry: string,
  { environment, login, run, signal }: Pick<BuildEffects, 'environment' | 'login' | 'run' | 'signal'>,
): Promise<RegistryCredentials> {
  if (login?.registry === registry) {
    return { kind: 'password', ...login, origin: 'the inputs `username` and `password`' };
  }
  const config = readDockerConfig(environment);
  // With a login of its own this step has a copy of the configuration, whose place means nothing to anybody.
  const origin =
    login === undefined
      ? `${dockerConfigDirectory(environment)}/config.json`
      : `Docker's configuration (\`username\` and \`password\` are for ${login.registry})`;
  const helper = findHelper(config, registry);
  const fromHelper = helper === undefined ? undefined : await askHelper(helper, registry, environment, run, signal);
  if (fromHelper !== undefined) return fromHelper;

  const entry = findAuth(config, registry);
  if (entry?.registrytoken) return { kind: 'registry-token', token: entry.registrytoken, origin };
  if (entry?.identitytoken) return { kind: 'identity-token', token: entry.identitytoken, origin };
  const [username = '', password = ''] = entry?.auth
    ? splitOnce(Buffer.from(entry.auth, 'base64').toString('utf8'))
    : [entry?.username, entry?.password];
  if (username === '' || password === '') return { kind: 'none', origin };
  return { kind: 'password', username, password, origin };
}

/** A password may have colons of its own. */
function splitOnce(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Protocol: the server on stdin, `{"ServerURL","Username","Secret"}` on stdout; exit 1 and a sentence on stdout when it has none. */
async function askHelper(
  suffix: string,
  registry: string,
  { workspace, variables }: Environment,
  run: Run,
  signal: AbortSignal,
): Promise<RegistryCredentials | undefined> {
  const name = `docker-credential-${suffix}`;
  const file = firstExecutable(searchPath(variables), name);
  if (file === undefined) {
    throw new UserError(
      'credential-helper-failed',
      `Docker's configuration says that ${name} keeps the login of ${registry}, but PATH has no such program.\nInstall it, or give \`username\` and \`password\`.`,
    );
  }
  const exit = await run({ file, args: ['get'], cwd: workspace, variables, input: configKey(registry) }, { signal });
  if (exit.code !== 0 && /not found/i.test(exit.stdout)) return undefined;
  if (exit.code !== 0) {
    const said = exit.lastErrorLines.at(-1) ?? exit.stdout.trim().slice(0, 200);
    throw new UserError(
      'credential-helper-failed',
      `${name} gave no login for ${registry}: ${said || `it ended with exit code ${exit.code}`}.`,
    );
  }
  try {
    const { Username: username, Secret: secret } = JSON.parse(exit.stdout) as { Username: string; Secret: string };
    if (username === TOKEN_USER) return { kind: 'identity-token', token: secret, origin: name };
    return { kind: 'password', username, password: secret, origin: name };
  } catch (cause) {
    throw new UserError('credential-helper-failed', `${name} answered something else than JSON for ${registry}.`, { cause });
  }
}
