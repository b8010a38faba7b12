import path from 'node:path';
import { Api } from '../client/api.js';
import { buildBinary, findBinary } from './binary.js';
import { answers, untilTrue } from './health.js';
import { kubeconfigFile } from './identities.js';
import type { Part } from './part.js';
import { startPart } from './processes.js';
import type { Site } from './site.js';

const etcdAddress = 'http://127.0.0.1:2379';

function apiServerFlags(directory: string): string[] {
  const key = (name: string) => path.join(directory, 'pki', name);
  return [
    `--etcd-servers=${etcdAddress}`,
    '--bind-address=127.0.0.1',
    '--secure-port=6443',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--kubelet-preferred-address-types=InternalIP',
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--client-ca-file=${key('ca.crt')}`,
    // Who asks, when a request is passed on to another server.
    `--requestheader-client-ca-file=${key('ca.crt')}`,
    '--requestheader-allowed-names=front-proxy',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${key('front-proxy.crt')}`,
    `--proxy-client-key-file=${key('front-proxy.key')}`,
    `--token-auth-file=${key('tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key('service-accounts.pub')}`,
    `--service-account-signing-key-file=${key('service-accounts.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

/** Flags that the controller manager and the scheduler share. */
function clientFlags(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    // The defaults (20 and 50 requests a second) make the start take 4 s longer, and a thousand pods minutes.
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
  ];
}

function controllerManagerFlags(directory: string): string[] {
  const key = (name: string) => path.join(directory, 'pki', name);
  return [
    ...clientFlags(kubeconfigFile(directory, 'controller-manager')),
    `--service-account-private-key-file=${key('service-accounts.key')}`,
    `--root-ca-file=${key('ca.crt')}`,
    `--cluster-signing-cert-file=${key('ca.crt')}`,
    `--cluster-signing-key-file=${key('ca.key')}`,
    '--use-service-account-credentials=true',
    // The defaults let an autoscaler pass over a pod's first five minutes, and look every 15 s: longer than most tests.
    '--horizontal-pod-autoscaler-sync-period=2s',
    '--horizontal-pod-autoscaler-cpu-initialization-period=10s',
    '--horizontal-pod-autoscaler-initial-readiness-delay=1s',
  ];
}

interface ClusterPart {
  readonly name: string;
  /** The first one picks the part of the binary. */
  readonly arguments: (site: Site) => readonly string[];
  readonly isHealthy: Part['isHealthy'];
  /** Waits for what the part has to do before the bed is of use. */
  readonly untilUseful?: (site: Site) => Promise<void>;
}

/** A part that is the cluster's one binary. */
function clusterPart({ name, arguments: argumentsFor, isHealthy, untilUseful }: ClusterPart): Part {
  return {
    name,
    prepare: buildBinary,
    async start(site) {
      const started = startPart(site.directory, name, findBinary().file, argumentsFor(site));
      await untilTrue(site.directory, name, started, () => isHealthy(site));
      await untilUseful?.(site);
    },
    isHealthy,
  };
}

export const etcd = clusterPart({
  name: 'etcd',
  arguments: ({ directory }) => ['etcd', path.join(directory, 'etcd'), etcdAddress],
  isHealthy: () => answers(`${etcdAddress}/health`),
});

export const apiServer = clusterPart({
  name: 'apiserver',
  arguments: ({ directory }) => ['apiserver', ...apiServerFlags(directory)],
  isHealthy: isReady,
});

export const controllerManager = clusterPart({
  name: 'controller-manager',
  arguments: ({ directory }) => ['kcm', ...controllerManagerFlags(directory)],
  isHealthy: () => answers('https://127.0.0.1:10257/healthz'),
  untilUseful: untilServiceAccounts,
});

export const scheduler = clusterPart({
  name: 'scheduler',
  arguments: ({ directory }) => ['scheduler', ...clientFlags(kubeconfigFile(directory, 'scheduler'))],
  isHealthy: () => answers('https://127.0.0.1:10259/healthz'),
});

/** The API server is asked with the administrator's token. */
async function isReady({ directory }: Site): Promise<boolean> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  try {
    return (await api.text('GET', '/readyz')) === 'ok';
  } catch {
    return false;
  } finally {
    api.close();
  }
}

/** A pod can only be created once its namespace has a service account; waiting here keeps the first test from paying for it. */
async function untilServiceAccounts({ directory }: Site): Promise<void> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  await api.until('/api/v1/namespaces/default/serviceaccounts', 'default', (account) => account !== undefined);
  api.close();
}
