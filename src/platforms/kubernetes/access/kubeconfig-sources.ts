import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Environment } from '../../../kernel/environment.js';
import { UserError } from '../../../kernel/errors.js';
import { type Kubeconfig, kubeconfigOf, mergeKubeconfigs, parseKubeconfig } from './kubeconfig.js';

/** What to do where there is none; a command has other words for it. */
export const FROM_A_SECRET = 'Pass its content in `kubeconfig`, for example from a secret';

/** Where the kubelet mounts a pod's own credentials (client-go `rest/config.go`, InClusterConfig). */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The kubeconfig that the user means: content, a path (relative ones start at the workspace), or nothing at all:
 * `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod.
 * @throws UserError when what was named isn't a kubeconfig, or when there is nothing to find
 */
export async function findKubeconfig(given: string, environment: Environment): Promise<Kubeconfig> {
  if (isBase64(given.replace(/\s/g, ''))) throw new UserError('kubeconfig-encoded', encoded(given));
  if (given.includes('\n') || given.trimStart().startsWith('{')) {
    return parseKubeconfig(given, 'the kubeconfig', environment.workspace);
  }
  if (given !== '') return readKubeconfig(expandHome(given, environment), environment);

  const named = (environment.variables.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length > 0) return readAll(named, environment);
  const home = homeOf(environment);
  const usual = home ? join(home, '.kube', 'config') : undefined;
  if (usual !== undefined && existsSync(usual)) return readKubeconfig(usual, environment);
  const own = inClusterKubeconfig(environment, SERVICE_ACCOUNT_DIRECTORY);
  if (own !== undefined) return own;
  throw new UserError(
    'kubeconfig-missing',
    'there is no kubeconfig: the input is empty, KUBECONFIG is not set, there is no ~/.kube/config, and this is not a pod with a service account. ' +
      FROM_A_SECRET,
  );
}

/** Files that don't exist are passed over, as kubectl does, unless none does. */
async function readAll(paths: readonly string[], environment: Environment): Promise<Kubeconfig> {
  const present = paths.filter((path) => existsSync(resolve(environment.workspace, path)));
  if (present.length === 0 && !paths.every(isShowable))
    throw new UserError(
      'kubeconfig-missing',
      `KUBECONFIG has paths, and ${unshown(paths.join(delimiter))}; pass its content in \`kubeconfig\``,
    );
  if (present.length === 0)
    throw new UserError(
      'kubeconfig-missing',
      `KUBECONFIG names ${paths.join(' and ')}, which ${plural(paths)} not exist; log in to the cluster before this step, or pass its content in \`kubeconfig\``,
    );
  return mergeKubeconfigs(await Promise.all(present.map((path) => readKubeconfig(path, environment))));
}

const plural = (paths: readonly string[]): string => (paths.length === 1 ? 'does' : 'do');

async function readKubeconfig(path: string, environment: Environment): Promise<Kubeconfig> {
  const absolute = resolve(environment.workspace, path);
  let content: string;
  try {
    content = readFileSync(absolute, 'utf8');
  } catch (cause) {
    throw new UserError('kubeconfig-missing', unreadable(path, cause), { cause });
  }
  return parseKubeconfig(content, `kubeconfig ${path}`, dirname(absolute));
}

/** On one line, or on lines of 76 as `base64` prints it. */
const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]{60,}={0,2}$/.test(text);

/** A secret must not be printed back. */
const encoded = (given: string): string =>
  `this is neither the content of a kubeconfig nor a path (${given.length} characters); if it is base64, decode it first`;

/**
 * Whether a text may be shown as a path. A bare token where a kubeconfig belongs would stand in the log for everybody; what is shown says that it
 * is a file, by where it begins or how it ends, and has no long run of letters and digits.
 */
const isShowable = (path: string): boolean =>
  path.length <= 200 &&
  /^[\w./~ \\:-]*$/.test(path) &&
  !/[A-Za-z0-9_-]{33,}|^eyJ/.test(path) &&
  (/^(\.{0,2}|~|[A-Za-z]:)[/\\]/.test(path) || /config|kube/i.test(path) || /\.(ya?ml|json|conf)$/i.test(path));

const unshown = (path: string): string =>
  `what was given (${path.length} characters, not shown because it may be a secret) is neither the content of a kubeconfig nor the path of a file that is there; a token or a certificate alone is no kubeconfig`;

function unreadable(path: string, cause: unknown): string {
  if (!isShowable(path)) return unshown(path);
  const code = (cause as NodeJS.ErrnoException).code;
  if (code !== 'ENOENT') return `"${path}" can't be read (${code})`;
  return `there is no file "${path}"; give the content of a kubeconfig, for example from a secret, or the path of one that an earlier step has written`;
}

/** Windows has no HOME; client-go looks in the same places (util/homedir). */
const homeOf = ({ variables }: Environment): string | undefined => variables.HOME || variables.USERPROFILE;

function expandHome(path: string, environment: Environment): string {
  const home = homeOf(environment);
  return /^~[/\\]/.test(path) && home ? join(home, path.slice(2)) : path;
}

/** The pod's own access to its cluster, or undefined outside a pod. The token file is read again each minute, because the kubelet rotates it. */
export function inClusterKubeconfig(environment: Environment, directory: string): Kubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment.variables;
  const tokenFile = join(directory, 'token');
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const namespaceFile = join(directory, 'namespace');
  const name = 'in-cluster';
  const document = {
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
          'certificate-authority': join(directory, 'ca.crt'),
        },
      },
    ],
    users: [{ name, user: { tokenFile } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: readOptional(namespaceFile) } }],
  };
  return kubeconfigOf(document, "the pod's service account", directory);
}

const readOptional = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined);
