import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { load } from 'js-yaml';
import { isPossible, kindOf, type RequestFault, strike, type Victim } from '../strike.js';

/** What is to happen to a request of the step that comes next: to the first from that number on to which it can. */
export interface Order {
  readonly from: number;
  readonly fault: RequestFault;
  readonly victim: Victim;
}

/** Stands between the steps and a cluster's API server, and does to one request what it was told. */
export interface ApiProxy {
  /** Path of a kubeconfig that leads through it. */
  readonly kubeconfig: string;
  /** Numbers from 0 again. */
  arm(order: Order): void;
  /** The request that was struck since `arm`, by method and path; undefined when none was. */
  readonly struck: string | undefined;
  close(): Promise<void>;
}

interface Kubeconfig {
  readonly clusters: [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
  readonly users: [
    { readonly user: Readonly<Record<'token' | 'client-certificate-data' | 'client-key-data', string | undefined>> },
  ];
}

/** @param kubeconfig path of the one whose cluster and user it stands for */
export async function startApiProxy(kubeconfig: string, directory: string): Promise<ApiProxy> {
  const { clusters, users } = load(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const { token, 'client-certificate-data': certificate, 'client-key-data': key } = users[0].user;
  const decoded = (data: string | undefined) => (data === undefined ? undefined : Buffer.from(data, 'base64'));
  const agent = new https.Agent({ ca: decoded(authority), cert: decoded(certificate), key: decoded(key), keepAlive: true });
  let order: Order | undefined;
  let count = 0;
  let struck: string | undefined;

  const pass = (request: http.IncomingMessage, response: http.ServerResponse) => {
    const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) };
    delete headers.host;
    const onward = https.request(`${server}${request.url}`, { method: request.method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // A watch has a head long before it has a line.
      response.flushHeaders();
      answer.on('data', (chunk: Buffer) => response.write(chunk));
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
  const listener = http.createServer((request, response) => {
    const index = count;
    count += 1;
    const isDue = order && struck === undefined && index >= order.from && isPossible(order.fault, kindOf(request));
    if (!order || !isDue) {
      pass(request, response);
      return;
    }
    struck = `${request.method} ${request.url?.split('?')[0]}`;
    strike(order.fault, request, response, (to) => pass(request, to), order.victim);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const file = path.join(directory, `through-proxy-${(listener.address() as AddressInfo).port}.kubeconfig`);
  writeFileSync(file, configFor(`http://127.0.0.1:${(listener.address() as AddressInfo).port}`), { mode: 0o600 });
  return {
    kubeconfig: file,
    arm: (next) => {
      order = next;
      count = 0;
      struck = undefined;
    },
    get struck() {
      return struck;
    },
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}

const configFor = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server } }],
    users: [{ name: 'proxy', user: { token: 'the-proxy-has-it' } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  });
