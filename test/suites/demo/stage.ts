import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Release } from '../../../src/release/record/record.js';
import type { Deployment, KubeObject } from '../../../testbed/client/objects.js';
import { collections, deployRestaurant } from '../../../testbed/fixture.js';
import { type Load, startLoad } from '../../../testbed/load/load.js';
import type { Sent } from '../../../testbed/load/outcome.js';
import { type Sandbox, startSandbox } from '../../../testbed/sandbox/sandbox.js';
import { OLD_TAG, REPOSITORY } from './scenarios.js';

const NAMESPACE = 'shop';
const RPS = 200;
/** The client's patience: on a busy machine everything is slow, and slow is not lost. */
const ANSWER_WITHIN_MS = 30_000;

/** A restaurant app that runs and is called, and a repository to release it from. */
export interface Stage {
  /** Where the router listens. */
  readonly url: string;
  readonly load: Load;
  readonly workspace: string;
  readonly kubeconfig: string;
  /** What is in the cluster now. */
  read(): Promise<{
    readonly image: string;
    readonly phase: string | null;
    readonly weight: number;
    readonly leftovers: readonly string[];
    /** The release on record. */
    readonly release: Release | undefined;
  }>;
  close(): Promise<void>;
}

/** Starts a sandbox with three pods of the old version behind a router, and 200 requests a second that go through it. */
export async function setStage(onSent: (sent: Sent) => void): Promise<Stage> {
  const sandbox = await startSandbox();
  const workspace = mkdtempSync(path.join(tmpdir(), 'd9-demo-'));
  const clear = async () => {
    await sandbox.close();
    rmSync(workspace, { recursive: true, force: true });
  };
  try {
    cpSync('test/suites/demo/slo.yml', path.join(workspace, 'slo.yml'));
    const url = await openRestaurant(sandbox);
    const load = await startLoad({ url, rps: RPS, timeoutMs: ANSWER_WITHIN_MS }, onSent);
    return {
      url,
      load,
      workspace,
      kubeconfig: sandbox.kubeconfigs.admin,
      read: () => read(sandbox),
      close: async () => {
        await load.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** @returns where it can be reached */
async function openRestaurant({ api, podPort, startRouter }: Sandbox): Promise<string> {
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await deployRestaurant(api, NAMESPACE, { image: `${REPOSITORY}:${OLD_TAG}`, route: true, port: podPort });
  return (await startRouter(NAMESPACE, 'restaurant')).url;
}

async function read({ api }: Sandbox) {
  const [deployment, lease, route, ...lists] = await Promise.all([
    api.get<Deployment & { spec: { template: { spec: { containers: [{ image: string }] } } } }>(
      `${collections.deployments(NAMESPACE)}/restaurant`,
    ),
    api.get(`${collections.leases(NAMESPACE)}/d9-restaurant`).catch(() => undefined),
    api.get<KubeObject & { spec: { rules: [{ backendRefs: Array<{ name: string; weight?: number }> }] } }>(
      `${collections.httpRoutes(NAMESPACE)}/restaurant`,
    ),
    api.get<{ items: KubeObject[] }>(collections.deployments(NAMESPACE)),
    api.get<{ items: KubeObject[] }>(collections.services(NAMESPACE)),
  ]);
  const record = lease?.metadata.annotations?.['d9.dev/release'];
  const latest = record === undefined ? undefined : (JSON.parse(record) as { latest?: Release }).latest;
  const backends = route.spec.rules[0].backendRefs;
  const names = lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.name));
  return {
    image: deployment.spec.template.spec.containers[0].image,
    phase: latest?.phase ?? null,
    weight: backends.find(({ name }) => name !== 'restaurant')?.weight ?? 0,
    leftovers: names.filter((name) => name !== 'restaurant'),
    release: latest,
  };
}
