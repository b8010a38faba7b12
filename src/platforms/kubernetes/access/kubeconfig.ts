import { join, resolve } from 'node:path';
import type { YAMLException } from 'js-yaml';
import { UserError } from '../../../kernel/errors.js';
import { Fields } from './kubeconfig-fields.js';

/**
 * A kubeconfig after merging: clusters, users and contexts by name, file paths absolute.
 * Field names and precedence follow client-go `tools/clientcmd/api/v1/types.go`: data given inline wins over a file.
 */
export interface Kubeconfig {
  /** Where it was read, for messages; never its content. */
  readonly origin: string;
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
}

export interface ContextEntry {
  readonly cluster: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

/** Bytes that stand in the kubeconfig (base64, as written) or in a file (absolute path). */
export type Material = { readonly base64: string } | { readonly file: string };

export interface ClusterEntry {
  readonly server: string;
  readonly certificateAuthority: Material | undefined;
  readonly tlsServerName: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly proxyUrl: string | undefined;
  /** What the cluster wants its credential plugin to know: extension `client.authentication.k8s.io/exec`. */
  readonly execConfig: unknown;
}

export interface UserEntry {
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly clientCertificate: Material | undefined;
  readonly clientKey: Material | undefined;
  readonly exec: ExecEntry | undefined;
  readonly authProvider: AuthProviderEntry | undefined;
  readonly basic: boolean;
  readonly impersonate: Impersonation | undefined;
}

export interface ExecEntry {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string | undefined;
  readonly interactiveMode: string | undefined;
  readonly provideClusterInfo: boolean;
}

export interface AuthProviderEntry {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

export interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads one kubeconfig, YAML or JSON.
 * @param origin where the text came from, in words for a message
 * @param directory absolute; relative paths in the text start there, as in kubectl
 * @throws UserError when the text can't be read or isn't a kubeconfig; the text itself is never quoted, it holds secrets
 */
export async function parseKubeconfig(content: string, origin: string, directory: string): Promise<Kubeconfig> {
  return kubeconfigOf(await readDocument(content, origin), origin, directory);
}

/** The same of what was parsed already. */
export function kubeconfigOf(document: unknown, origin: string, directory: string): Kubeconfig {
  if (document === undefined || document === null) return emptyKubeconfig(origin);
  const fields = new Fields(document, origin, '');
  const looksLikeOne = ['clusters', 'contexts', 'users', 'current-context'].some((key) => fields.has(key));
  if (fields.text('kind') !== 'Config' && !looksLikeOne) {
    throw new UserError(
      'kubeconfig-invalid',
      `${origin} is not a kubeconfig: it has neither "kind: Config" nor clusters, contexts or users`,
    );
  }
  return {
    origin,
    currentContext: fields.text('current-context') || undefined,
    contexts: fields.named('contexts', 'context', readContext),
    clusters: fields.named('clusters', 'cluster', (cluster) => readCluster(cluster, directory)),
    users: fields.named('users', 'user', (user) => readUser(user, directory)),
  };
}

const emptyKubeconfig = (origin: string): Kubeconfig => ({
  origin,
  currentContext: undefined,
  contexts: new Map(),
  clusters: new Map(),
  users: new Map(),
});

/** Joins several files as kubectl does: of two entries with one name, the first counts. */
export function mergeKubeconfigs(kubeconfigs: readonly Kubeconfig[]): Kubeconfig {
  const firstWins = <T>(maps: ReadonlyArray<ReadonlyMap<string, T>>) => new Map(maps.toReversed().flatMap((map) => [...map]));
  return {
    origin: kubeconfigs.map(({ origin }) => origin).join(' and '),
    currentContext: kubeconfigs.find(({ currentContext }) => currentContext)?.currentContext,
    contexts: firstWins(kubeconfigs.map(({ contexts }) => contexts)),
    clusters: firstWins(kubeconfigs.map(({ clusters }) => clusters)),
    users: firstWins(kubeconfigs.map(({ users }) => users)),
  };
}

/** Prefix that no kubeconfig contains by accident; a text that does is parsed as it is. */
const PLACEHOLDER = 'd9-long-value-';

/** Certificates and tokens are most of a kubeconfig's bytes; taking them out before the scan halves its time (cold, js-yaml 5). */
async function readDocument(content: string, origin: string): Promise<unknown> {
  if (content.trimStart().startsWith('{')) return readJson(content, origin);
  // Loaded here, because to load the library costs a step with a kubeconfig in JSON as much as a request does.
  const { load, YAMLException: Broken } = await import('js-yaml');
  try {
    if (content.includes(PLACEHOLDER)) return load(content);
    const longValues: string[] = [];
    const short = content.replace(/[A-Za-z0-9+/=_.-]{120,}/g, (value) => `${PLACEHOLDER}${longValues.push(value) - 1}-`);
    if (short.trim() === '') return undefined;
    return restore(load(short), longValues);
  } catch (cause) {
    // The library's own message is not shown: it quotes the text.
    const reason = cause instanceof Broken ? `: ${cause.reason}${position(cause)}` : '';
    throw new UserError('kubeconfig-invalid', `${origin} is not readable as YAML or JSON${reason}`);
  }
}

function readJson(content: string, origin: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Without the cause: its message quotes the text.
    throw new UserError('kubeconfig-invalid', `${origin} is not readable as YAML or JSON`);
  }
}

const position = ({ mark }: YAMLException): string => (mark ? ` (line ${mark.line + 1}, column ${mark.column + 1})` : '');

function restore(value: unknown, longValues: readonly string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/d9-long-value-(\d+)-/g, (_, index: string) => longValues[Number(index)] ?? '');
  }
  if (Array.isArray(value)) return value.map((item) => restore(item, longValues));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item, longValues)]));
}

const readContext = (context: Fields): ContextEntry => ({
  cluster: context.text('cluster') ?? '',
  user: context.text('user') || undefined,
  namespace: context.text('namespace') || undefined,
});

function readCluster(cluster: Fields, directory: string): ClusterEntry {
  const extension = cluster.list('extensions').find((item) => item.text('name') === 'client.authentication.k8s.io/exec');
  return {
    server: cluster.text('server') ?? '',
    certificateAuthority: material(cluster, 'certificate-authority', directory),
    tlsServerName: cluster.text('tls-server-name') || undefined,
    insecureSkipTlsVerify: cluster.flag('insecure-skip-tls-verify'),
    proxyUrl: cluster.text('proxy-url') || undefined,
    execConfig: extension?.value('extension'),
  };
}

function readUser(user: Fields, directory: string): UserEntry {
  const tokenFile = user.text('tokenFile');
  const impersonate: Impersonation = {
    user: user.text('as') || undefined,
    uid: user.text('as-uid') || undefined,
    groups: user.texts('as-groups'),
    extra: user.map('as-user-extra', (extra, key) => extra.texts(key)),
  };
  const impersonates =
    impersonate.user || impersonate.uid || impersonate.groups.length > 0 || Object.keys(impersonate.extra).length > 0;
  return {
    token: user.token('token'),
    tokenFile: tokenFile ? resolve(directory, tokenFile) : undefined,
    clientCertificate: material(user, 'client-certificate', directory),
    clientKey: material(user, 'client-key', directory),
    exec: user.has('exec') ? readExec(user.child('exec'), directory) : undefined,
    authProvider: user.has('auth-provider') ? readAuthProvider(user.child('auth-provider')) : undefined,
    basic: user.has('username') || user.has('password'),
    impersonate: impersonates ? impersonate : undefined,
  };
}

function readExec(exec: Fields, directory: string): ExecEntry {
  const command = exec.text('command') ?? '';
  return {
    apiVersion: exec.text('apiVersion') ?? '',
    // A bare name is looked up in PATH; anything with a separator starts at the kubeconfig (client-go, clientcmd/loader.go).
    command: command.includes('/') ? resolve(directory, command) : command,
    args: exec.texts('args'),
    env: Object.fromEntries(exec.list('env').map((item) => [item.text('name') ?? '', item.text('value') ?? ''])),
    installHint: exec.text('installHint') || undefined,
    interactiveMode: exec.text('interactiveMode') || undefined,
    provideClusterInfo: exec.flag('provideClusterInfo'),
  };
}

const readAuthProvider = (provider: Fields): AuthProviderEntry => ({
  name: provider.text('name') ?? '',
  config: provider.map('config', (config, key) => config.text(key) ?? ''),
});

function material(fields: Fields, key: string, directory: string): Material | undefined {
  const base64 = fields.text(`${key}-data`);
  if (base64) return { base64 };
  const file = fields.text(key);
  return file ? { file: file.startsWith('/') ? file : join(directory, file) } : undefined;
}
