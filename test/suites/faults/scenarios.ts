import { BAD_IMAGE, NEXT_IMAGE, type Setup } from './simulation/app.js';
import type { StepOrder } from './simulation/step-process.js';

type Inputs = Readonly<Record<string, string>>;
type What = Pick<StepOrder, 'action' | 'inputs'>;

/** A step that is interrupted, and what went before it. */
export interface Scenario {
  readonly name: string;
  /** Steps of the same run that have gone well. */
  readonly earlier: readonly What[];
  readonly step: What;
  readonly setup?: Setup;
  /** How the release stands once the step has been completed; `none` where there is none on record. */
  readonly goal: { readonly phase: string; readonly weight: number; readonly exitCode: 0 | 1 };
}

const usual: Inputs = { app: 'restaurant', settle: '3s' };
export const canaryStep = (weight: number, inputs: Inputs = {}): What => ({
  action: 'canary-step',
  inputs: { ...usual, weight: String(weight), image: NEXT_IMAGE, ...inputs },
});
/** A step after the first, which names no image, as in most workflows. */
const nextStep = (weight: number, inputs: Inputs = {}): What => ({
  action: 'canary-step',
  inputs: { ...usual, weight: String(weight), ...inputs },
});
export const rollback = (inputs: Inputs = {}): What => ({ action: 'rollback', inputs: { ...usual, ...inputs } });

const holding = (weight: number) => ({ phase: 'holding', weight, exitCode: 0 }) as const;
const over = (phase: string) => ({ phase, weight: 0, exitCode: 0 }) as const;
const withManifest = (weight: number, manifest = 'next.yml'): What => nextStep(weight, { manifest });
const byPods: Setup = { isSplitByPods: true };
const testers = { header: 'X-Canary=always' };
/** Which of several is split. */
export const ONE_ROUTE: Inputs = { route: 'restaurant' };
const DECLARED: Inputs = { ...ONE_ROUTE, uncovered: '20%' };
const gate = { slo: 'slo.yml', hold: '60s' };

/** What the gate of the `hold` and `breach` scenarios judges by. */
export const SLO = `
objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
    rule-out: 20%
warm-up: 1s
`;

const usualScenarios: readonly Scenario[] = [
  { name: 'raise', earlier: [], step: canaryStep(10), goal: holding(10) },
  { name: 'raise-further', earlier: [canaryStep(10)], step: nextStep(50), goal: holding(50) },
  { name: 'lower', earlier: [canaryStep(50)], step: nextStep(10), goal: holding(10) },
  { name: 'hold', earlier: [], step: canaryStep(50, gate), goal: holding(50) },
  {
    name: 'breach',
    earlier: [],
    step: canaryStep(50, { ...gate, image: BAD_IMAGE }),
    goal: { phase: 'aborted', weight: 0, exitCode: 1 },
  },
  { name: 'promote', earlier: [canaryStep(10)], step: nextStep(100), goal: over('promoted') },
  { name: 'abort', earlier: [canaryStep(50)], step: nextStep(0), goal: over('aborted') },
  { name: 'rollback', earlier: [canaryStep(10)], step: rollback(), goal: over('aborted') },
  { name: 'rollback-promoted', earlier: [canaryStep(100)], step: rollback({ scope: 'any' }), goal: over('rolled-back') },
];

/** The same steps where something around them is different. */
const variations: readonly Scenario[] = [
  {
    name: 'promote-in-place',
    setup: { drains: true },
    earlier: [canaryStep(10)],
    step: nextStep(100, { promotion: 'in-place' }),
    goal: over('promoted'),
  },
  {
    name: 'promote-paused',
    setup: { isPaused: true },
    earlier: [canaryStep(10)],
    step: nextStep(100),
    goal: over('promoted'),
  },
  { name: 'raise-testers', earlier: [], step: canaryStep(10, testers), goal: holding(10) },
  { name: 'abort-testers', earlier: [canaryStep(10, testers)], step: nextStep(0), goal: over('aborted') },
  { name: 'raise-manifest', setup: { hasConfig: true }, earlier: [], step: withManifest(10), goal: holding(10) },
  {
    name: 'promote-manifest',
    setup: { hasConfig: true },
    earlier: [withManifest(10)],
    step: withManifest(100),
    goal: over('promoted'),
  },
  { name: 'raise-by-pods', setup: byPods, earlier: [], step: canaryStep(50), goal: holding(50) },
  { name: 'lower-by-pods', setup: byPods, earlier: [canaryStep(50)], step: nextStep(25), goal: holding(25) },
  { name: 'abort-by-pods', setup: byPods, earlier: [canaryStep(50)], step: nextStep(0), goal: over('aborted') },
  {
    name: 'promote-by-pods',
    setup: { ...byPods, drains: true },
    earlier: [canaryStep(50)],
    step: nextStep(100),
    goal: over('promoted'),
  },
  { name: 'first', setup: { isAbsent: true }, earlier: [], step: withManifest(10, 'first.yml'), goal: over('none') },
  {
    name: 'first-crash',
    setup: { isAbsent: true },
    earlier: [],
    step: withManifest(10, 'first-crash.yml'),
    goal: { phase: 'none', weight: 0, exitCode: 1 },
  },
];

const oneLabel: Setup = { labels: { app: 'restaurant' } };
const threeLabels: Setup = {
  labels: { 'app.kubernetes.io/name': 'restaurant', 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/component': 'web' },
};
const crowded: Setup = { hasStrangers: true };
/** Callers past the split are on stable while it is updated. */
const manyEntrances: Setup = { hasOtherEntrances: true, drains: true };
const stale: Setup = { hasStaleParents: true };
const mirroredDeployments: Setup = { mirrored: 'deployments' };
const minutes = (count: number): Setup => ({ runnersAheadMs: count * 60_000 });
const promoteFrom = (setup: Setup): Omit<Scenario, 'name'> => ({
  setup,
  earlier: [canaryStep(10)],
  step: nextStep(100),
  goal: over('promoted'),
});
const raiseIn = (setup: Setup): Omit<Scenario, 'name'> => ({ setup, earlier: [], step: canaryStep(10), goal: holding(10) });
const rollbackIn = (setup: Setup): Omit<Scenario, 'name'> => ({
  setup,
  earlier: [canaryStep(10)],
  step: rollback(),
  goal: over('aborted'),
});
const takeBackIn = (setup: Setup): Omit<Scenario, 'name'> => ({
  setup,
  earlier: [canaryStep(100)],
  step: rollback({ scope: 'any' }),
  goal: over('rolled-back'),
});

const traefik: Setup = { isBehindTraefik: true };
const byTraefik: Inputs = { router: 'traefik' };

/** The same steps in clusters that are unkind. */
export const flavours: readonly Scenario[] = [
  { name: 'raise-one-label', ...raiseIn(oneLabel) },
  { name: 'promote-one-label', ...promoteFrom(oneLabel) },
  { name: 'rollback-one-label', ...rollbackIn(oneLabel) },
  { name: 'promote-three-labels', ...promoteFrom(threeLabels) },
  { name: 'rollback-three-labels', ...rollbackIn(threeLabels) },
  { name: 'raise-among-strangers', ...raiseIn(crowded) },
  { name: 'promote-among-strangers', ...promoteFrom(crowded) },
  { name: 'take-back-among-strangers', ...takeBackIn(crowded) },
  { name: 'raise-past-callers', setup: manyEntrances, earlier: [], step: canaryStep(10, ONE_ROUTE), goal: holding(10) },
  {
    name: 'promote-past-callers',
    setup: manyEntrances,
    earlier: [canaryStep(10, DECLARED)],
    step: nextStep(100, DECLARED),
    goal: over('promoted'),
  },
  {
    name: 'rollback-past-callers',
    setup: manyEntrances,
    earlier: [canaryStep(10, ONE_ROUTE)],
    step: rollback(),
    goal: over('aborted'),
  },
  { name: 'promote-stale-parents', ...promoteFrom(stale) },
  { name: 'rollback-stale-parents', ...rollbackIn(stale) },
  { name: 'raise-traefik', setup: traefik, earlier: [], step: canaryStep(10, byTraefik), goal: holding(10) },
  {
    name: 'lower-traefik',
    setup: traefik,
    earlier: [canaryStep(50, byTraefik)],
    step: nextStep(10, byTraefik),
    goal: holding(10),
  },
  {
    name: 'promote-traefik',
    setup: traefik,
    earlier: [canaryStep(10, byTraefik)],
    step: nextStep(100, byTraefik),
    goal: over('promoted'),
  },
  {
    name: 'abort-traefik',
    setup: traefik,
    earlier: [canaryStep(50, byTraefik)],
    step: nextStep(0, byTraefik),
    goal: over('aborted'),
  },
  {
    name: 'rollback-traefik',
    setup: traefik,
    earlier: [canaryStep(10, byTraefik)],
    step: rollback(),
    goal: over('aborted'),
  },
  {
    name: 'take-back-traefik',
    setup: traefik,
    earlier: [canaryStep(100, byTraefik)],
    step: rollback({ scope: 'any', ...byTraefik }),
    goal: over('rolled-back'),
  },
  { name: 'hold-clock-ahead', setup: minutes(10), earlier: [], step: canaryStep(50, gate), goal: holding(50) },
  { name: 'hold-clock-behind', setup: minutes(-10), earlier: [], step: canaryStep(50, gate), goal: holding(50) },
  { name: 'promote-clock-ahead', ...promoteFrom(minutes(1)) },
  { name: 'rollback-clock-behind', ...rollbackIn(minutes(-1)) },
  { name: 'promote-mirrored-pods', ...promoteFrom({ mirrored: 'pods' }) },
  { name: 'raise-mirrored', ...raiseIn(mirroredDeployments) },
  { name: 'promote-mirrored', ...promoteFrom(mirroredDeployments) },
  { name: 'take-back-mirrored', ...takeBackIn(mirroredDeployments) },
  {
    name: 'raise-taken-names',
    setup: { hasTakenNames: true },
    earlier: [],
    step: canaryStep(10),
    goal: { phase: 'none', weight: 0, exitCode: 1 },
  },
];

export const variants: readonly Scenario[] = [...variations, ...flavours];

export const scenarios: readonly Scenario[] = [...usualScenarios, ...variants];
