import type { Environment } from '../kernel/environment.js';

/** What the engine fetches by itself: a scheme, `user@host:path` as ssh writes it, `github.com/…` (moby/buildkit, util/gitutil), or standard input. */
export const isAddress = (source: string): boolean => /^([a-z][a-z0-9+.-]*:|[\w.-]+@[\w.-]+:|github\.com\/|-$)/i.test(source);

/** What hosts show in a browser: GitHub and Gitea, GitLab, Bitbucket; `src/branch/main` is Gitea's. */
const PAGE =
  /^(https?:\/\/[^/]+)\/(.+?)(?:\/-)?\/(?:tree|blob|src\/(?:branch|tag|commit)|src)\/([^/?#]+)(?:\/([^?#]*))?(?:[?#].*)?$/;
const HOSTS = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'gitea.com'];

/**
 * BuildKit takes an address over HTTP for a Git repository only where its path ends in `.git`, and for an archive otherwise (moby/buildkit, util/gitutil): the page
 * of a repository is then no Dockerfile.
 * @throws RangeError with the address that is meant
 */
export function refusePage(address: string, { GITHUB_SERVER_URL }: Environment['variables']): string {
  // BuildKit takes `github.com/` alone for Git without a scheme (util/gitutil, the oldest form of Docker).
  const isOldForm = /^github\.com\/[^/]+\/[^/]+/.test(address);
  const bare = isOldForm || /^(?:gitlab\.com|bitbucket\.org)\/[^/]+\/[^/]+/.test(address);
  const url = bare ? `https://${address}` : address;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return address;
  const { host, pathname } = new URL(url);
  const isKnown = [...HOSTS, GITHUB_SERVER_URL?.replace(/^https?:\/\//, '')].includes(host);
  if (!isKnown || /\.git(\/|$)/.test(pathname)) return address;
  const [, server = '', repository = '', ref = '', directory = ''] = PAGE.exec(url) ?? [];
  const shown = withoutUser(address);
  if (server !== '') {
    const path = directory.replace(/\/?[Dd]ockerfile[^/]*$/, '').replace(/\/$/, '');
    const meant = `${withoutUser(server)}/${repository}.git#${ref}${path === '' ? '' : `:${path}`}`;
    throw new RangeError(`"${shown}" is the page of a repository in the browser; write ${meant}`);
  }
  const [, plain, fragment = ''] = /^(https?:\/\/[^/]+\/[^/?#]+\/[^/?#]+)\/?(#.*)?$/.exec(url) ?? [];
  if (plain === undefined || isOldForm) return address;
  throw new RangeError(`"${shown}" would be fetched as a file; a Git repository is written ${withoutUser(plain)}.git${fragment}`);
}

const withoutUser = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');
