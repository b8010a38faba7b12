import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startingLog } from '../app/log.js';
import { Api } from '../client/api.js';
import type { Source } from '../load/destination.js';
import { type FaultOrder, FaultRules } from '../node/fault-rules.js';
import { Kubelet } from '../node/kubelet.js';
import type { LivePod } from '../node/live-pods.js';
import { RouteController } from '../node/route-controller.js';
import type { ImageRewrite } from './api/admission.js';
import type { User } from './api/authorization.js';
import { serveApi } from './api/server.js';
import { Store } from './api/store.js';
import { type WebhookOrder, Webhooks } from './api/webhooks.js';
import { Writes } from './api/writes.js';
import { selfSigned } from './certificate.js';
import { runDeployments } from './controllers/deployments.js';
import { runEndpointSlices } from './controllers/endpoint-slices.js';
import { runGarbageCollector, runScheduler, runServiceAccounts } from './controllers/housekeeping.js';
import { runReplicaSets } from './controllers/replica-sets.js';
import type { Controls } from './controllers/workloads.js';
import { type Block, ListeningPods, PodAddresses, takeBlock } from './loopback.js';
import type { RunProgram } from './program.js';
import { type Router, startRouter } from './router.js';

/** A cluster in one process: README.md says what it does and what it does not. */
export interface Sandbox {
  /** `https://127.X.Y.1:PORT` */
  readonly server: string;
  /** Holds the kubeconfigs; gone once the sandbox is closed. */
  readonly directory: string;
  /** Paths: `admin` may do everything, `deployer` what a RoleBinding gives to the group `deployers`. */
  readonly kubeconfigs: Readonly<Record<UserName, string>>;
  /** As the administrator. */
  readonly api: Api;
  /** On which pods listen: their `containerPort`. */
  readonly podPort: number;
  /** Gives pods other faults than their image says, from now on; `faults: null` takes it back. */
  setFaults(order: FaultOrder): void;
  /** Has a mutating webhook write other images over those that are asked for, from now on. */
  rewriteImages(rewrite: ImageRewrite): void;
  /** Lets a validating webhook be away or say no, from now on. */
  setWebhook(order: WebhookOrder): void;
  /** Puts a router in front of the backends of an HTTPRoute, by its name, or of an IngressRoute. */
  startRouter(namespace: string, source: string | Source): Promise<Router>;
  /** Writes a kubeconfig for whoever has the token and returns its path. */
  kubeconfigFor(token: string): string;
  /** Ends everything and leaves nothing behind. */
  close(): Promise<void>;
}

const users = {
  admin: { name: 'admin', groups: ['system:masters'] },
  deployer: { name: 'deployer', groups: ['deployers'] },
  node: { name: 'testbed:node-player', groups: ['system:masters'] },
} satisfies Record<string, User>;

type UserName = keyof typeof users;

const nodeName = 'node-0';

export interface SandboxOptions {
  /** As if the machine had 127.0.0.1 only. */
  readonly hasOneAddress?: boolean;
  /** For images that are programs of their own. */
  readonly runProgram?: RunProgram;
}

/**
 * Starts a sandbox on loopback addresses of its own, so that several run side by side.
 */
export async function startSandbox({ hasOneAddress = false, runProgram }: SandboxOptions = {}): Promise<Sandbox> {
  const block = await takeBlock(hasOneAddress);
  const store = new Store();
  const controls: Controls = { store, writes: new Writes(store) };
  const pods = new ListeningPods(block, runProgram);
  const webhooks = new Webhooks();
  const token: Record<UserName, string> = { admin: secret(), deployer: secret(), node: secret() };
  const names = Object.keys(users) as UserName[];
  const keyPair = selfSigned(block.serverAddress);
  const server = await serveApi(
    {
      ...controls,
      webhooks,
      users: new Map(names.map((name): [string, User] => [token[name], users[name]])),
      nodes: { readLog: (namespace, name) => logOf(pods.find(namespace, name)), dial: block.dial },
    },
    keyPair,
    block.serverAddress,
  );
  const directory = mkdtempSync(path.join(tmpdir(), 'd9-sandbox-'));
  const kubeconfig = (name: string, of: string): string =>
    writeKubeconfig(directory, name, { server: server.url, token: of, certificate: keyPair.certificate });
  const kubeconfigs = {
    admin: kubeconfig('admin', token.admin),
    deployer: kubeconfig('deployer', token.deployer),
    node: kubeconfig('node', token.node),
  };

  const stopControllers = runControllers(controls);
  const node = runNode(new Api(kubeconfigs.node), block, pods);
  const api = new Api(kubeconfigs.admin);
  const routers: Router[] = [];
  return {
    server: server.url,
    directory,
    kubeconfigs,
    api,
    podPort: block.podPort,
    setFaults: node.setFaults,
    rewriteImages: (rewrite) => controls.writes.admission.add(rewrite),
    setWebhook: (order) => webhooks.set(order),
    startRouter: async (namespace, source) => {
      const router = await startRouter(api, namespace, typeof source === 'string' ? { route: source } : source, block);
      routers.push(router);
      return router;
    },
    kubeconfigFor: (of) => kubeconfig(`other-${secret()}`, of),
    close: async () => {
      stopControllers();
      await Promise.all(routers.map((router) => router.close()));
      await node.stop();
      api.close();
      await server.close();
      pods.close();
      block.release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const secret = (): string => randomBytes(16).toString('hex');

const logOf = (pod: LivePod | undefined): readonly string[] | undefined => pod && startingLog(pod.faults, pod.version);

/** @returns how to stop them */
function runControllers(controls: Controls): () => void {
  const stops = [
    runServiceAccounts(controls),
    runScheduler(controls, nodeName),
    runReplicaSets(controls),
    runDeployments(controls),
    runEndpointSlices(controls),
    runGarbageCollector(controls),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

interface RunningNode {
  setFaults(order: FaultOrder): void;
  stop(): Promise<void>;
}

/** The bed's node player, as it is, with pods on loopback addresses; and its controller of HTTPRoutes. */
function runNode(api: Api, block: Block, pods: ListeningPods): RunningNode {
  const rules = new FaultRules();
  const addresses = new PodAddresses(block);
  const indexOf = (name: string) => (name === nodeName ? 0 : -1);
  const kubelet = new Kubelet({ api, nodeAddress: block.address(1), addresses, pods, rules, indexOf });
  const ended = new AbortController();
  const running = Promise.all([kubelet.run(ended.signal), new RouteController(api).run(ended.signal)]);
  return {
    setFaults: (order) => {
      rules.set(order);
      kubelet.reconsider();
    },
    stop: async () => {
      ended.abort();
      await running;
      kubelet.end();
      api.close();
    },
  };
}

interface Entry {
  readonly server: string;
  readonly token: string;
  readonly certificate: string;
}

/** @returns its path */
function writeKubeconfig(directory: string, name: string, { server, token, certificate }: Entry): string {
  const authority = Buffer.from(certificate).toString('base64');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: name } }],
    'current-context': 'sandbox',
  };
  const file = path.join(directory, `${name}.kubeconfig`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}
