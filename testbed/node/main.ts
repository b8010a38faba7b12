/**
 * The node player: a process inside the bed's network namespace that registers fake nodes, plays the kubelet's part of the
 * API for their pods, and answers HTTP for them. It also writes HTTPRoute status as a gateway's controller would.
 * Arguments: the bed's directory, the number of nodes.
 */
import { kubeconfigFile } from '../bed/identities.js';
import { nodeAddress } from '../bed/network.js';
import { Api } from '../client/api.js';
import { Addresses } from './addresses.js';
import { controlAddress } from './control-address.js';
import { serveControl } from './control-server.js';
import { FaultRules } from './fault-rules.js';
import { Kubelet } from './kubelet.js';
import { LivePods } from './live-pods.js';
import { serveLogs } from './log-server.js';
import { servePods } from './pod-server.js';
import { registerNode, renewLease } from './registration.js';
import { RouteController } from './route-controller.js';

const renewEveryMs = 10_000;

const [directory = '', count = '2'] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, index) => `node-${index}`);
const api = new Api(kubeconfigFile(directory, 'node'));
const pods = new LivePods();
const rules = new FaultRules();
const ended = new AbortController();
process.on('SIGTERM', () => process.exit(0));

await Promise.all(names.map((name) => registerNode(api, name, nodeAddress)));
const complain = (error: unknown) => process.stderr.write(`${error}\n`);
setInterval(() => Promise.all(names.map((name) => renewLease(api, name))).catch(complain), renewEveryMs);

const addresses = new Addresses(names.length);
const kubelet = new Kubelet({ api, nodeAddress, addresses, pods, rules, indexOf: (name) => names.indexOf(name) });
await Promise.all([servePods(pods), serveLogs(directory, nodeAddress, pods)]);
await serveControl(new URL(controlAddress), pods, rules, () => kubelet.reconsider());
await Promise.all([kubelet.run(ended.signal), new RouteController(api).run(ended.signal)]);
