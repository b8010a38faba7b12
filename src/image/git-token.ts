import type { Environment } from '../kernel/environment.js';
import type { BuildSecret } from './build-plan.js';

/**
 * The token for what the engine fetches from the GitHub that the workflow is on; another host must not get it. BuildKit takes a token for Git by the name
 * of the host (docs.docker.com/build/building/secrets).
 * @param urls what is fetched: Git repositories, or anything else
 * @param secrets one that names a token for Git takes the place of this
 */
export function gitTokens(
  token: string | undefined,
  urls: readonly string[],
  secrets: readonly BuildSecret[],
  { variables }: Pick<Environment, 'variables'>,
): BuildSecret[] {
  if (token === undefined || secrets.some(({ id }) => id.startsWith('GIT_AUTH_TOKEN'))) return [];
  const server = variables.GITHUB_SERVER_URL || 'https://github.com';
  const isThere = urls.some((url) => url.startsWith(`${server}/`));
  return isThere ? [{ id: `GIT_AUTH_TOKEN.${new URL(server).host}`, from: 'value', value: token }] : [];
}
