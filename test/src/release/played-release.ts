import type { V1ManagedFieldsEntry, V1Pod, V1PodStatus, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ApiRequest, ApiResponse, Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import type { Kind } from '../../../src/platforms/kubernetes/api/kinds.js';
import { canaryPodLabels } from '../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import type { CanaryIdentity } from '../../../src/platforms/kubernetes/evidence/canary-change.js';
import { type EvidencePlace, evidenceFromPods } from '../../../src/platforms/kubernetes/evidence/evidence.js';
import { RESTARTED_AT, versionOf } from '../../../src/platforms/kubernetes/pods/pod-version.js';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { watchObjectives } from '../../../src/slo/gate/gate.js';
import type { GateOptions } from '../../../src/slo/gate/hold.js';
import { ManualClock } from '../../manual-clock.js';
import { someApp } from '../platforms/kubernetes/app/apps.js';
import { RecordingLog } from '../platforms/kubernetes/bed.js';
import { someMemory } from './releases.js';

export const slo = (more = 'warm-up: 0s\n') =>
  readSlo(
    `objectives:\n  - name: errors\n    ratio: { bad: 'r_total{status="500"}', total: r_total }\n    max: 1%\n${more}`,
    'slo.yml',
  );

const START = Date.parse('2026-01-02T00:00:00Z');

/** One pod, and what its users get; times are seconds since the start. */
export interface PlayedPod {
  readonly side: 'canary' | 'stable' | 'worker';
  readonly ok?: (seconds: number) => number;
  readonly bad?: (seconds: number) => number;
  /** Its page at a time, where it is another than that of its counters now. */
  readonly page?: (seconds: number, usual: (at: number) => string) => string | Promise<string>;
  readonly isReady?: (seconds: number) => boolean;
  readonly isThere?: (seconds: number) => boolean;
  /** When it became ready for the first time; before the start unless said. */
  readonly readyAt?: number;
  readonly status?: (seconds: number) => Partial<V1PodStatus>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the version that it was made from, where it is not that of the release. */
  readonly version?: string;
  /** Id of its image, as the container runtime has it. */
  readonly imageId?: string;
  readonly managedFields?: V1ManagedFieldsEntry[];
}

/** What a canary's Deployment is made to run. */
export interface PlayedDeployment {
  readonly version: string;
  /** More of its pod template. */
  readonly env?: string;
  readonly restartedAt?: string;
  /** As Reloader starts its pods anew. */
  readonly reloaded?: string;
  readonly replicas?: number;
  readonly by?: readonly V1ManagedFieldsEntry[];
}

const templateOf = ({ version, env, restartedAt, reloaded }: PlayedDeployment): V1PodTemplateSpec => ({
  metadata: { labels: { app: 'restaurant' }, ...(restartedAt && { annotations: { [RESTARTED_AT]: restartedAt } }) },
  spec: {
    containers: [{ name: 'app', image: `restaurant:${version}`, ...variables({ MENU: env, STAKATER_MENU_CONFIGMAP: reloaded }) }],
  },
});

const variables = (values: Readonly<Record<string, string | undefined>>) => {
  const env = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return env.length > 0 ? { env } : {};
};

/** What the release has written, as its record says. */
export const RELEASED: CanaryIdentity = {
  canary: { image: 'restaurant:v2', templateHash: '' },
  canaryVersion: versionOf(templateOf({ version: 'v2' })),
  platform: someMemory(),
};

interface Played {
  readonly replicas?: number;
  /** The cluster's clock minus ours, in milliseconds. */
  readonly aheadMs?: number;
  readonly servedAt?: number;
  readonly isolation?: 'isolated' | 'shared';
  /** What the canary's Deployment runs, where it is not always what was released. */
  readonly deployment?: (seconds: number) => PlayedDeployment;
  readonly released?: CanaryIdentity;
}

/** A release whose pods are played in virtual time, seen through the API server as the gate sees it. */
export function playRelease(pods: Readonly<Record<string, PlayedPod>>, played: Played = {}) {
  const { aheadMs = 0, servedAt = -60, isolation = 'isolated' } = played;
  const clock = new ManualClock(START);
  const log = new RecordingLog();
  const app = someApp({ labels: { app: 'restaurant', part: 'shop' } });
  const seconds = () => (clock.now() - START) / 1000;
  const served = (at: number) => new Date(START + at * 1000 + aheadMs).toISOString();
  const asked: string[] = [];
  const canaries = Object.values(pods).filter(({ side }) => side === 'canary').length;

  const lastChange = ({ isReady = () => true, readyAt = -60 }: PlayedPod): number => {
    const now = Math.floor(seconds());
    let at = now;
    while (at > 0 && isReady(at - 1) === isReady(now)) at--;
    return at === 0 ? readyAt : at;
  };
  const objectOf = (name: string, pod: PlayedPod): V1Pod => {
    const labels = pod.side === 'canary' ? canaryPodLabels(app, isolation) : { app: 'restaurant', part: 'shop' };
    const isReady = (pod.isReady?.(seconds()) ?? true) && seconds() >= (pod.readyAt ?? -60);
    return {
      metadata: {
        name,
        namespace: 'shop',
        uid: name,
        labels: pod.labels ?? labels,
        creationTimestamp: served((pod.readyAt ?? -60) - 5) as unknown as Date,
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: pod.side, uid: `set-${pod.version ?? pod.side}`, controller: true },
        ],
        ...(pod.managedFields && { managedFields: pod.managedFields }),
      },
      spec: { containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: served(lastChange(pod)) as unknown as Date },
        ],
        containerStatuses: [
          { name: 'app', image: '', imageID: pod.imageId ?? '', ready: isReady, restartCount: 0, state: { running: {} } },
        ],
        ...pod.status?.(seconds()),
      },
    };
  };
  const set = (side: string, owner: string, version = 'v2') => ({
    metadata: {
      uid: `set-${side}`,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: side, uid: owner, controller: true }],
    },
    spec: { template: templateOf({ version }) },
  });
  const others = Object.values(pods).flatMap(({ version }) =>
    version === undefined ? [] : [set(version, 'uid-canary', version)],
  );
  const deployment = () => {
    const { replicas = played.replicas ?? canaries, by, ...runs } = played.deployment?.(seconds()) ?? { version: 'v2' };
    const managedFields = by && [...by];
    return {
      metadata: { name: 'restaurant-canary', namespace: 'shop', uid: 'uid-canary', managedFields },
      spec: { replicas, template: templateOf(runs) },
    };
  };
  const objects = (kind: string): unknown[] => {
    if (kind === 'replicasets')
      return [set('canary', 'uid-canary'), set('stable', 'uid-1'), set('worker', 'uid-worker'), ...others];
    return Object.entries(pods).flatMap(([name, pod]) => ((pod.isThere?.(seconds()) ?? true) ? [objectOf(name, pod)] : []));
  };
  const matches = (object: V1Pod, selector = '') =>
    selector.split(',').every((pair) => {
      const [key = '', value] = pair.split('=');
      return object.metadata?.labels === undefined || object.metadata.labels[key] === value;
    });
  const cluster = {
    namespace: 'shop',
    clockAheadMs: aheadMs,
    read: async () => deployment(),
    list: async ({ plural }: Kind<unknown>, { labels }: { labels?: string }) =>
      objects(plural).filter((object) => matches(object as V1Pod, labels)),
    async request({ path }: ApiRequest): Promise<ApiResponse> {
      const [, name = '', log] = /\/pods\/([^:/]+)(?:[^/]*\/proxy|(\/log))/.exec(path) ?? [];
      if (log) return { status: 200, headers: {}, body: 'last words\n' };
      asked.push(name);
      const { ok = () => 0, bad = () => 0, page } = pods[name] ?? {};
      const usual = (at: number) =>
        `r_total{status="200"} ${Math.floor(ok(at))}\nr_total{status="500"} ${Math.floor(bad(at))}\nup_seconds ${at}\n`;
      const body = await (page ?? ((at: number) => usual(at)))(seconds(), usual);
      return body === '' ? { status: 500, headers: {}, body } : { status: 200, headers: {}, body };
    },
  } as unknown as Cluster;
  const place: EvidencePlace = { port: undefined, path: undefined, maxAgeMs: 90_000 };
  return {
    clock,
    log,
    asked,
    seconds,
    cluster,
    app,
    /** Looks as a gate does, to the end of a hold. */
    async gate({ slo: asked = slo(), ...options }: Partial<GateOptions> = {}) {
      const reading = {
        warmUpMs: asked.warmUpMs,
        servedSince: [Date.parse(served(servedAt))],
        canary: played.released ?? RELEASED,
      };
      const source = evidenceFromPods(cluster, app, place, clock, {
        ...reading,
        stable: asked.compare === 'stable' ? 'same' : 'one',
      });
      const share = { percent: 20, movedAt: clock.now() - 3000, settleMs: 3000 };
      const { signal } = new AbortController();
      const result = await clock.until(
        watchObjectives({ slo: asked, source, holdMs: 60_000, clock, log, signal, share: () => share, ...options }),
      );
      return { ...result, seconds: seconds() };
    },
  };
}

/** So many requests a second, from the start on. */
export const rate = (rps: number) => (seconds: number) => Math.max(0, seconds) * rps;

/** The page as it was when it was last made. */
export const cached =
  (every: number, phase = 0) =>
  (seconds: number, usual: (at: number) => string): string =>
    usual(Math.floor((seconds - phase) / every) * every + phase);
