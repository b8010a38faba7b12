import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { FaultRules } from '../../../../testbed/node/fault-rules.js';
import { Kubelet } from '../../../../testbed/node/kubelet.js';
import { RouteController } from '../../../../testbed/node/route-controller.js';
import type { ImageRewrite } from '../../../../testbed/sandbox/api/admission.js';
import { answerApi } from '../../../../testbed/sandbox/api/server.js';
import { Store } from '../../../../testbed/sandbox/api/store.js';
import { type WebhookOrder, Webhooks } from '../../../../testbed/sandbox/api/webhooks.js';
import type { Writes } from '../../../../testbed/sandbox/api/writes.js';
import { runDeployments } from '../../../../testbed/sandbox/controllers/deployments.js';
import { runEndpointSlices } from '../../../../testbed/sandbox/controllers/endpoint-slices.js';
import { runGarbageCollector, runScheduler, runServiceAccounts } from '../../../../testbed/sandbox/controllers/housekeeping.js';
import { runReplicaSets } from '../../../../testbed/sandbox/controllers/replica-sets.js';
import { DirectApi } from './direct-api.js';
import { GuardedWrites } from './guarded-writes.js';
import type { Network } from './network.js';
import { Traffic, type TrafficOptions } from './traffic.js';

export const NAMESPACE = 'shop';
const API_SERVER = '10.0.0.1:6443';
const TOKEN = 'administrator';
const NODE = 'node-0';

/** Decides what becomes of a request that has arrived. */
export type Gatekeeper = (request: IncomingMessage, response: ServerResponse, answer: RequestListener) => void;

/** The sandbox's API server, controllers and node, in virtual time: nothing of it leaves this process. */
export class SimulatedCluster {
  readonly store = new Store();
  /** As whoever owns the app. */
  readonly api: DirectApi;
  readonly traffic: Traffic;
  readonly #rules = new FaultRules();
  readonly #webhooks = new Webhooks();
  readonly #writes: Writes;
  readonly #kubelet: Kubelet;

  /** @param gatekeeper sees each request of the product first */
  constructor(network: Network, gatekeeper: Gatekeeper, options: TrafficOptions) {
    this.#writes = new GuardedWrites(this.store, this.#webhooks);
    const controls = { store: this.store, writes: this.#writes };
    this.api = new DirectApi(controls.store, controls.writes, 'gitops');
    this.traffic = new Traffic(this.store, NAMESPACE, options);
    const user = { name: 'admin', groups: ['system:masters'] };
    const nodes = { readLog: () => [], dial: (place: { host: string; port: number }) => place };
    const answer = answerApi({ ...controls, webhooks: this.#webhooks, users: new Map([[TOKEN, user]]), nodes });
    network.listen(
      API_SERVER,
      http.createServer((request, response) => {
        // Node's own would be of the real time.
        response.setHeader('date', new Date().toUTCString());
        gatekeeper(request, response, answer);
      }),
    );

    runServiceAccounts(controls);
    runScheduler(controls, NODE);
    runReplicaSets(controls);
    runDeployments(controls);
    runEndpointSlices(controls);
    runGarbageCollector(controls);
    this.#kubelet = this.#runNode(network, new DirectApi(controls.store, controls.writes, 'kubelet'));
  }

  /** Access for the product. */
  get kubeconfig(): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'simulated', cluster: { server: `http://${API_SERVER}` } }],
      users: [{ name: 'admin', user: { token: TOKEN } }],
      contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'admin', namespace: NAMESPACE } }],
      'current-context': 'simulated',
    });
  }

  /** Gives pods of the app other faults than their image says: all of them, or those that have these labels. */
  setFaults(faults: string | null, selector: Readonly<Record<string, string>> = {}): void {
    this.#rules.set({ namespace: NAMESPACE, selector, faults });
    this.#kubelet.reconsider();
  }

  /** Lets a validating webhook be away or say no, from now on. */
  readonly setWebhook = (order: WebhookOrder): void => this.#webhooks.set(order);

  /** Has a mutating webhook write other images over those that are asked for. */
  rewriteImages(kind: ImageRewrite['kind'], rewrite: ImageRewrite['rewrite']): void {
    this.#writes.admission.add({ kind, namespace: NAMESPACE, rewrite });
  }

  #runNode(network: Network, api: DirectApi): Kubelet {
    const { pods } = this.traffic;
    const server = http.createServer((request, response) => {
      const [address = ''] = (request.headers.host ?? '').split(':');
      const pod = pods.serving(address);
      if (!pod) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(this.traffic.metricsOf(pod));
    });
    let last = 0;
    const take = () => {
      last += 1;
      const address = `10.244.${Math.floor(last / 250)}.${(last % 250) + 2}`;
      network.listen(`${address}:8080`, server);
      return address;
    };
    const addresses = { take, give: (address: string) => network.close(`${address}:8080`) };
    const indexOf = (name: string) => (name === NODE ? 0 : -1);
    const kubelet = new Kubelet({ api, nodeAddress: '192.0.2.10', addresses, pods, rules: this.#rules, indexOf });
    const never = new AbortController().signal;
    for (const part of [kubelet.run(never), new RouteController(api).run(never)])
      part.catch((error: unknown) => process.stderr.write(`simulated node: ${String(error)}\n`));
    return kubelet;
  }
}
