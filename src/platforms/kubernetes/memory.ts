import { byKind, type Check, either, integer, list, object, optional, text } from '../../kernel/schema.js';
import type { PlatformMemory, PlatformOnRecord } from '../../release/platform.js';
import type { BudgetMemory } from './canary-objects/disruption-budget.js';
import { shareOfPods } from './canary-objects/whole-pods.js';
import type { RouterMemory } from './router.js';
import { ROUTERS, routerOfKind } from './routers/index.js';
import { STRATEGIES } from './strategies/index.js';
import type { AutoscalerMemory } from './surroundings/autoscaler.js';

/** What a release on Kubernetes has to remember beside what every release does: the objects that it began with, and what it changed around them. */
export interface KubernetesMemory {
  readonly deployment: string;
  readonly service: string;
  readonly container: string;
  /** Replicas of stable when the release started. */
  readonly stableReplicas: number;
  readonly router: RouterMemory;
  /** Label that sets the canary's pods apart; absent where they stay behind the stable Service. */
  readonly isolationKey?: string;
  /** What the release changed in stable's autoscaler; absent when it changed nothing. */
  readonly autoscaler?: AutoscalerMemory;
  /** The rule of the canary's PodDisruptionBudget; absent when it has none. */
  readonly budget?: BudgetMemory;
  /** What travels besides the image; absent when nothing does. */
  readonly manifest?: ManifestMemory;
}

/** What a release takes from a manifest. */
export interface ManifestMemory {
  /** Of the pod template and the ConfigMaps, so that each step goes on with the same. */
  readonly hash: string;
  /** The ConfigMaps that it changes or adds, by stable's names for them. */
  readonly configMaps: readonly string[];
  /** Of the pod template that stable is to get, as the API server would have it; absent on records of earlier versions. */
  readonly version?: string;
  /** What each of them held when the release began and is to hold (`contentHash`); absent on records of earlier versions. */
  readonly contents?: ReadonlyArray<{ readonly name: string; readonly before: string; readonly after: string }>;
}

const podCount = either(integer(0, 100_000), text);

/** Untrusted: whoever can edit a Lease could have written it. */
const kubernetesMemory: Check = object({
  deployment: text,
  service: text,
  container: text,
  // One that is scaled to 0 is refused; a 0 here would let a canary without pods pass for one that can carry all traffic.
  stableReplicas: integer(1, 100_000),
  router: byKind(Object.fromEntries(ROUTERS.map(({ kind, memory }) => [kind, memory]))),
  isolationKey: optional(text),
  autoscaler: optional(object({ name: text, minReplicas: integer(0, 100_000), raisedTo: integer(0, 100_000) })),
  budget: optional(object({ name: text, minAvailable: optional(podCount), maxUnavailable: optional(podCount) })),
  manifest: optional(
    object({
      hash: text,
      configMaps: list(50, text),
      version: optional(text),
      contents: optional(list(50, object({ name: text, before: text, after: text }))),
    }),
  ),
});

/** A release whose memory may be Kubernetes's. */
export interface OnPlatform {
  readonly platform: PlatformMemory;
}

/** As it stands on record. */
export const onKubernetes = (memory: KubernetesMemory): PlatformMemory => ({ kind: 'kubernetes', memory });

/** What Kubernetes remembers of a release; its shape was checked when the record was read. */
export function kubernetesOf({ platform }: OnPlatform): KubernetesMemory {
  if (platform.kind !== 'kubernetes') throw new Error(`a release on ${platform.kind} has no Deployment`);
  return platform.memory as KubernetesMemory;
}

/** The release with these fields changed in what Kubernetes remembers of it. */
export const withKubernetes = <R extends OnPlatform>(release: R, changes: Partial<KubernetesMemory>): R => ({
  ...release,
  platform: onKubernetes({ ...kubernetesOf(release), ...changes }),
});

/** Whole pods make another share of a weight, where they are the split. */
const givenByPods = ({ router, stableReplicas }: KubernetesMemory, weight: number): number =>
  routerOfKind(router.kind).shares === 'whole-pods' ? shareOfPods(weight, stableReplicas) : weight;

/** Kubernetes, as far as the record has to know it. */
export const kubernetes: PlatformOnRecord = {
  kind: 'kubernetes',
  memory: kubernetesMemory,
  strategies: STRATEGIES,
  inSchema1: [
    'deployment',
    'service',
    'container',
    'stableReplicas',
    'router',
    'isolationKey',
    'autoscaler',
    'budget',
    'manifest',
  ],
  ended(memory) {
    const { autoscaler: _, budget: __, ...rest } = memory as KubernetesMemory;
    return rest;
  },
  besides: (memory) => (memory as KubernetesMemory).manifest?.hash,
  shareOf: (memory, weight) => givenByPods(memory as KubernetesMemory, weight),
};
