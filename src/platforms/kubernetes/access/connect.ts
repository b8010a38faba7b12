import { Connection } from '../../../http/connection.js';
import { chooseProxy } from '../../../http/proxy.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Environment } from '../../../kernel/environment.js';
import type { Log } from '../../../kernel/log.js';
import { ApiClient } from '../api/api-client.js';
import { ApiCluster } from '../api/api-cluster.js';
import type { Cluster } from '../api/cluster.js';
import type { WatchTimes } from '../api/list-watch.js';
import type { ClusterInputs } from './cluster-inputs.js';
import { type Access, selectContext } from './context.js';
import { credentialsFor, secretsOf } from './credentials/for-user.js';
import { readPem } from './credentials/material.js';

export interface ConnectOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: Environment;
  /** Ends a credential plugin that still runs; requests have a signal of their own. */
  readonly signal?: AbortSignal;
  /** Sends everything that changes something with `dryRun=All`. */
  readonly dryRun?: boolean;
  /** Uniform in [0, 1); spreads retries. */
  readonly random?: () => number;
  readonly execTimeoutMs?: number;
  readonly watchTimes?: Partial<WatchTimes>;
}

/**
 * The cluster that the inputs mean. Nothing is sent, and no file but the kubeconfig was read, before the first call.
 * @throws UserError when the kubeconfig has no such context; `clusterConflicts` finds that earlier
 */
export function connect(inputs: ClusterInputs, options: ConnectOptions): Cluster {
  const { clock, log } = options;
  for (const user of inputs.kubeconfig.users.values()) for (const secret of secretsOf(user)) log.mask(secret);
  const access = selectContext(inputs.kubeconfig, inputs.context);
  const namespace = inputs.namespace ?? access.namespace ?? 'default';
  const { server } = access.cluster;
  const origin = `context "${access.contextName}" of ${access.origin}`;
  log.info(`Cluster ${server}, namespace ${namespace} (${origin})`);
  const client = new ApiClient(
    () => ({ connection: openConnection(access, options), credentials: openCredentials(access, options) }),
    { server, origin, dryRun: options.dryRun ?? false },
    { clock, log, random: options.random ?? Math.random },
  );
  return new ApiCluster(client, namespace, options.watchTimes);
}

function openConnection({ cluster, clusterName }: Access, { environment, log }: ConnectOptions): Connection {
  const url = new URL(cluster.server);
  const proxy = chooseProxy(url, cluster.proxyUrl, environment.variables);
  if (proxy !== undefined) log.info(`Through the proxy ${new URL(proxy).host}`);
  if (cluster.insecureSkipTlsVerify) {
    log.warning(`The identity of ${cluster.server} is not checked: the kubeconfig says insecure-skip-tls-verify`);
  }
  return new Connection({
    url,
    certificateAuthority:
      cluster.certificateAuthority && readPem(cluster.certificateAuthority, `certificate authority of cluster ${clusterName}`),
    tlsServerName: cluster.tlsServerName,
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify,
    proxy,
  });
}

const openCredentials = (access: Access, { clock, log, environment, signal, execTimeoutMs }: ConnectOptions) =>
  credentialsFor(access, { clock, log, environment, signal, timeoutMs: execTimeoutMs ?? 30_000 });
