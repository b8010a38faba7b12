import { UserError } from '../../../kernel/errors.js';
import type { ClusterEntry, Kubeconfig, UserEntry } from './kubeconfig.js';

/** One way into one cluster: what a context of a kubeconfig stands for. */
export interface Access {
  readonly contextName: string;
  readonly cluster: ClusterEntry;
  readonly clusterName: string;
  /** Undefined for a context without user: requests are sent without credentials. */
  readonly user: UserEntry | undefined;
  readonly userName: string | undefined;
  readonly namespace: string | undefined;
  /** The kubeconfig's, for messages. */
  readonly origin: string;
}

/**
 * @param name the kubeconfig's `current-context` when left out
 * @throws UserError when the context, its cluster or its user isn't there; the message lists what is
 */
export function selectContext(kubeconfig: Kubeconfig, name?: string): Access {
  const { origin, contexts, clusters, users } = kubeconfig;
  const contextName = name ?? kubeconfig.currentContext;
  const known = contexts.size > 0 ? `It has: ${[...contexts.keys()].join(', ')}` : 'It has no contexts at all';
  if (contextName === undefined) {
    throw new UserError(
      'kubeconfig-context-missing',
      `${origin} has no current-context; say which one to use in \`context\`. ${known}`,
    );
  }
  const context = contexts.get(contextName);
  if (context === undefined) {
    const asked = name === undefined ? `its current-context "${contextName}"` : `context "${contextName}"`;
    throw new UserError('kubeconfig-context-missing', `${origin} does not have ${asked}. ${known}`);
  }
  const cluster = clusters.get(context.cluster);
  if (cluster === undefined) throw missing(origin, contextName, 'cluster', context.cluster, clusters);
  const user = context.user === undefined ? undefined : users.get(context.user);
  if (context.user !== undefined && user === undefined) throw missing(origin, contextName, 'user', context.user, users);
  checkServer(cluster.server, context.cluster, origin);
  return {
    contextName,
    cluster,
    clusterName: context.cluster,
    user,
    userName: context.user,
    namespace: context.namespace,
    origin,
  };
}

function missing(origin: string, context: string, what: string, name: string, known: ReadonlyMap<string, unknown>): UserError {
  const have = known.size > 0 ? [...known.keys()].join(', ') : 'none';
  return new UserError(
    'kubeconfig-incomplete',
    `${origin}: context "${context}" names ${what} "${name}", which is not there; ${what}s: ${have}`,
  );
}

function checkServer(server: string, clusterName: string, origin: string): void {
  if (URL.canParse(server) && /^https?:$/.test(new URL(server).protocol)) return;
  throw new UserError(
    'kubeconfig-incomplete',
    `${origin}: the server of cluster "${clusterName}" must be a URL that starts with https://, not "${server}"`,
  );
}
