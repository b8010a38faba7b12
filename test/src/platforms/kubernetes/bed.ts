import { tmpdir } from 'node:os';
import { type Clock, systemClock } from '../../../../src/kernel/clock.js';
import type { Environment } from '../../../../src/kernel/environment.js';
import type { Log } from '../../../../src/kernel/log.js';
import { type ConnectOptions, connect } from '../../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../../src/platforms/kubernetes/access/kubeconfig.js';
import type { Cluster } from '../../../../src/platforms/kubernetes/api/cluster.js';

/** A log that a test can read; `masked` are the secrets that it was told to hide. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly masked: string[] = [];
  info = (text: string) => void this.lines.push(text);
  debug = (text: string) => void this.lines.push(text);
  warning = (text: string) => void this.lines.push(text);
  group = <T>(_heading: string, work: () => Promise<T>) => work();
  mask = (secret: string) => void this.masked.push(secret);
}

export const environmentOf = (variables: Record<string, string | undefined> = {}, workspace = tmpdir()): Environment => ({
  variables,
  workspace,
  temporary: tmpdir(),
  debug: false,
});

/** Real time, except that waits are over at once and are written down. */
export class HastyClock implements Clock {
  readonly waitsMs: number[] = [];
  #skippedMs = 0;

  now(): number {
    return systemClock.now() + this.#skippedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waitsMs.push(ms);
    this.#skippedMs += ms;
    await systemClock.sleep(0, signal);
  }
}

export interface KubeconfigParts {
  readonly server: string;
  readonly cluster?: Record<string, unknown>;
  /** Left out: the context names no user. */
  readonly user?: Record<string, unknown>;
}

export const kubeconfigDocument = ({ server, cluster, user }: KubeconfigParts) => ({
  kind: 'Config',
  apiVersion: 'v1',
  'current-context': 'test',
  clusters: [{ name: 'here', cluster: { server, ...cluster } }],
  contexts: [{ name: 'test', context: { cluster: 'here', namespace: 'shop', ...(user ? { user: 'ci' } : {}) } }],
  users: user ? [{ name: 'ci', user }] : [],
});

/** A cluster behind a kubeconfig, with effects that a test can look at. */
export function connectTo(
  parts: KubeconfigParts,
  options: Partial<ConnectOptions> = {},
): Cluster & { readonly log: RecordingLog } {
  const log = new RecordingLog();
  const kubeconfig = kubeconfigOf(kubeconfigDocument(parts), 'the kubeconfig', tmpdir());
  const cluster = connect(
    { kubeconfig },
    { clock: new HastyClock(), log, environment: environmentOf({ PATH: process.env.PATH }), random: () => 0.5, ...options },
  );
  return Object.assign(cluster, { log });
}

export const anySignal = (): AbortSignal => new AbortController().signal;
