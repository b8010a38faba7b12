import type { Clock } from '../../../../kernel/clock.js';
import type { Environment } from '../../../../kernel/environment.js';
import { UserError } from '../../../../kernel/errors.js';
import type { Log } from '../../../../kernel/log.js';
import { type Authorization, type Credentials, type Fetched, RenewedCredentials, refreshTime } from '../../api/credentials.js';
import type { Access } from '../context.js';
import type { ExecEntry } from '../kubeconfig.js';
import { readPem } from './material.js';
import { type PluginResult, runPlugin } from './plugin-process.js';
import { tokenExpiry } from './token.js';

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** Without a terminal both mean the same. */
const INTERACTIVE_MODES = ['Never', 'IfAvailable'];

export interface ExecEffects {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: Environment;
  /** Ends a plugin that still runs. */
  readonly signal: AbortSignal | undefined;
  /** How long the plugin may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Credentials from a program, as https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins says:
 * run once for all waiting requests, again before the credentials expire and once after a 401; never interactive.
 * @throws UserError when the kubeconfig asks for what a workflow can't give
 */
export function execCredentials(description: string, exec: ExecEntry, access: Access, effects: ExecEffects): Credentials {
  if (!API_VERSIONS.includes(exec.apiVersion)) {
    throw new UserError(
      'kubeconfig-login-unsupported',
      `The exec section of ${description} has apiVersion "${exec.apiVersion}"; supported: ${API_VERSIONS.join(', ')}.`,
    );
  }
  if (exec.command === '') throw new UserError('kubeconfig-incomplete', `The exec section of ${description} names no command.`);
  if (exec.interactiveMode === 'Always') {
    throw new UserError(
      'kubeconfig-login-unsupported',
      `The exec section of ${description} asks for a terminal (interactiveMode: Always), which a workflow has not.`,
    );
  }
  if (exec.interactiveMode !== undefined && !INTERACTIVE_MODES.includes(exec.interactiveMode)) {
    throw new UserError(
      'kubeconfig-login-unsupported',
      `The exec section of ${description} has interactiveMode "${exec.interactiveMode}"; supported: ${INTERACTIVE_MODES.join(', ')}.`,
    );
  }
  const fetch = async (): Promise<Fetched> => {
    const started = effects.clock.now();
    const result = await runPlugin(exec, execInfo(exec, access), effects);
    effects.log.debug(`${exec.command} gave credentials after ${effects.clock.now() - started} ms`);
    const authorization = readCredential(result, exec, description, effects.log);
    return { authorization, refreshAtMs: refreshTime(effects.clock.now(), authorization.expiresAtMs) };
  };
  return new RenewedCredentials(description, fetch, () => effects.clock.now());
}

/** What the plugin finds in KUBERNETES_EXEC_INFO. */
export function execInfo(exec: ExecEntry, { cluster, clusterName }: Access): object {
  const info = { kind: 'ExecCredential', apiVersion: exec.apiVersion };
  if (!exec.provideClusterInfo) return { ...info, spec: { interactive: false } };
  const ca = cluster.certificateAuthority;
  const about = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
    'certificate-authority-data': ca && readPem(ca, `certificate authority of cluster ${clusterName}`).toString('base64'),
    'proxy-url': cluster.proxyUrl,
    config: cluster.execConfig,
  };
  return { ...info, spec: { interactive: false, cluster: about } };
}

interface ExecCredential {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly status?: Readonly<Record<string, unknown>>;
}

function readCredential({ stdout, stderr }: PluginResult, exec: ExecEntry, description: string, log: Log): Authorization {
  const wrong = (what: string) =>
    new UserError(
      'credential-plugin-failed',
      `${exec.command}, which gives the ${description}, printed ${what}.${stderr === '' ? '' : `\n${stderr}`}`,
    );
  let output: ExecCredential;
  try {
    output = JSON.parse(stdout);
  } catch {
    // The parser's message quotes the output, which may hold a token.
    const login =
      'Its output is not shown, because it may hold a token; often it asks for a login, which belongs before this step';
    throw wrong(stdout.trim() === '' ? 'nothing' : `something that is not JSON. ${login}`);
  }
  if (output?.kind !== 'ExecCredential') throw wrong('JSON that is not an ExecCredential');
  if (output.apiVersion !== exec.apiVersion) {
    throw wrong(`an ExecCredential of ${output.apiVersion}, while the kubeconfig asks for ${exec.apiVersion}`);
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = output.status ?? {};
  if (typeof token === 'string') log.mask(token);
  if (typeof key === 'string') log.mask(key);
  if ((typeof cert === 'string') !== (typeof key === 'string'))
    throw wrong('a client certificate without its key, or the reverse');
  if (typeof token !== 'string' && typeof cert !== 'string')
    throw wrong('an ExecCredential without token and client certificate');
  return {
    headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {},
    ...(typeof cert === 'string' && typeof key === 'string' ? { clientCertificate: { cert, key } } : {}),
    expiresAtMs: readTimestamp(expirationTimestamp, wrong) ?? (typeof token === 'string' ? tokenExpiry(token) : undefined),
  };
}

function readTimestamp(value: unknown, wrong: (what: string) => UserError): number | undefined {
  if (value === undefined || value === null) return undefined;
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw wrong(`an expirationTimestamp that is no time: ${JSON.stringify(value)}`);
  return at;
}
