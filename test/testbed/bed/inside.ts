import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type KubeObject } from '../client/api.js';
import { isHealthy, parts, startApiServer, startControllers, untilHealthy } from './control-plane.js';
import { applyDefinitions } from './definitions.js';
import { BedError } from './error.js';
import { kubeconfigFile } from './identities.js';
import { isAlive, readPart, startPart } from './processes.js';

/** What `up` and `status` do inside the bed's network namespace, as a process of its own: only there do the servers answer. */
const [order, directory = '', ...rest] = process.argv.slice(2);
try {
  if (order === 'start') await start(rest);
  else process.stdout.write(JSON.stringify(await health()));
} catch (error) {
  process.stderr.write(`${error instanceof BedError ? error.message : (error as Error).stack}\n`);
  // Not only an exit code: what else is being waited for would keep us for a minute.
  process.exit(1);
}

async function start([binary = '', nodes = '', ...crds]: string[]): Promise<void> {
  await startApiServer(binary, directory);
  const api = new Api(kubeconfigFile(directory, 'admin'));
  const playerFile = path.join(import.meta.dirname, '..', 'node', 'main.js');
  const player = startPart(directory, 'node-player', process.execPath, [playerFile, directory, nodes]);
  const controllers = startControllers(binary, directory);
  await Promise.all([controllers, applyDefinitions(api, crds), untilHealthy(directory, 'node-player', player)]);
  await Promise.all([untilServiceAccounts(api), untilSchedulable(api, Number(nodes))]);
  api.close();
}

/** A pod can only be created once its namespace has a service account; waiting here keeps the first test from paying for it. */
async function untilServiceAccounts(api: Api): Promise<void> {
  await api.until('/api/v1/namespaces/default/serviceaccounts', 'default', (account) => account !== undefined);
}

/** A node that is new carries a taint until the controller manager has seen it ready; the first rollout would wait for that. */
async function untilSchedulable(api: Api, nodes: number): Promise<void> {
  const isFree = (node: KubeObject | undefined) => node !== undefined && !(node.spec as { taints?: unknown }).taints;
  const names = Array.from({ length: nodes }, (_, index) => `node-${index}`);
  await Promise.all(names.map((name) => api.until('/api/v1/nodes', name, isFree)));
}

async function health() {
  const checks = parts.map(async (part) => {
    const running = readPart(directory, part);
    const isRunning = running !== undefined && isAlive(running);
    const isAnswering = isRunning && (await Promise.race([isHealthy(directory, part), wait(3_000, false, { ref: false })]));
    return [part, { pid: running?.pid, running: isRunning, healthy: isAnswering }] as const;
  });
  return Object.fromEntries(await Promise.all(checks));
}
