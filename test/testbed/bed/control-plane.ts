import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from '../client/api.js';
import { BedError } from './error.js';
import { apiServerAddress, kubeconfigFile } from './identities.js';
import { isAlive, type Process, startPart } from './processes.js';

/** Parts of a bed in the order in which they start; they stop in the opposite order, so the API server goes before etcd. */
export const parts = ['etcd', 'apiserver', 'controller-manager', 'scheduler', 'node-player'] as const;

export type Part = (typeof parts)[number];

/** Where the node player takes orders. */
export const controlAddress = 'http://127.0.0.1:10280';

const etcdAddress = 'http://127.0.0.1:2379';

/** The question that tells whether a part works. The API server is asked with the administrator's token. */
export const healthAddress: Readonly<Record<Part, string>> = {
  etcd: `${etcdAddress}/health`,
  apiserver: `${apiServerAddress}/readyz`,
  'controller-manager': 'https://127.0.0.1:10257/healthz',
  scheduler: 'https://127.0.0.1:10259/healthz',
  'node-player': `${controlAddress}/healthz`,
};

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
  ];
}

/** Starts etcd and, once it answers, the API server; returns when that is ready. */
export async function startApiServer(binary: string, directory: string): Promise<void> {
  const etcd = startPart(directory, 'etcd', binary, ['etcd', path.join(directory, 'etcd'), etcdAddress]);
  await untilHealthy(directory, 'etcd', etcd);
  const apiServer = startPart(directory, 'apiserver', binary, ['apiserver', ...apiServerFlags(directory)]);
  await untilHealthy(directory, 'apiserver', apiServer);
}

/** Starts the controller manager and the scheduler; returns when both are healthy. */
export async function startControllers(binary: string, directory: string): Promise<void> {
  const start = (part: Part, ...args: string[]) => untilHealthy(directory, part, startPart(directory, part, binary, args));
  await Promise.all([
    start('controller-manager', 'kcm', ...controllerManagerFlags(directory)),
    start('scheduler', 'scheduler', ...clientFlags(kubeconfigFile(directory, 'scheduler'))),
  ]);
}

const startTimeoutMs = 60_000;

/** @throws BedError when the part ends, or is not healthy within a minute */
export function untilHealthy(directory: string, part: Part, running: Process): Promise<void> {
  return untilTrue(directory, part, running, () => isHealthy(directory, part));
}

/** @throws BedError when the process ends, or a minute passes, before the answer is yes */
export async function untilTrue(directory: string, part: string, running: Process, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  const fail = (what: string) => new BedError(`${part} ${what}. The end of its log:\n${endOfLog(directory, part)}`);
  while (!(await ask())) {
    if (!isAlive(running)) throw fail('ended while it started');
    if (Date.now() > deadline) throw fail(`is not healthy after ${startTimeoutMs / 1000} s`);
    await wait(30);
  }
}

/** A bed that does not start is removed at once, so that its message has to hold the reason. */
function endOfLog(directory: string, part: string): string {
  const log = readFileSync(path.join(directory, 'log', `${part}.log`), 'utf8');
  return log.trimEnd().split('\n').slice(-8).join('\n');
}

/** Asks one part whether it works; to be called inside the bed's network namespace. */
export async function isHealthy(directory: string, part: Part): Promise<boolean> {
  return part === 'apiserver' ? isApiServerReady(directory) : answers(healthAddress[part]);
}

/** True when a GET is answered with 200. */
export function answers(address: string): Promise<boolean> {
  // Controller manager and scheduler sign their own certificates.
  const transport = address.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const request = transport.get(address, { rejectUnauthorized: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

async function isApiServerReady(directory: string): Promise<boolean> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  try {
    return (await api.text('GET', '/readyz')) === 'ok';
  } catch {
    return false;
  } finally {
    api.close();
  }
}
